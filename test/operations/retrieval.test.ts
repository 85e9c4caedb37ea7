import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { startEmulator } from '../emulator';
import { loadOptionsContext, outputOf, runNode, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { createText, seededWorkspace, type Workspace } from './workspace';

const RETRIEVE = 'POST /datasets/{dataset_id}/retrieve';
const APPLES = 'Apples grow on trees in an orchard.\nCider is made of pressed apples.';
const PRESS = 'A press makes cider of apples, which ferments in barrels of oak for months.';
const SEASON = 'Apples ripen in autumn.';

let workspace: Workspace;
let second: string;
let economy: string;

/** Beside the seeded base one like it, with a copy of its text, and one that is found by keyword only. */
async function withBases(options?: Parameters<typeof startEmulator>[0]): Promise<void> {
	workspace = await seededWorkspace(options);
	const { call } = workspace;
	({ id: second } = await call('POST', '/datasets', { name: 'Handbook', indexing_technique: 'high_quality' }));
	await createText(call, second, 'press.md', PRESS);
	await createText(call, second, 'copy.md', APPLES);
	({ id: economy } = await call('POST', '/datasets', { name: 'Leaflets', indexing_technique: 'economy' }));
	await createText(call, economy, 'season.md', SEASON, { indexing_technique: 'economy' });
	workspace.watch();
}

afterEach(async () => {
	await workspace.emulator.close();
});

const retrieving = (more: unknown, parameters: IDataObject = {}, added: IDataObject = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'dataset',
		operation: 'retrieve',
		dataset_id: byId(workspace.ids.dataset),
		query: 'Apples cider',
		additionalFields: { moreKnowledgeBases: more, top_k: 4, ...added } as IDataObject,
		...parameters,
	},
	credential: workspace.credential('dataset'),
});
const models = () =>
	Object.fromEntries(workspace.sent(RETRIEVE).map(({ path, body }) => [String(path).split('/')[3], (body as IDataObject).retrieval_model]));
const names = (items: IDataObject[]) => items.map((item) => `${String(item.dataset_name)}/${String(item.document_name)}`);

describe('several knowledge bases', () => {
	beforeEach(async () => await withBases());

	test('bases that search alike make one list by score, equal texts once', async () => {
		const items = await outputOf(retrieving([second]));
		expect(names(items).sort()).toEqual(['Handbook/press.md', 'Manuals/apples.md', 'Manuals/rivers.md']);
		const scores = items.map(({ score }) => Number(score));
		expect(scores).toEqual(scores.toSorted((one, other) => other - one));
		expect(items[0]).toMatchObject({ dataset_id: expect.stringMatching(/^[\da-f-]{36}$/), segment_id: expect.any(String), child_chunks: [] });
		expect(Object.keys(models()).sort()).toEqual([workspace.ids.dataset, second].sort());
	});

	test('an economy base is asked by keyword, and its chunks without a score rank with the others', async () => {
		const items = await outputOf(retrieving(`${second}, ${economy}`));
		expect(names(items)).toEqual(['Manuals/apples.md', 'Leaflets/season.md', 'Manuals/rivers.md', 'Handbook/press.md']);
		expect(items[1].score).toBe(0);
		expect(models()[economy]).toMatchObject({ search_method: 'keyword_search' });
	});

	test('a text that two bases found ranks before one that a single base found first', async () => {
		const { call } = workspace;
		await createText(call, economy, 'copy.md', APPLES, { indexing_technique: 'economy' });
		const [best] = await outputOf(retrieving([economy, second], { options: { mergeBy: 'rank' } }));
		expect(best).toMatchObject({ content: APPLES, dataset_name: 'Manuals' });
	});

	test('by score where that is chosen, duplicates kept where that is', async () => {
		const items = await outputOf(retrieving([second, economy], { options: { mergeBy: 'score', keepDuplicates: true } }, { top_k: 6 }));
		expect(names(items).slice(0, 3).sort()).toEqual(['Handbook/copy.md', 'Handbook/press.md', 'Manuals/apples.md']);
		expect(names(items).at(-1)).toBe('Leaflets/season.md');
		expect(items).toHaveLength(5);
	});

	test('Max Chunks is for all of them together', async () => {
		const items = await outputOf(retrieving([second, economy], {}, { top_k: 2 }));
		expect(items).toHaveLength(2);
		expect(Object.values(models()).map((model) => (model as IDataObject).top_k)).toEqual([2, 2, 2]);
	});

	test('one context with citations of every base, within the size', async () => {
		const context = async (options: IDataObject) => (await outputOf(retrieving([second], { outputMode: 'context', options })))[0];
		const whole = await context({});
		expect(whole.count).toBe(3);
		expect(whole.citations).toEqual(expect.arrayContaining([expect.objectContaining({ position: 1, dataset_id: expect.any(String), dataset_name: expect.any(String) })]));
		const short = await context({ maxCharacters: 120 });
		expect(String(short.context).length).toBeLessThanOrEqual(120);
		expect((short.citations as unknown[]).length).toBe(short.count);
	});

	test("without Simplify Dify's own records, each with its base", async () => {
		const [answer] = await outputOf(retrieving([second], { simplify: false }));
		expect(answer).toEqual({ query: { content: 'Apples cider' }, records: expect.any(Array) });
		expect((answer.records as IDataObject[])[0]).toMatchObject({ segment: expect.any(Object), dataset: { id: expect.any(String), name: expect.any(String) } });
	});

	test('without Max Chunks as many as one of them gives by itself', async () => {
		const items = await outputOf(retrieving([second], { additionalFields: { moreKnowledgeBases: [second] } }));
		const { retrieval_model_dict: own } = await workspace.call('GET', `/datasets/${second}`);
		expect(items).toHaveLength((own as { top_k: number }).top_k);
		expect(models()).toEqual({ [workspace.ids.dataset]: undefined, [second]: undefined });
	});

	test('an empty base and one given twice are not asked', async () => {
		const { id: empty } = await workspace.call('POST', '/datasets', { name: 'Empty', indexing_technique: 'high_quality' });
		expect(await outputOf(retrieving([empty, second, second.toUpperCase(), workspace.ids.dataset]))).toHaveLength(3);
		expect(workspace.sent(RETRIEVE)).toHaveLength(2);
	});

	test('a question for each item, their answers in order', async () => {
		const questions = ['Rhine', 'orchard', 'oak barrels'];
		const input: INodeExecutionData[] = questions.map((question) => ({ json: { question } }));
		const parameters = { query: '={{ $json.question }}', options: { concurrency: 3 } };
		const of = async (more: string) => (await runNode({ ...retrieving(more, parameters, { top_k: 1 }), input })).items;
		const items = await of(second);
		expect(items.map(({ json }) => json.document_name)).toEqual(['rivers.md', expect.stringMatching(/apples|copy/), 'press.md']);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect((await of('')).map(({ json }) => json.document_name)).toEqual(['rivers.md', 'apples.md', expect.any(String)]);
	});

	test('what one of them refuses names it', async () => {
		const { error: unfit } = await runNode(retrieving([economy], { search_method: 'semantic_search' }));
		expect(unfit?.message).toBe("'Search Method' needs an index that 'Leaflets' does not have, in 'Leaflets'");
		const { error: unknown } = await runNode(retrieving(['8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15']));
		expect(unknown?.message).toBe("There is no knowledge base '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15'");
		const { error: noId } = await runNode(retrieving(['Handbook']));
		expect(noId).toMatchObject({ message: "'More Knowledge Base Names or IDs' is not a Dify ID: 'Handbook'", description: expect.stringMatching(/list/) });
	});

	test('the menu offers all knowledge bases', async () => {
		for (let index = 0; index < 60; index++) await workspace.call('POST', '/datasets', { name: `Base ${index}` });
		const { context, type } = await loadOptionsContext({ node: 'difyKnowledge', parameters: {}, credential: workspace.credential('dataset') });
		const entries = await type.methods!.loadOptions!.getDatasets.call(context);
		expect(entries).toHaveLength(63);
		expect(entries).toContainEqual({ name: 'Handbook (2 documents)', value: second });
	});
});

