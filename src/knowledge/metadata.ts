import { InputError, type Call, type Json } from '../operation/types';
import { knowledgeBaseId } from './base';

/** Values to set, as the parameter holds them: names of fields with their values. */
interface Given {
	fields?: Array<{ name: string; value: unknown }>;
}

/** Entries of `metadata_list`, with the ids that belong to the names of the base's fields. */
export async function metadataList(value: unknown, call: Call): Promise<Json[]> {
	const path = `/datasets/${knowledgeBaseId(call)}/metadata`;
	const { doc_metadata: known } = await call.once(`metadata ${path}`, async () => await call.json({ method: 'GET', path }));
	return ((value as Given).fields ?? []).map(({ name, value: wanted }) => {
		const field = (known as Json[]).find((each) => each.name === name);
		if (!field) throw unknownField(name, known as Json[]);
		return { id: field.id, name, value: typed(field, wanted) };
	});
}

/** Dify stores whatever comes, so that a text in a number field would never be found. */
function typed({ name, type }: Json, value: unknown): string | number | null {
	if (value === null || value === '') return null;
	if (type === 'string') return String(value);
	const number = type === 'time' && Number.isNaN(Number(value)) ? Date.parse(String(value)) / 1000 : Number(value);
	if (Number.isFinite(number)) return number;
	throw new InputError(
		`The metadata field '${String(name)}' takes a ${type === 'time' ? 'date' : 'number'}, not '${String(value)}'`,
		type === 'time' ? 'Enter a date such as 2026-01-31, or seconds since 1970.' : 'Enter a number.',
	);
}

function unknownField(name: string, known: Json[]): InputError {
	const names = known.map((each) => String(each.name)).join(', ');
	return new InputError(
		`The knowledge base has no metadata field '${name}'`,
		names ? `It has: ${names}.` : "It has none yet. Make one with the operation Create of 'Metadata'.",
	);
}
