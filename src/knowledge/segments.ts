import { asFilledList } from '../operation/values';
import { InputError, ValueError, type Call, type Json } from '../operation/types';
import { DifyError } from '../transport/error';
import { knowledgeBaseId } from './base';
import { documentsPath } from './documents';
import { pagesOf } from './pages';

/** Chunks to create. Dify says nothing useful about a wrong one, and older servers fail over it. */
export function segmentList(value: unknown): Json[] {
	const list = asFilledList(value);
	for (const [index, entry] of list.entries()) {
		const { content, keywords } = (entry ?? {}) as Json;
		if (typeof content !== 'string' || !content.trim()) {
			throw new ValueError(`has no content in entry ${index + 1}`, 'Every entry is an object with text in content, such as { "content": "…" }.');
		}
		if (keywords !== undefined && keywords !== null && !Array.isArray(keywords)) {
			throw new ValueError(`has keywords that are no list in entry ${index + 1}`, 'Enter them as ["opening", "hours"].');
		}
	}
	return list as Json[];
}

/** The chunk of an answer to its update; one that Dify could not index it disables, and answers as if all was well. */
export function updatedSegment({ data }: Json): Json {
	const { status, enabled, error } = data as Json;
	if (status !== 'error' || enabled) return data as Json;
	throw new InputError(
		`Dify could not index the chunk and disabled it: ${String(error).trim()}`,
		"Correct the cause, then update it with 'Enabled' and another 'Content', or delete it and make it anew.",
	);
}

/** The item's chunk as the list shows it. */
export async function segmentInList(call: Call): Promise<Json> {
	const [id, document] = ['segment_id', 'document_id'].map((name) => call.param(name, '').trim().toLowerCase());
	const path = `${documentsPath(knowledgeBaseId(call))}/${encodeURIComponent(document)}/segments`;
	for await (const { data } of pagesOf(call, path)) {
		const segment = (data as Json[]).find((each) => each.id === id);
		if (segment) return segment;
	}
	throw new DifyError('Segment not found.', { code: 'not_found', status: 404 });
}