describe('a filter by form', () => {
	beforeEach(async () => {
		await withBases();
		const { call, ids } = workspace;
		const field = async (name: string, type: string) => (await call('POST', `/datasets/${ids.dataset}/metadata`, { name, type })).id as string;
		const fields = { topic: await field('topic', 'string'), pages: await field('pages', 'number') };
		const set = (document: string, topic: string, pages: number) => ({
			document_id: document,
			metadata_list: [
				{ id: fields.topic, name: 'topic', value: topic },
				{ id: fields.pages, name: 'pages', value: pages },
			],
		});
		await call('POST', `/datasets/${ids.dataset}/documents/metadata`, { operation_data: [set(ids.rivers, 'water', 3), set(ids.apples, 'fruit', 7)] });
		workspace.watch();
	});

	const found = async (conditions: IDataObject[], metadataMatch?: string) => {
		const added = { metadataFilter: { conditions }, ...(metadataMatch && { metadataMatch }) };
		return (await outputOf(retrieving([], {}, added))).map(({ document_name: name }) => name).sort();
	};
	const where = (name: string, comparison_operator: string, value?: unknown) => ({ name, comparison_operator, value }) as IDataObject;

	test.each([
		[[where('topic', 'is', 'water')], undefined, ['rivers.md']],
		[[where('topic', 'is not', 'water')], undefined, ['apples.md']],
		[[where('topic', 'in', 'water,fruit')], undefined, ['apples.md', 'rivers.md']],
		[[where('pages', 'is', '7')], undefined, ['apples.md']],
		[[where('pages', '≥', '3')], undefined, ['apples.md', 'rivers.md']],
		[[where('topic', 'not empty')], undefined, ['apples.md', 'rivers.md']],
		[[where('topic', 'is', 'water'), where('pages', '>', '5')], undefined, []],
		[[where('topic', 'is', 'water'), where('pages', '>', '5')], 'or', ['apples.md', 'rivers.md']],
		[[], undefined, ['apples.md', 'rivers.md']],
	])('%j, %s', async (conditions, match, expected) => {
		expect(await found(conditions, match)).toEqual(expected);
	});

	test('a field that another base does not have is refused with its name', async () => {
		const { error } = await runNode(retrieving([second], {}, { metadataFilter: { conditions: [where('topic', 'is', 'water')] } }));
		expect(error?.message).toBe("'Metadata Filter' names a field that the knowledge base does not have: 'topic', in 'Handbook'");
	});

	test('not together with the JSON', async () => {
		const { error } = await runNode(retrieving([], {}, { metadataFilter: { conditions: [] }, metadata_filtering_conditions: '{}' }));
		expect(error?.message).toBe("'Metadata Filter' and 'Metadata Filter (JSON)' are both set");
	});
});

test.each(['0.15.3', '1.4.3', '1.10.1', '1.13.0', '1.14.2'])('on %s several bases give one list, too', async (version) => {
	await withBases({ version, strict: false });
	expect(names(await outputOf(retrieving([second, economy])))).toEqual(['Manuals/apples.md', 'Leaflets/season.md', 'Manuals/rivers.md', 'Handbook/press.md']);
});
