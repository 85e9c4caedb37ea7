import { DifyError } from '../transport/error';
import type { Call, Json } from '../operation/types';
import { knowledgeBaseId } from './base';
import { pagesOf } from './pages';

/** Dify cuts document names there. */
export const MAX_NAME = 200;

/** The end of indexing, or a state that only a person ends. */
export const isSettled = (status: unknown) => ['completed', 'error', 'paused'].includes(String(status));

export function documentsPath(datasetId: string): string {
	return `/datasets/${encodeURIComponent(datasetId)}/documents`;
}

/** A document name as Dify keeps it. */
export function sentName(name: string): string {
	return [...name].slice(0, MAX_NAME).join('');
}

/**
 * Documents of exactly this name, newest first; the server's own filter finds parts and reads `%` and `_` as wildcards.
 *
 * @param pages of what that finds, a hundred documents each; the first holds the newest
 */
export async function documentsNamed(call: Call, datasetId: string, name: string, pages = Infinity): Promise<Json[]> {
	const exact = sentName(name);
	const found: Json[] = [];
	let read = 0;
	for await (const { data } of pagesOf(call, documentsPath(datasetId), { keyword: exact })) {
		found.push(...(data as Json[]).filter((document) => document.name === exact));
		if (++read >= pages) break;
	}
	return found;
}

/** The item's document as the list shows it. */
export async function documentInList(call: Call): Promise<Json> {
	const [document] = await documentsInList(call, [call.param('document_id', '').trim()]);
	return document;
}

/** Documents of the item's base as the list shows them, in the order of their ids. */
export async function documentsInList(call: Call, ids: string[]): Promise<Json[]> {
	const found = new Map<unknown, Json>();
	for await (const { data } of pagesOf(call, documentsPath(knowledgeBaseId(call)))) {
		for (const document of data as Json[]) found.set(document.id, document);
		const wanted = ids.map((id) => found.get(id.toLowerCase())).filter((each) => each !== undefined);
		if (wanted.length === ids.length) return wanted;
	}
	throw new DifyError('Document not found.', { code: 'not_found', status: 404 });
}
