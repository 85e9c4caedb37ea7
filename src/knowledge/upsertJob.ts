import { buildRequest } from '../operation/request';
import { InputError, Multipart, type Call, type Json, type Operation, type Request } from '../operation/types';
import { sha256, sha256OfFile } from '../transport/hash';
import { knowledgeBaseId } from './base';
import { documentMetadata, type DocumentMetadata } from './documentMetadata';
import { sentName } from './documents';
import { holdings, type Holdings } from './held';
import { assertOnlyItem, keyingOf, keyOf, sentFileName, suffixed, type Keying } from './keys';
import { ownFields, type OwnFields, type Value } from './ownFields';

/** The operations that write a document from one kind of source. */
export interface Way {
	create: Operation;
	update: Operation;
}

/** One item on its way into the base. */
export interface Job {
	call: Call;
	way: Way;
	datasetId: string;
	keying: Keying;
	key: string;
	/** The name the document should have. */
	name: string;
	hash: string;
	fields: OwnFields;
	/** What the document's other metadata should say. */
	metadata: DocumentMetadata;
	held: Holdings;
}

/** Reads what the item says, with what the base holds already. */
export async function jobOf(call: Call, way: Way): Promise<Job> {
	const request = await buildRequest(way.create, call);
	const keying = keyingOf(call);
	const name = nameOf(request);
	const key = keying.field === undefined ? name : keyOf(call);
	if (!key) {
		throw new InputError("'Key' is empty", 'Enter what tells this document from all others. If an expression fills the field, check what it gives for this item.');
	}
	await assertOnlyItem(call, key);
	const datasetId = knowledgeBaseId(call);
	const names = [keying.field, keying.hashField].filter((field) => field !== undefined);
	const own = await ownFields(call, datasetId, names);
	const metadata = await documentMetadata(call, datasetId, names);
	const hash = await hashOf(request, name, call);
	const fields = { ...own, ...metadata.ids };
	return { call, way, datasetId, keying, key, name, hash, fields, metadata, held: await holdings(call, datasetId, keying) };
}

function nameOf({ body }: Request): string {
	return body instanceof Multipart ? sentFileName(body.files.file.fileName) : sentName(String((body as Json).name));
}

/** Of everything that makes a document other than it was: content, name and, unless it is the base's own, chunking. */
async function hashOf({ body }: Request, name: string, call: Call): Promise<string> {
	const isFile = body instanceof Multipart;
	const content = isFile ? await sha256OfFile(body.files.file, call.signal) : sha256(String((body as Json).text));
	const { doc_form, doc_language, process_rule } = isFile ? (JSON.parse(body.fields.data) as Json) : (body as Json);
	const chunking = call.param('chunking', 'base') === 'base' ? null : { doc_form, doc_language, process_rule };
	return sha256(JSON.stringify([content, name, chunking]));
}

/** What a document is called where another one has its name. */
export const ownName = (name: string, key: string) => suffixed(name, ` (${sha256(key).slice(0, 8)})`);

/** What stands for a hash from before a document is written until it is indexed; who finds it indexed need not write it again. */
export const pendingHash = (hash: string) => `pending ${hash}`;

/** The hash, with what tells an edit of the document later. */
export const finalHash = (hash: string, { indexing_status: status, word_count: words }: Json) =>
	status === 'completed' && typeof words === 'number' ? `${hash}:${words}` : hash;

/** The key and the hash by the names of their fields. */
export function ownValues({ keying, key }: Job, hash: string | null): Record<string, Value> {
	return { ...(keying.field !== undefined && { [keying.field]: key }), [keying.hashField]: hash };
}
