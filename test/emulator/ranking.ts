import MiniSearch from 'minisearch';

import type { Dialect } from './dialects';
import type { ChildChunk, Dataset, Document, Segment } from './records';

/** A chunk that may be found. */
export interface Candidate {
	dataset: Dataset;
	document: Document;
	segment: Segment;
}

/** A chunk that was found. */
export interface Hit extends Candidate {
	/** 0 to 1; one third of the question's weight found is about 0.5, all of it about 0.75. */
	score: number;
	children: Array<{ chunk: ChildChunk; score: number }>;
}

interface Entry {
	id: number;
	text: string;
	candidate: Candidate;
	chunk?: ChildChunk;
}

const stopWords = new Set(
	(
		'a about am an and are as at be by can did do does for from had has have how i if in is it its me my of on or our ' +
		'please say says tell that the their them then there these they this to us was we were what when where which who ' +
		'why will with you your'
	).split(' '),
);

const stem = (word: string) => (/[^s]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word);

const words = (text: string) => text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [];

/** The words of a text that carry meaning, without plural endings. */
export const termsOf = (text: string) => {
	const all = words(text);
	const telling = all.filter((word) => !stopWords.has(word));
	return (telling.length ? telling : all).map(stem);
};

/** Chunks that retrieval may see: enabled, indexed, not archived. */
export const candidatesOf = (dataset: Dataset, only: (document: Document) => boolean = () => true): Candidate[] =>
	dataset.documents
		.filter((document) => document.enabled && !document.archived && document.indexing.status === 'completed')
		.filter(only)
		.flatMap((document) =>
			document.segments
				.filter(({ enabled, status }) => enabled && status === 'completed')
				.map((segment) => ({ dataset, document, segment })),
		);

const entriesOf = (candidates: Candidate[]): Entry[] =>
	candidates
		.flatMap<Omit<Entry, 'id'>>((candidate) => {
			const { children, content, answer } = candidate.segment;
			if (!children.length) return [{ text: `${content} ${answer ?? ''}`, candidate }];
			return children.map((chunk) => ({ text: chunk.content, candidate, chunk }));
		})
		.map((entry, id) => ({ ...entry, id }));

/** How much each term of the question tells, rare ones more. */
export const weigh = (query: string, texts: string[]) => {
	const documents = texts.map((text) => new Set(termsOf(text)));
	const rarity = (term: string) => {
		const holding = documents.filter((terms) => terms.has(term)).length;
		return Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5));
	};
	return new Map([...new Set(termsOf(query))].map((term) => [term, rarity(term)]));
};

const byScore = (left: { score: number }, right: { score: number }) => right.score - left.score;

/** Chunks that share words with the question, best first: BM25, mapped into 0..1 by what the question could reach. */
export function rank(query: string, candidates: Candidate[]): Hit[] {
	const entries = entriesOf(candidates);
	const index = new MiniSearch<Entry>({ fields: ['text'], tokenize: termsOf, processTerm: (term) => term });
	index.addAll(entries);
	const weights = weigh(query, entries.map(({ text }) => text));
	const half = 0.5 * [...weights.values()].reduce((sum, weight) => sum + weight, 0);
	const hits = new Map<Segment, Hit>();
	for (const { id, score: raw } of index.search(query)) {
		const { candidate, chunk } = entries[Number(id)];
		const score = raw / (raw + half);
		const hit = hits.get(candidate.segment) ?? { ...candidate, score: 0, children: [] };
		hit.score = Math.max(hit.score, score);
		if (chunk) hit.children.push({ chunk, score });
		hits.set(candidate.segment, hit);
	}
	return [...hits.values()].sort(byScore);
}

/** Like {@link rank}, then everything else with next to no score, as a vector search finds it. */
export function rankAll(query: string, candidates: Candidate[]): Hit[] {
	const hits = rank(query, candidates);
	const found = new Set(hits.map(({ segment }) => segment));
	const rest = candidates
		.filter(({ segment }) => !found.has(segment))
		.map((candidate, index): Hit => {
			const score = 0.001 / (index + 1);
			return { ...candidate, score, children: candidate.segment.children.map((chunk) => ({ chunk, score })) };
		});
	return [...hits, ...rest];
}

/** Chunks that hold a word of the question exactly as written; keyword search gives no score. */
export function withKeywords(query: string, candidates: Candidate[]): Hit[] {
	const wanted = new Set(query.match(/\p{Script=Han}+|[\p{L}\p{N}]+/gu) ?? []);
	return candidates
		.filter(({ segment }) => keywordsOf(segment).some((word) => wanted.has(word)))
		.map((candidate) => ({ ...candidate, score: 0, children: [] }));
}

/** The words under which an economy base finds a chunk: the given ones, else those of its text. */
export const keywordsOf = ({ content, keywords }: Segment) =>
	keywords?.length ? keywords : wordsToFind(content);

/** The words that are kept with a chunk where words find it; children are found in their place. */
export const keywordsFor = ({ content, children }: Segment, { indexingTechnique }: Dataset, { keywordsOfEveryBase }: Dialect) =>
	!children.length && (indexingTechnique === 'economy' || keywordsOfEveryBase) ? wordsToFind(content) : null;

const mostKeywords = 10;
/** The extractor knows how common Chinese words are, and takes all others for rare. */
const weightOf = (word: string) => (/\p{Script=Han}/u.test(word) ? 0.7 : 1);

/** The words of two letters or more that stand most often in a text, at most ten, those of one rank in their order. */
const wordsToFind = (content: string) => {
	const counts = new Map<string, number>();
	for (const word of content.match(/\p{Script=Han}+|[\p{L}\p{N}]+/gu) ?? []) {
		if (word.length > 1 && !stopWords.has(word.toLowerCase())) counts.set(word, (counts.get(word) ?? 0) + weightOf(word));
	}
	return [...counts].sort(([, left], [, right]) => right - left).slice(0, mostKeywords).map(([word]) => word);
};
