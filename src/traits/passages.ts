import { distinct } from '../knowledge/merging';
import type { Field, Json, Trait } from '../operation/types';
import { only } from './simplify';

const outputMode: Field = {
	displayName: 'Output',
	name: 'outputMode',
	type: 'options',
	options: [
		{ name: 'Chunks', value: 'chunks', description: 'One item per chunk, best first' },
		{ name: 'Context', value: 'context', description: 'One text with numbered passages, ready for a prompt' },
	],
	default: 'chunks',
	displayOptions: { show: { simplify: [true] } },
	description: 'What to make of the chunks found',
};

const maxCharacters: Field = {
	displayName: 'Max Characters',
	name: 'maxCharacters',
	type: 'number',
	typeOptions: { minValue: 100 },
	default: 12000,
	description: 'Length of the context at most; passages that do not fit are left out',
};

const keepDuplicates: Field = {
	displayName: 'Keep Duplicates',
	name: 'keepDuplicates',
	type: 'boolean',
	default: false,
	description: 'Whether to keep chunks whose text equals that of a better one, such as those of copied documents',
};

/** Retrieved records as chunks or as one context; without Simplify, Dify's answer as it is. */
export const passages: Trait = {
	fields: [
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			description: 'Whether to return a simplified version of the response instead of the raw data',
		},
		outputMode,
	],
	options: [keepDuplicates, maxCharacters],
	async run(call, request, next) {
		const output = await next(request);
		if (!call.param('simplify', true)) return output;
		const records = (output.json as Json).records as Json[];
		const chunks = (call.param('options.keepDuplicates', false) ? records : distinct(records)).map(chunkOf);
		const isContext = call.param<string>('outputMode', 'chunks') === 'context';
		return { json: isContext ? contextOf(chunks, call.param('options.maxCharacters', 12000)) : chunks };
	},
};

function chunkOf(record: Json): Json {
	const segment = record.segment as Json;
	const document = (segment.document ?? {}) as Json;
	const children = (record.child_chunks ?? []) as Json[];
	const dataset = record.dataset as Json | undefined;
	return {
		content: segment.content,
		answer: segment.answer ?? null,
		score: record.score,
		...(dataset && { dataset_id: dataset.id, dataset_name: dataset.name }),
		document_id: segment.document_id,
		document_name: document.name,
		segment_id: segment.id,
		position: segment.position,
		metadata: metadataOf(document.doc_metadata),
		child_chunks: children.map(({ content, score }) => ({ content, score })),
	};
}

/** Dify gives names and values here, lists of fields elsewhere, and null or nothing where there are none. */
function metadataOf(metadata: unknown): Json {
	if (!Array.isArray(metadata)) return (metadata ?? {}) as Json;
	return Object.fromEntries((metadata as Json[]).map(({ name, value }) => [name, value]));
}

function contextOf(chunks: Json[], maxCharacters: number): Json {
	const passages: string[] = [];
	let length = 0;
	for (const { content, answer, document_name: name } of chunks) {
		const text = answer ? `${String(content)}\n${String(answer)}` : String(content);
		const passage = `[${passages.length + 1}] ${String(name)}\n${text}`;
		length += passage.length + 2;
		if (length > maxCharacters && passages.length) break;
		passages.push(passage.slice(0, maxCharacters));
	}
	const citations = chunks.slice(0, passages.length).map(({ document_id, document_name, segment_id, score, ...chunk }, index) => ({
		position: index + 1,
		...only('dataset_id', 'dataset_name')(chunk),
		document_name,
		document_id,
		segment_id,
		score,
	}));
	return { context: passages.join('\n\n'), citations, count: passages.length };
}
