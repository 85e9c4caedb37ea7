import type { JsonObject, JsonValue } from 'n8n-workflow';

/** The part of JSON Schema that n8n's editor and builder read. */
export interface Schema {
	type?: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** Objects whose keys are those of an app, a form, a model or a user. */
const OPEN = ['inputs', 'metadata', 'model_properties', 'outputs', 'resolved_default_values', 'tool_icons'];

/** The schema that all these items fit, in the order in which their fields appear. */
export function schemaOf(items: JsonObject[]): Schema {
	return items.map((item) => inferred(item)).reduce(merged);
}

/** No values; `number` for all numbers, as JSON does not tell 1.0 from 1; nothing for null, which tells no type. */
function inferred(value: JsonValue | undefined, key = ''): Schema {
	if (value === null || value === undefined) return {};
	if (Array.isArray(value)) return { type: 'array', items: value.map((element) => inferred(element)).reduce(merged, {}) };
	if (typeof value !== 'object') return { type: typeof value };
	if (OPEN.includes(key)) return { type: 'object' };
	return { type: 'object', properties: Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inferred(each as JsonValue, name)])) };
}

function merged(one: Schema, other: Schema): Schema {
	if (!one.type) return other;
	if (!other.type) return one;
	if (one.type === 'array' && other.type === 'array') return { type: 'array', items: merged(one.items ?? {}, other.items ?? {}) };
	if (one.type === 'object' && other.type === 'object') return mergedObjects(one, other);
	const types = [...new Set([one.type, other.type].flat())].sort();
	return types.length === 1 ? one : { type: types };
}

function mergedObjects({ properties: one }: Schema, { properties: other }: Schema): Schema {
	if (!one || !other) return { type: 'object' };
	const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
	return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, merged(one[name] ?? {}, other[name] ?? {})])) };
}
