import { DifyError } from '../transport/error';
import type { Call, Json } from '../operation/types';
import { knowledgeBaseId } from './base';

/** Dify cuts document names there. */
const MAX_NAME = 200;

/** The end of indexing, or a state that only a person ends. */
export const isSettled = (status: unknown) => ['completed', 'error', 'paused'].includes(String(status));

export function documentsPath(datasetId: string): string {
	return `/datasets/${encodeURIComponent(datasetId)}/documents`;
}

/** Documents of exactly this name; the server's own filter finds parts and reads `%` and `_` as wildcards. */
export async function documentsNamed(call: Call, datasetId: string, name: string): Promise<Json[]> {
	const exact = [...name].slice(0, MAX_NAME).join('');
	const query = { keyword: exact, page: 1, limit: 100 };
	const answer = await call.json({ method: 'GET', path: documentsPath(datasetId), query });
	return (answer.data as Json[]).filter((document) => document.name === exact);
}

/** The item's document as the list shows it. */
export async function documentInList(call: Call): Promise<Json> {
	const id = call.param('document_id', '').trim().toLowerCase();
	const path = documentsPath(knowledgeBaseId(call));
	for (let page = 1; ; page++) {
		const documents = (await call.json({ method: 'GET', path, query: { page, limit: 100 } })).data as Json[];
		const document = documents.find((each) => each.id === id);
		if (document) return document;
		if (documents.length < 100) throw new DifyError('Document not found.', { code: 'not_found', status: 404 });
	}
}
