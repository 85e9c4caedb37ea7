import { DifyError } from '../transport/error';
import { wait } from '../transport/wait';
import { InputError, type Call, type Json } from '../operation/types';
import { fieldsOf, metadataPath, replacesMetadata, withOthers } from './metadata';

const BUSY_POLL_S = 0.5;
const LONGEST_BUSY_S = 30;

/** Ids of the metadata fields that keys and hashes are kept in, by their names. */
export type OwnFields = Record<string, string>;

/** Those fields with their ids; made where they are missing, once per execution. */
export async function ownFields(call: Call, datasetId: string, names: string[]): Promise<OwnFields> {
	return await call.once(`own fields ${datasetId} ${names.join('\n')}`, async () => {
		const fields = await fieldsOf(call, datasetId);
		const ids: OwnFields = {};
		for (const name of names) ids[name] = await idOf(call, datasetId, name, fields);
		return ids;
	});
}

/** Sets values of one document by the names of their fields; waits while Dify writes metadata of it already. */
export async function setValues(
	call: Call,
	datasetId: string,
	document: Json,
	values: Record<string, string | null>,
	ids: OwnFields,
): Promise<void> {
	const own = Object.entries(values).map(([name, value]) => ({ id: ids[name], name, value }));
	const list = replacesMetadata(call) ? withOthers(own, document) : own;
	const body = { operation_data: [{ document_id: document.id, metadata_list: list, partial_update: true }] };
	const path = `/datasets/${encodeURIComponent(datasetId)}/documents/metadata`;
	const ends = Date.now() + LONGEST_BUSY_S * 1000;
	for (let isBusy = true; isBusy; ) {
		const writing = call.json({ method: 'POST', path, body });
		isBusy = await writing.then(() => false, isBusyWith);
		if (!isBusy || Date.now() >= ends || call.signal.aborted) return void (await writing);
		await wait(BUSY_POLL_S, call.signal);
	}
}

function isBusyWith(error: unknown): boolean {
	return error instanceof DifyError && /^Another document metadata operation/.test(error.message);
}

async function idOf(call: Call, datasetId: string, name: string, fields: Json[]): Promise<string> {
	const field = fields.find((each) => each.name === name) ?? (await made(call, datasetId, name));
	if (field.type === 'string') return String(field.id);
	throw new InputError(
		`The metadata field '${name}' is of the type ${String(field.type)}, not string`,
		'Keys and hashes are text. Enter the name of another field; it is made when it is missing.',
	);
}

/** Another execution may make it at the same time. */
async function made(call: Call, datasetId: string, name: string): Promise<Json> {
	const making = call.json({ method: 'POST', path: metadataPath(datasetId), body: { type: 'string', name } });
	return await making.catch(async (error: unknown) => {
		const isThere = error instanceof DifyError && /^Metadata name already exists\.?$/.test(error.message);
		const found = isThere && (await fieldsOf(call, datasetId)).find((each) => each.name === name);
		return found || (await making);
	});
}
