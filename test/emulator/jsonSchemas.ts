import Ajv, { type ErrorObject } from 'ajv';

import { jsonSchemasOf } from './inputs';
import type { Json } from './json';
import type { AppCall } from './route';
import { pythonRepr } from './validation';

const ajv = new Ajv({ strict: false, verbose: true });

const wordsOf = ({ keyword, params, data, schema, message = '' }: ErrorObject) => {
	if (keyword === 'type') return `${pythonRepr(data)} is not of type '${String(schema)}'`;
	if (keyword === 'enum') return `${pythonRepr(data)} is not one of ${pythonRepr(schema)}`;
	if (keyword === 'required') {
		return `'${(params as { missingProperty: string }).missingProperty}' is a required property`;
	}
	return `${pythonRepr(data)} ${message}`;
};

/** What is wrong with the JSON variables of a run; it is no refusal but makes the run fail. */
export function schemaViolation({ app }: AppCall, inputs: Json): string | undefined {
	for (const [variable, schema] of jsonSchemasOf(app)) {
		const value = inputs[variable];
		// An empty list passes for an empty object.
		if (value === null || (Array.isArray(value) && !value.length)) continue;
		const validate = ajv.compile(JSON.parse(schema) as Json);
		if (!validate(value) && validate.errors) {
			return `JSON object for '${variable}' does not match schema: ${wordsOf(validate.errors[0])}`;
		}
	}
	return undefined;
}
