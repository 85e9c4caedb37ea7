import type { Json } from '../operation/types';

/** What one base found, best first. */
export interface Finding {
	records: Json[];
	/** How it searched: a whole `retrieval_model`. */
	search: Json;
	/** What its scores measure; undefined where they say nothing beside those of another base. */
	scale?: string;
}

/** Ranks below count for less; the constant of the paper on reciprocal rank fusion. */
const FUSION = 60;

/**
 * What the scores of a search measure. Scores of one rerank model or of one embedding model are comparable between bases;
 * those of words alone depend on the base, and keyword search gives none.
 */
export function scaleOf(search: Json, base: Json): string | undefined {
	const { search_method: method, reranking_enable: reranks, reranking_mode: mode, weights } = search;
	const { reranking_provider_name: provider, reranking_model_name: model } = (search.reranking_model ?? {}) as Json;
	const { embedding_model_provider: embedder, embedding_model: embedding } = base;
	if (method === 'keyword_search') return undefined;
	if (reranks && mode !== 'weighted_score' && model) return JSON.stringify(['reranked', provider, model]);
	if (!embedding) return undefined;
	if (method === 'semantic_search') return JSON.stringify(['semantic', embedder, embedding]);
	const isWeighted = method === 'hybrid_search' && mode === 'weighted_score' && weights;
	return isWeighted ? JSON.stringify(['weighted', embedder, embedding, weights]) : undefined;
}

/** Records without those whose text an earlier one has. */
export function distinct(records: Json[]): Json[] {
	const first = new Map(records.toReversed().map((record) => [textOf(record), record]));
	return records.filter((record) => first.get(textOf(record)) === record);
}

/** One list of what several bases found: by score where all have the same scale, else by rank, unless told. */
export function merged(findings: Finding[], choice: string, keepsDuplicates: boolean): Json[] {
	const isByScore = choice === 'auto' ? isComparable(findings) : choice === 'score';
	const lists = findings.map(({ records }) => (keepsDuplicates ? records : distinct(records)));
	const ranked = isByScore ? byScore(lists) : byRank(lists, keepsDuplicates);
	const most = Math.max(...findings.map(({ search }) => Number(search.top_k)));
	return (keepsDuplicates ? ranked : distinct(ranked)).slice(0, most);
}

function isComparable(findings: Finding[]): boolean {
	const [scale, ...others] = new Set(findings.filter(({ records }) => records.length).map((finding) => finding.scale));
	return scale !== undefined && !others.length;
}

function byScore(lists: Json[][]): Json[] {
	return lists.flat().sort((one, other) => Number(other.score) - Number(one.score));
}

/** Reciprocal rank fusion: a text that several bases found counts for each. */
function byRank(lists: Json[][], keepsDuplicates: boolean): Json[] {
	const points = new Map<unknown, number>();
	const keyOf = (record: Json) => (keepsDuplicates ? record : textOf(record));
	for (const list of lists) {
		for (const [rank, record] of list.entries()) {
			points.set(keyOf(record), (points.get(keyOf(record)) ?? 0) + 1 / (FUSION + rank + 1));
		}
	}
	return lists.flat().sort((one, other) => (points.get(keyOf(other)) ?? 0) - (points.get(keyOf(one)) ?? 0));
}

function textOf({ segment }: Json): string {
	const { content, answer } = segment as Json;
	return JSON.stringify([content, answer ?? ''].map((text) => String(text).trim()));
}
