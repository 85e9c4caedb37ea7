import type { Json } from './json';
import { type Hit, candidatesOf, rank, termsOf, weigh } from './ranking';
import type { World } from './route';

/** What the scripted model says to one question. */
export interface Reply {
	/** Text in the pieces in which it is streamed. */
	pieces: string[];
	/** Silence before the first piece. */
	silenceMs?: number;
	/** Pause before each piece. */
	pauseMs: number;
	/** The model breaks off after the pieces, with this text. */
	failure?: string;
	/** The text of the failure where the answer is not streamed, if another. */
	failureAtOnce?: string;
	/** Rounds in which an agent calls its tool first. */
	toolRounds: number;
	/** Chunks the answer rests on. */
	hits: Hit[];
}

/** Chunks below this are no ground for an answer. */
const groundScore = 0.4;
const mostChunks = 3;
const mostSentences = 3;

const invokeError = (kind: string, message: string, described = false) =>
	JSON.stringify({ args: described ? { description: message } : {}, error_type: kind, message });

const upstreamFailure = (status: string) =>
	`[models] Error: API request failed with status code ${status}: ` +
	`{"error": {"message": "fake upstream says no (FAIL${status})", "type": "fake_error", "code": "fake"}}`;

const numbered = (count: number, name: (index: number) => string) => Array.from({ length: count }, (_, index) => name(index));
const digits = (index: number, length: number) => String(index).padStart(length, '0');

const started = ['Echo:', ' this', ' breaks'];
const lagMs = 12_000;
const brokenAtOnce = invokeError(
	'InvokeError',
	'[models] Error: API request failed with status code 500: ' +
		'{"error": {"message": "fake mid failure", "type": "fake_error"}}',
	true,
);

/** Words in a question that steer the model, as in the recordings. */
const scripts: Array<[pattern: RegExp, script: (match: RegExpExecArray) => Partial<Reply>]> = [
	[/MAGIC_FAIL(\d+)/, ([, status]) => ({ pieces: [], failure: invokeError('InvokeError', upstreamFailure(status), true) })],
	[
		/MAGIC_MIDERR/,
		() => ({
			pieces: started,
			failure: invokeError('ValueError', "{'message': 'fake mid-stream failure', 'type': 'fake_error', 'code': 500}"),
			failureAtOnce: brokenAtOnce,
		}),
	],
	[
		/MAGIC_MIDDROP/,
		() => ({
			pieces: started,
			failure: invokeError('ChunkedEncodingError', 'Response ended prematurely'),
			failureAtOnce: brokenAtOnce,
		}),
	],
	[/MAGIC_EMPTY/, () => ({ pieces: [] })],
	[
		/MAGIC_THINK/,
		() => ({
			pieces: '<think|>|\nI| ponder| 思考| deeply|.|\n</thin|k>|\n\nFinal| answer| to| the| questi|on.'.split('|'),
		}),
	],
	[
		/MAGIC_LONG/,
		() => ({
			pieces: numbered(500, (index) => `${index ? ' ' : ''}word${digits(index, 3)}`).flatMap((word) => [
				word.slice(0, -1),
				word.slice(-1),
			]),
		}),
	],
	[/MAGIC_LAG/, () => ({ pieces: ['late', ' answer'], silenceMs: lagMs })],
];

const slowPieces = () => numbered(60, (index) => `${index ? ' ' : ''}slow${digits(index, 2)}`);
const slowPauseMs = 200;

const piecesOf = (text: string) => text.match(/\s*\S+/gu) ?? [];

const sentencesOf = (text: string) => text.split(/(?<=[.!?。！？])\s+|(?<=[。！？])|\n+/).map((part) => part.trim()).filter(Boolean);

/** The sentences of the chunks that fit the question best, in the order in which they stand. */
const extract = (query: string, texts: string[]) => {
	const sentences = [...new Set(texts.flatMap(sentencesOf))];
	const weights = weigh(query, sentences);
	const scored = sentences.map((sentence, index) => {
		const terms = new Set(termsOf(sentence));
		const score = [...weights].reduce((sum, [term, weight]) => sum + (terms.has(term) ? weight : 0), 0);
		return { sentence, index, score };
	});
	const best = Math.max(0, ...scored.map(({ score }) => score));
	return scored
		.filter(({ score }) => score > 0 && score >= best / 2)
		.sort((left, right) => right.score - left.score || left.index - right.index)
		.slice(0, mostSentences)
		.sort((left, right) => left.index - right.index)
		.map(({ sentence }) => sentence)
		.join(' ');
};

