import { InputError, type Call, type Json } from '../operation/types';
import { indexingTechnique, knowledgeBase, knowledgeBaseId } from './base';
import { chunkingOf } from './chunking';
import { documentsNamed, isSettled, sentName } from './documents';
import { indexed } from './indexing';

/** The id of the base's document of that name, made without a text where there is none; Dify takes chunks of it then. */
export async function namedDocument(call: Call, name: string, isPairs: boolean): Promise<string> {
	const datasetId = knowledgeBaseId(call);
	return await call.alone(`document ${datasetId} ${sentName(name)}`, async () => {
		const found = await documentsNamed(call, datasetId, name);
		if (found.length > 1) {
			throw new InputError(`${found.length} documents are named '${name}'`, 'Choose one of them by its ID, or delete the others in Dify.');
		}
		const document = found[0] ?? (await made(call, datasetId, name, isPairs));
		const { indexing_status: status } = isSettled(document.indexing_status) ? document : (await indexed(call, datasetId, document)).document;
		if (status === 'completed') return String(document.id);
		const advice = isSettled(status) ? 'Dify takes chunks only of a document that is indexed.' : "Raise 'Indexing Timeout' under Options, or run this again later.";
		throw new InputError(`The document '${name}' is not indexed: it is ${String(status)}`, advice);
	});
}

async function made(call: Call, datasetId: string, name: string, isPairs: boolean): Promise<Json> {
	const { doc_form: form, chunk_structure: structure } = await knowledgeBase(call);
	const chunking = await chunkingOf(form || structure ? 'base' : isPairs ? 'qa' : 'automatic', call);
	const body = { name, text: '', indexing_technique: await indexingTechnique('base', call), ...chunking };
	const { document } = await call.json({ method: 'POST', path: `/datasets/${encodeURIComponent(datasetId)}/document/create-by-text`, body });
	return document as Json;
}
