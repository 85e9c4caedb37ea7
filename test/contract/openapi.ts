import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

type Schema = Record<string, unknown>;

const FILE = path.resolve(__dirname, '../../../shared/dify-api/openapi.json');

/** Keys that Dify takes although the vendor's description does not name them; seen on real servers. */
const BEYOND: Record<string, Schema> = {
	rules: { parent_mode: { type: 'string' }, subchunk_segmentation: { type: 'object' } },
};

/** The vendor's description; none in a clone without it. */
export const openapi = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Schema) : undefined;

/** An operation of the description, with every object closed, so that an unknown key is a fault. */
export function described(method: string, route: string): { query: Schema; body?: Schema; multipart: boolean } | undefined {
	const paths = openapi?.paths as Record<string, Record<string, Schema>>;
	const operation = paths[route]?.[method.toLowerCase()];
	if (!operation) return undefined;
	const parameters = ((operation.parameters ?? []) as Schema[]).filter((each) => each.in === 'query');
	const content = ((operation.requestBody as Schema | undefined)?.content ?? {}) as Record<string, Schema>;
	const [type] = Object.keys(content);
	return {
		query: {
			type: 'object',
			additionalProperties: false,
			properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, closed(schema as Schema)])),
			required: parameters.filter(({ required }) => required).map(({ name }) => name),
		},
		body: type ? closed(content[type].schema as Schema) : undefined,
		multipart: type === 'multipart/form-data',
	};
}

/** References followed, OpenAPI's `nullable` as a type, objects closed but for alternatives, which complete each other. */
export function closed(schema: Schema, name = '', open = false): Schema {
	const target = typeof schema.$ref === 'string' ? referred(schema.$ref) : schema;
	const closedSchema: Schema = {};
	const { nullable, required } = target;
	if (target.type) closedSchema.type = nullable ? [target.type, 'null'] : target.type;
	if (target.enum) closedSchema.enum = [...new Set([...(target.enum as unknown[]), ...(nullable ? [null] : [])])];
	if (target.items) closedSchema.items = closed(target.items as Schema);
	if (required) closedSchema.required = required;
	if (target.properties) {
		const properties = { ...(target.properties as Schema), ...BEYOND[name] };
		const entries = Object.entries(properties).map(([key, each]) => [key, closed(each as Schema, key)]);
		closedSchema.properties = Object.fromEntries(entries);
		closedSchema.additionalProperties = open;
	}
	for (const key of ['oneOf', 'anyOf', 'allOf']) {
		if (target[key]) closedSchema[key] = (target[key] as Schema[]).map((each) => closed(each, '', true));
	}
	return closedSchema;
}

function referred(reference: string): Schema {
	return reference
		.slice(2)
		.split('/')
		.reduce<Schema>((at, key) => at[key] as Schema, openapi as Schema);
}
