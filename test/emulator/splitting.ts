import type { ChildChunk, DocForm, ProcessRule, Rules, Segmentation } from './records';

/** A chunk before it is stored. */
export interface Piece {
	content: string;
	answer: string | null;
	children: Array<Pick<ChildChunk, 'content'>>;
}

/** Ends the indexing of a document with this text. */
export class SplittingError extends Error {}

/** Dify without a counting model: four characters are a token. */
export const tokensOf = (text: string) => Math.floor(text.length / 4);

/** What `automatic` means. */
export const automaticRules: Rules = {
	pre_processing_rules: [
		{ id: 'remove_extra_spaces', enabled: true },
		{ id: 'remove_urls_emails', enabled: false },
	],
	segmentation: { separator: '\n', max_tokens: 500, chunk_overlap: 50 },
	parent_mode: null,
	subchunk_segmentation: null,
};

const fallbackSeparators = ['\n\n', '。', '. ', ' ', ''];

const extraSpaces = /[\t\f\r \u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]{2,}/g;
const addresses = /[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+|https?:\/\/\S+/g;

const cleaned = (text: string, { pre_processing_rules: rules }: Rules) => {
	const on = (id: string) => rules.some((rule) => rule.id === id && rule.enabled);
	let clean = text.split('\0').join('').replace(/\ufffe/g, '');
	if (on('remove_extra_spaces')) clean = clean.replace(/\n{3,}/g, '\n\n').replace(extraSpaces, ' ');
	if (on('remove_urls_emails')) clean = clean.replace(addresses, '');
	return clean;
};

const joined = (parts: string[], separator: string) => parts.join(separator).trim();

/** Packs neighbours together up to the size; the next pack starts with the last ones that fit into the overlap. */
const pack = (parts: string[], separator: string, { max_tokens, chunk_overlap }: Segmentation) => {
	const packs: string[] = [];
	let current: string[] = [];
	for (const part of parts) {
		if (current.length && tokensOf([...current, part].join(separator)) > max_tokens) {
			packs.push(joined(current, separator));
			const tooMuch = () =>
				tokensOf(current.join(separator)) > chunk_overlap || tokensOf([...current, part].join(separator)) > max_tokens;
			while (current.length && tooMuch()) current = current.slice(1);
		}
		current.push(part);
	}
	if (current.length) packs.push(joined(current, separator));
	return packs.filter(Boolean);
};

/** Cuts at the first separator that occurs, finer where a part is still too long. */
const splitRecursively = (text: string, size: Segmentation, separators = fallbackSeparators): string[] => {
	const index = separators.findIndex((separator) => separator === '' || text.includes(separator));
	const separator = separators[index];
	const parts = separator === '' ? [...text] : text.split(separator).filter(Boolean);
	const chunks: string[] = [];
	let small: string[] = [];
	const flush = () => {
		chunks.push(...pack(small, separator, size));
		small = [];
	};
	for (const part of parts) {
		if (tokensOf(part) <= size.max_tokens) small.push(part);
		else {
			flush();
			chunks.push(...splitRecursively(part, size, separators.slice(index + 1)));
		}
	}
	flush();
	return chunks;
};

// Dify strips leading punctuation, the hashes of Markdown headings included.
const leadingSymbols = /^[\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f!"#$%&'()*+,./:;<=>?@^_`~]+/;

const trimmed = (chunks: string[]) => chunks.map((chunk) => chunk.replace(leadingSymbols, '').trim()).filter(Boolean);

const splitAtSeparator = (text: string, size: Segmentation) => {
	if (size.max_tokens < 50 || size.max_tokens > 4000) {
		throw new SplittingError('Custom segment length should be between 50 and 4000.');
	}
	const parts = text.split(size.separator.replace(/\\n/g, '\n'));
	return trimmed(
		parts.flatMap((part) => (tokensOf(part) > size.max_tokens ? splitRecursively(part, size) : [part])),
	);
};

const splitParents = (text: string, { mode, rules }: ProcessRule) =>
	mode === 'automatic' ? trimmed(splitRecursively(text, rules.segmentation)) : splitAtSeparator(text, rules.segmentation);

const plain = (content: string): Piece => ({ content, answer: null, children: [] });

const families = (text: string, { rules }: ProcessRule): Piece[] => {
	const { parent_mode: mode, subchunk_segmentation: sub, segmentation } = rules;
	if (!mode) return [];
	const parents = mode === 'full-doc' ? [text.trim()].filter(Boolean) : splitAtSeparator(text, segmentation);
	if (!sub) throw new SplittingError('No subchunk segmentation found in rules.');
	return parents.map((content) => ({ ...plain(content), children: cutChildren(content, sub) }));
};

const cutChildren = (content: string, size: Segmentation) =>
	splitAtSeparator(content, size).map((child) => ({ content: child }));

/** The children of a parent that somebody wrote. */
export const childrenOf = (content: string, { rules }: ProcessRule): Piece['children'] =>
	rules.subchunk_segmentation ? cutChildren(cleaned(content, rules), rules.subchunk_segmentation) : [];

const sentences = (text: string) => text.split(/(?<=[.!?。！？])\s+|\n+/).map((part) => part.trim()).filter(Boolean);

const questions = (chunks: string[]): Piece[] =>
	chunks.flatMap((chunk) =>
		sentences(chunk).map((answer) => ({
			...plain(`What does the text say about "${answer.split(/\s+/).slice(0, 4).join(' ')}"?`),
			answer,
		})),
	);

/** The chunks of a document, cut as its rule says. */
export function split(text: string, rule: ProcessRule, form: DocForm): Piece[] {
	const clean = cleaned(text, rule.rules);
	if (form === 'hierarchical_model') return families(clean, rule);
	const chunks = splitParents(clean, rule);
	return form === 'qa_model' ? questions(chunks) : chunks.map(plain);
}
