import { DifyError } from '../transport/error';
import { wait } from '../transport/wait';
import type { Call, Json } from '../operation/types';
import { knowledgeBaseId } from './base';

/** Dify cuts document names there. */
export const MAX_NAME = 200;

const FIRST_POLL_S = 0.3;
const LONGEST_POLL_S = 5;

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
	const [document] = await documentsInList(call, [call.param('document_id', '').trim()]);
	return document;
}

/** Documents of the item's base as the list shows them, in the order of their ids. */
export async function documentsInList(call: Call, ids: string[]): Promise<Json[]> {
	const path = documentsPath(knowledgeBaseId(call));
	const found = new Map<unknown, Json>();
	for (let page = 1; ; page++) {
		const documents = (await call.json({ method: 'GET', path, query: { page, limit: 100 } })).data as Json[];
		for (const document of documents) found.set(document.id, document);
		const wanted = ids.map((id) => found.get(id.toLowerCase())).filter((each) => each !== undefined);
		if (wanted.length === ids.length) return wanted;
		if (documents.length < 100) throw new DifyError('Document not found.', { code: 'not_found', status: 404 });
	}
}

/** A document once Dify is done with it, or as it is when the time for indexing is over. */
export async function settledDocument(call: Call, datasetId: string, document: Json): Promise<Json> {
	const ends = Date.now() + call.param('options.indexingTimeout', 600) * 1000;
	let current = document;
	for (let pause = FIRST_POLL_S; !isSettled(current.indexing_status) && Date.now() < ends; pause = Math.min(LONGEST_POLL_S, pause * 1.5)) {
		await wait(Math.min(pause, (ends - Date.now()) / 1000), call.signal);
		if (call.signal.aborted) throw new DifyError('The execution was canceled', { code: 'aborted' });
		const found = (await documentsNamed(call, datasetId, String(document.name))).find(({ id }) => id === document.id);
		if (!found) throw new DifyError('Document not found.', { code: 'not_found', status: 404 });
		current = found;
	}
	return current;
}
