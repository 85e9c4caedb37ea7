import { shortened } from '../operation/values';
import { InputError, ValueError, type Call, type Json } from '../operation/types';
import { isBefore } from '../transport/version';
import { knowledgeBaseId } from './base';

/** Values to set, as the parameter holds them: names of fields with their values. */
interface Given {
	fields?: Array<{ name: string; value: unknown }>;
}

/** Fields that Dify fills in itself. */
export const BUILT_IN: Json[] = [
	...['document_name', 'uploader', 'source'].map((name) => ({ name, type: 'string' })),
	...['upload_date', 'last_update_date'].map((name) => ({ name, type: 'time' })),
];

export const isBuiltIn = (name: string) => BUILT_IN.some((field) => field.name === name);

const TAKES: Record<string, { what: string; advice: string }> = {
	number: { what: 'a number', advice: 'Enter a number.' },
	string: { what: 'text', advice: 'Use an expression that gives text, for example with JSON.stringify().' },
	time: { what: 'a date', advice: 'Enter a date such as 2026-01-31, or seconds since 1970.' },
};

/** Entries of `metadata_list`, with the ids that belong to the names of the base's fields. */
export async function metadataList(value: unknown, call: Call): Promise<Json[]> {
	const given = (value as Given).fields ?? [];
	if (!given.length && call.param('partial_update', true)) {
		throw new ValueError('holds no value', "Add at least one, or switch off 'Keep Other Values' to remove all of them.");
	}
	const id = knowledgeBaseId(call);
	const known = await knownFields(call, id);
	return given.map(({ name, value: wanted }) => {
		const field = known.find((each) => each.name === name);
		if (!field) throw unknownField(name, known);
		return { id: field.id, name, value: typed(field, wanted) };
	});
}

export function metadataPath(datasetId: string): string {
	return `/datasets/${encodeURIComponent(datasetId)}/metadata`;
}

/** The metadata fields of a base. */
export async function fieldsOf(call: Call, datasetId: string): Promise<Json[]> {
	return (await call.json({ method: 'GET', path: metadataPath(datasetId) })).doc_metadata as Json[];
}

/** The same, read once per execution. */
export async function knownFields(call: Call, datasetId: string): Promise<Json[]> {
	return await call.once(`metadata ${datasetId}`, async () => await fieldsOf(call, datasetId));
}

/** What a document's metadata says; its own fields, not those that Dify fills in. */
export function ownMetadata(document: Json): Json[] {
	return ((document.doc_metadata ?? []) as Json[]).filter(({ id }) => id !== 'built-in');
}

/** Whether a server removes the values that a write does not name, whatever `partial_update` says. */
export function replacesMetadata({ version }: Call): boolean {
	return isBefore(version, '1.10.1');
}

/** The values to write with those that the document has besides. */
export function withOthers(values: Json[], document: Json): Json[] {
	const others = ownMetadata(document).filter(({ name }) => !values.some((each) => each.name === name));
	return [...values, ...others.map(({ id, name, value }) => ({ id, name, value }))];
}

/** A value in the type of its field. Dify stores whatever comes, so that a text in a number field would never be found. */
export function typed({ name, type }: Json, value: unknown): string | number | null {
	if (value === null || value === undefined || value === '') return null;
	const converted = type === 'string' ? textOf(value) : type === 'time' ? secondsOf(value) : numberOf(value);
	if (converted !== undefined) return converted;
	const { what, advice } = TAKES[String(type)] ?? TAKES.number;
	throw new InputError(`The metadata field '${String(name)}' takes ${what}, not ${shortened(value)}`, advice);
}

/** An updated field; releases up to 1.14.2 answer an unknown ID with nulls. */
export function namedField(field: Json): Json {
	if (field.id) return field;
	throw new InputError(
		'The metadata field does not exist',
		'It was deleted, or the ID belongs to something else. Choose it again from the list.',
	);
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'object' ? undefined : String(value);
}

function numberOf(value: unknown): number | undefined {
	const number = typeof value === 'number' || (typeof value === 'string' && value.trim()) ? Number(value) : Number.NaN;
	return Number.isFinite(number) ? number : undefined;
}

function secondsOf(value: unknown): number | undefined {
	const seconds = numberOf(value) ?? (typeof value === 'boolean' ? Number.NaN : Date.parse(String(value)) / 1000);
	return Number.isFinite(seconds) ? seconds : undefined;
}

export function unknownField(name: string, known: Json[]): InputError {
	const names = known.map((each) => String(each.name)).join(', ');
	return new InputError(
		`The knowledge base has no metadata field '${name}'`,
		names ? `It has: ${names}.` : "It has none yet. Make one with the operation Create of 'Metadata'.",
	);
}
