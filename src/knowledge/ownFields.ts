import { DifyError } from '../transport/error';
import { wait } from '../transport/wait';
import { InputError, type Call, type Json } from '../operation/types';
import { MetadataWrites } from './metadataWrites';
import { fieldsOf, knownFields, metadataPath, replacesMetadata, withOthers } from './metadata';

const BUSY_POLL_S = 0.5;
const LONGEST_BUSY_S = 30;

/** What a metadata field holds. */
export type Value = string | number | null;

/** Ids of metadata fields by their names. */
export type OwnFields = Record<string, string>;

/** The fields that keys and hashes are kept in; made where they are missing, once per execution. */
export async function ownFields(call: Call, datasetId: string, names: string[]): Promise<OwnFields> {
	return await call.once(`own fields ${datasetId} ${names.join('\n')}`, async () => {
		const fields = await knownFields(call, datasetId);
		const ids: OwnFields = {};
		for (const name of names) ids[name] = await idOf(call, datasetId, name, fields);
		return ids;
	});
}

/** Sets values of one document by the names of their fields, in one request with those of others that are due now. */
export async function setValues(
	call: Call,
	datasetId: string,
	document: Json,
	values: Record<string, Value>,
	ids: OwnFields,
): Promise<void> {
	const own = Object.entries(values).map(([name, value]) => ({ id: ids[name], name, value }));
	const list = replacesMetadata(call) ? withOthers(own, document) : own;
	const path = `/datasets/${encodeURIComponent(datasetId)}/documents/metadata`;
	const send = async (sender: Call, operations: Json[]) => {
		return await whenFree(sender, async () => await sender.json({ method: 'POST', path, body: { operation_data: operations } }));
	};
	const isGathering = Number(call.param<unknown>('options.concurrency', 1)) > 1;
	const writes = await call.once(`metadata writes ${datasetId}`, async () => await Promise.resolve(new MetadataWrites(send, isGathering)));
	await writes.write(call, { document_id: document.id, metadata_list: list, partial_update: true });
}

/** Writes metadata, again and again while Dify refuses because of another such write, up to 30 s. */
export async function whenFree<T>(call: Call, write: () => Promise<T>): Promise<T> {
	const ends = Date.now() + LONGEST_BUSY_S * 1000;
	for (;;) {
		const writing = write();
		const isBusy = await writing.then(() => false, isBusyWith);
		if (!isBusy || Date.now() >= ends || call.signal.aborted) return await writing;
		await wait(BUSY_POLL_S, call.signal);
	}
}

function isBusyWith(error: unknown): boolean {
	return error instanceof DifyError && /^Another document metadata operation/.test(error.message);
}

async function idOf(call: Call, datasetId: string, name: string, fields: Json[]): Promise<string> {
	const field = fields.find((each) => each.name === name) ?? (await madeField(call, datasetId, name, 'string'));
	if (field.type === 'string') return String(field.id);
	throw new InputError(
		`The metadata field '${name}' is of the type ${String(field.type)}, not string`,
		'Keys and hashes are text. Enter the name of another field; it is made when it is missing.',
	);
}

/** A new field, or the one that another execution makes at the same time. */
export async function madeField(call: Call, datasetId: string, name: string, type: string): Promise<Json> {
	const making = call.json({ method: 'POST', path: metadataPath(datasetId), body: { type, name } });
	return await making.catch(async (error: unknown) => {
		const isThere = error instanceof DifyError && /^Metadata name already exists\.?$/.test(error.message);
		const found = isThere && (await fieldsOf(call, datasetId)).find((each) => each.name === name);
		return found || (await making);
	});
}
