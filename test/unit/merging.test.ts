import { distinct, merged, scaleOf, type Finding } from '../../src/knowledge/merging';

const SEMANTIC = { search_method: 'semantic_search', reranking_enable: false, top_k: 3 };
const BASE = { embedding_model: 'small', embedding_model_provider: 'a/b/c' };
const RERANKER = { reranking_model: { reranking_provider_name: 'a/b/c', reranking_model_name: 'rerank' } };
const WEIGHTS = { weights: { vector_setting: { vector_weight: 0.7 } } };

const record = (content: string, score: number) => ({ segment: { content, answer: null }, score });
const finding = (scale: string | undefined, ...records: Array<[string, number]>): Finding => ({
	records: records.map(([content, score]) => record(content, score)),
	search: SEMANTIC,
	scale,
});
const texts = (records: object[]) => records.map((each) => (each as ReturnType<typeof record>).segment.content);

describe('scores are comparable', () => {
	const pairs = (search: object, other: object = search, base: object = BASE) => [scaleOf({ ...SEMANTIC, ...search }, BASE), scaleOf({ ...SEMANTIC, ...other }, base as never)];

	test.each([
		['of one embedding model', {}, undefined, undefined],
		['of one rerank model, however found', { ...RERANKER, reranking_enable: true }, { ...RERANKER, reranking_enable: true, search_method: 'full_text_search' }, { embedding_model: 'large' }],
		['of the same weights', { ...WEIGHTS, search_method: 'hybrid_search', reranking_mode: 'weighted_score' }, undefined, undefined],
	])('%s', (_, search, other, base) => {
		const [one, two] = pairs(search, other, base);
		expect(one).toBeDefined();
		expect(two).toBe(one);
	});

	test.each([
		['of two embedding models', {}, {}, { ...BASE, embedding_model: 'large' }],
		['of a rerank model and of vectors', {}, { ...RERANKER, reranking_enable: true }, undefined],
		['of a rerank model that is not asked and one that is', { ...RERANKER }, { ...RERANKER, reranking_enable: true }, undefined],
		['of two weights', { ...WEIGHTS, search_method: 'hybrid_search', reranking_mode: 'weighted_score' }, { search_method: 'hybrid_search', reranking_mode: 'weighted_score', weights: { vector_setting: { vector_weight: 0.1 } } }, undefined],
	])('not %s', (_, search, other, base) => {
		const [one, two] = pairs(search, other, base);
		expect(two).not.toBe(one);
	});

	test.each(['keyword_search', 'full_text_search', 'hybrid_search'])('not of %s by itself', (search_method) => {
		expect(scaleOf({ ...SEMANTIC, search_method }, BASE)).toBeUndefined();
	});
});

test('by score, in the order of the bases where scores are equal', () => {
	const lists = [finding('a', ['one', 0.9], ['two', 0.2]), finding('a', ['three', 0.9], ['four', 0.5])];
	expect(texts(merged(lists, 'auto', false))).toEqual(['one', 'three', 'four']);
	expect(texts(merged(lists, 'rank', false))).toEqual(['one', 'three', 'two']);
});

test.each([['b'], [undefined]])('by rank beside the scale %s', (scale) => {
	const lists = [finding('a', ['one', 0.9], ['two', 0.8]), finding(scale, ['three', 0.1])];
	expect(texts(merged(lists, 'auto', false))).toEqual(['one', 'three', 'two']);
	expect(texts(merged(lists, 'score', false))).toEqual(['one', 'two', 'three']);
});

test('a base that finds nothing does not decide how', () => {
	const lists = [finding('a', ['one', 0.1]), finding('a', ['two', 0.9]), finding(undefined)];
	expect(texts(merged(lists, 'auto', false))).toEqual(['two', 'one']);
});

test('a text that both found counts twice by rank; a copy in one base does not', () => {
	const lists = [finding(undefined, ['copied', 0], ['copied ', 0], ['shared', 0]), finding(undefined, ['other', 0], ['shared', 0])];
	expect(texts(merged(lists, 'auto', false))).toEqual(['shared', 'copied', 'other']);
	expect(texts(merged(lists, 'auto', true))).toEqual(['copied', 'other', 'copied ']);
});

test('pairs of the same question are different where their answers are', () => {
	const pair = (answer: string) => ({ segment: { content: 'When?', answer }, score: 1 });
	expect(distinct([pair('Now.'), pair('Later.'), pair(' Now.')])).toEqual([pair('Now.'), pair('Later.')]);
});
