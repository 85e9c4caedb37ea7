import { InputError, type Call, type Json } from '../operation/types';
import { isBuiltIn, knownFields, ownMetadata, typed, unknownField } from './metadata';
import { madeField, type OwnFields, type Value } from './ownFields';

/** Values of metadata by the names of their fields, and the ids of these. */
export interface DocumentMetadata {
	values: Record<string, Value>;
	ids: OwnFields;
}

/** One entry of the `metadata` parameter. */
interface Entry {
	name?: string;
	type?: string;
	value?: unknown;
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/;

/**
 * What the item's `metadata` parameter says of its document, in the types of the base's fields. Fields that are missing are
 * made, once per execution, by the first item with a value for them.
 *
 * @param taken fields that hold something else
 */
export async function documentMetadata(call: Call, datasetId: string, taken: string[] = []): Promise<DocumentMetadata> {
	const { fields = [] } = call.param<{ fields?: Entry[] }>('metadata', {});
	const metadata: DocumentMetadata = { values: {}, ids: {} };
	for (const [index, entry] of fields.entries()) {
		const name = nameOf(entry, index, taken);
		const field = await fieldOf(call, datasetId, name, entry);
		if (!field) continue;
		metadata.values[name] = typed(field, entry.value);
		metadata.ids[name] = String(field.id);
	}
	return metadata;
}

/** Those values that a document does not have yet. */
export function missingValues({ values }: DocumentMetadata, document: Json): Record<string, Value> {
	const own = new Map(ownMetadata(document).map(({ name, value }) => [name, value === '' ? null : value]));
	return Object.fromEntries(Object.entries(values).filter(([name, value]) => (own.get(name) ?? null) !== value));
}

function nameOf({ name = '' }: Entry, index: number, taken: string[]): string {
	const trimmed = name.trim();
	if (!trimmed) throw new InputError(`'Metadata' has no name in entry ${index + 1}`, 'Enter the name of a field of the knowledge base, or remove the entry.');
	if (isBuiltIn(trimmed)) throw new InputError(`'Metadata' cannot set '${trimmed}'`, 'Dify fills that field in itself. Choose another name.');
	if (!taken.includes(trimmed)) return trimmed;
	throw new InputError(`'Metadata' cannot set '${trimmed}'`, 'It holds the key or the content hash of the document. Choose another name.');
}

/** The field of that name; nothing where it is missing and there is no value for it. */
async function fieldOf(call: Call, datasetId: string, name: string, { type, value }: Entry): Promise<Json | undefined> {
	const known = await knownFields(call, datasetId);
	const field = known.find((each) => each.name === name);
	if (field) return field;
	if (!call.param('options.createMissingFields', true)) throw unknownField(name, known);
	if (value === null || value === undefined || value === '') return undefined;
	const chosen = !type || type === 'auto' ? typeOf(value) : type;
	return await call.once(`new field ${datasetId} ${name}`, async () => await madeField(call, datasetId, name, chosen));
}

function typeOf(value: unknown): string {
	if (typeof value === 'number') return 'number';
	return typeof value === 'string' && ISO_DATE.test(value) && !Number.isNaN(Date.parse(value)) ? 'time' : 'string';
}