/** The chunks of all bases of the workspace that bear on a question. */
export const groundsOf = ({ workspace }: World, query: string): Hit[] =>
	rank(query, [...workspace.datasets.values()].flatMap((dataset) => candidatesOf(dataset)))
		.filter(({ score }) => score >= groundScore)
		.slice(0, mostChunks);

const answerFrom = (query: string, hits: Hit[]) => {
	const found = extract(query, hits.map(({ segment }) => segment.answer ?? segment.content));
	return found || `I could not find anything about "${query}" in the knowledge bases.`;
};

const answerWithTool = (slow: boolean) => [
	...piecesOf('Tool said: 2026-11-22 — done 🔧.'),
	...(slow ? slowPieces().map((piece) => ` ${piece.trim()}`) : []),
];

const answered = (world: World, query: string, hits: Hit[], text: () => string): Reply => {
	const plain: Reply = { pieces: [], pauseMs: world.tokenMs, toolRounds: 0, hits };
	const slow = query.includes('MAGIC_SLOW');
	const slowly = slow && { pauseMs: world.tokenMs || slowPauseMs };
	if (/MAGIC_(TWO)?TOOL/.test(query)) {
		return { ...plain, ...slowly, pieces: answerWithTool(slow), toolRounds: query.includes('TWOTOOL') ? 2 : 1 };
	}
	if (slow) return { ...plain, ...slowly, pieces: slowPieces() };
	for (const [pattern, script] of scripts) {
		const match = pattern.exec(query);
		if (match) return { ...plain, ...script(match) };
	}
	return { ...plain, pieces: piecesOf(text()) };
};

/** The answer to a question, drawn from the workspace's knowledge; the same every time. */
export function reply(world: World, query: string): Reply {
	const hits = groundsOf(world, query);
	return answered(world, query, hits, () => answerFrom(query, hits));
}

/** The answer of a model without knowledge: what it was asked. */
export const echo = (world: World, query: string, lead = 'Echo: ') => answered(world, query, [], () => lead + query);

/** What blocking mode makes of an answer: the provider cuts the thinking out there. */
export const withoutThinking = (text: string) => text.replace(/<think>[^]*?<\/think>\s*/g, '');

const tokens = (text: string) => Math.ceil(text.length / 4);

/** Token counts of a run; prices are texts, and exponents where a stopped stream reports nothing. */
export const usage = (question: string, answer: string, begun: number, zero = false): Json => {
	const price = zero ? '0E-7' : '0';
	const prompt = zero ? 0 : tokens(question);
	const completion = zero ? 0 : tokens(answer);
	return {
		prompt_tokens: prompt,
		prompt_unit_price: '0',
		prompt_price_unit: '0',
		prompt_price: price,
		completion_tokens: completion,
		completion_unit_price: '0',
		completion_price_unit: '0',
		completion_price: price,
		total_tokens: prompt + completion,
		total_price: price,
		currency: 'USD',
		latency: (Date.now() - begun) / 1000,
		time_to_first_token: null,
		time_to_generate: null,
	};
};

/** Citations as an answer's metadata shows them. */
export const retrieverResources = (hits: Hit[], from: 'api' | 'workflow'): Json[] =>
	hits.map(({ dataset, document, segment, score }, index) => {
		const flow = from === 'workflow';
		return {
			position: index + 1,
			dataset_id: dataset.id,
			dataset_name: dataset.name,
			document_id: document.id,
			document_name: document.name,
			data_source_type: 'upload_file',
			segment_id: segment.id,
			retriever_from: from,
			score,
			hit_count: flow ? segment.hitCount : null,
			word_count: flow ? segment.content.length : null,
			segment_position: flow ? segment.position : null,
			index_node_hash: flow ? segment.indexNodeHash : null,
			content: segment.content,
			page: null,
			doc_metadata: null,
			title: null,
			files: null,
			summary: null,
		};
	});
