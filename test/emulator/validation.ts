import Ajv, { type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

import { type Complaint, invalidParam } from './answers';
import { isObject, type Json, type Value } from './json';

/** JSON Schema; `title` is the name of Dify's model, which its error texts begin with. */
export type Schema = SchemaObject;

/** Checks a request part; gives it back with query text turned into numbers and booleans. */
export type Check = (value: unknown) => Json;

const pythonType = (value: unknown) => {
	if (value === null || value === undefined) return 'NoneType';
	if (Array.isArray(value)) return 'list';
	if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
	return { string: 'str', boolean: 'bool' }[typeof value as string] ?? 'dict';
};

/** How Python prints a value. */
export const pythonRepr = (value: unknown): string => {
	if (value === null || value === undefined) return 'None';
	if (value === true || value === false) return value ? 'True' : 'False';
	if (typeof value === 'string') return value.includes("'") ? JSON.stringify(value) : `'${value.replace(/\n/g, '\\n')}'`;
	if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
	if (!isObject(value)) return String(value);
	const entries = Object.entries(value).map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`);
	return `{${entries.join(', ')}}`;
};

const shortened = (text: string) => (text.length > 50 ? `${text.slice(0, 25)}...${text.slice(-24)}` : text);

/** 400 in the words of Dify's validator. */
export const validationError = (model: string, complaints: Complaint[]) => {
	const head = `${complaints.length} validation error${complaints.length === 1 ? '' : 's'} for ${model}`;
	const lines = complaints.map(
		({ at, text, type, input }) =>
			`${at ? `\n${at}` : ''}\n  ${text} [type=${type}, input_value=${shortened(pythonRepr(input))}, ` +
			`input_type=${pythonType(input)}]\n    For further information visit https://errors.pydantic.dev/2.12/v/${type}`,
	);
	return Object.assign(invalidParam(head + lines.join('')), { complaints });
};

/** A model's own rule was broken (`Value error, …`). */
export const valueError = (model: string, text: string, input: unknown, at = '') =>
	validationError(model, [{ at, text: `Value error, ${text}`, type: 'value_error', input }]);

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const alternatives = (schema: SchemaObject) => {
	const words = (schema.enum as Value[]).filter((word) => word !== null).map(pythonRepr);
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
};

const wrongType: Record<string, [string, string]> = {
	string: ['string_type', 'Input should be a valid string'],
	integer: ['int_type', 'Input should be a valid integer'],
	number: ['float_type', 'Input should be a valid number'],
	boolean: ['bool_type', 'Input should be a valid boolean'],
	array: ['list_type', 'Input should be a valid list'],
	object: ['dict_type', 'Input should be a valid dictionary'],
};
const unreadable: Record<string, [string, string]> = {
	integer: ['int_parsing', 'Input should be a valid integer, unable to parse string as an integer'],
	number: ['float_parsing', 'Input should be a valid number, unable to parse string as a number'],
	boolean: ['bool_parsing', 'Input should be a valid boolean, unable to interpret input'],
};

const typeComplaint = (schema: SchemaObject, input: unknown): [string, string] => {
	const wanted = [schema.type].flat().find((type) => type !== 'null') as string;
	if (typeof input === 'string' && unreadable[wanted]) return unreadable[wanted];
	if (wanted === 'object' && schema.title) {
		return ['model_type', `Input should be a valid dictionary or instance of ${schema.title}`];
	}
	return wrongType[wanted];
};

const sizeOf = (input: unknown) => (Array.isArray(input) ? input.length : 0);

const unreadableUuid = (text: string) =>
	`Input should be a valid UUID, invalid length: expected length 32 for simple format, found ${text.length}`;

const wordsOf = (error: ErrorObject, input: unknown): [string, string] => {
	const schema = error.parentSchema as SchemaObject;
	const { limit } = error.params as { limit: number };
	switch (error.keyword) {
		case 'type':
			return typeComplaint(schema, input);
		case 'enum':
			return [schema['x-enum'] ? 'enum' : 'literal_error', `Input should be ${alternatives(schema)}`];
		case 'minLength':
			return ['string_too_short', `String should have at least ${plural(limit, 'character')}`];
		case 'maxLength':
			return ['string_too_long', `String should have at most ${plural(limit, 'character')}`];
		case 'minimum':
			return ['greater_than_equal', `Input should be greater than or equal to ${limit}`];
		case 'maximum':
			return ['less_than_equal', `Input should be less than or equal to ${limit}`];
		case 'minItems':
			return ['too_short', `List should have at least ${plural(limit, 'item')} after validation, not ${sizeOf(input)}`];
		case 'maxItems':
			return ['too_long', `List should have at most ${plural(limit, 'item')} after validation, not ${sizeOf(input)}`];
		case 'not':
			return ['none_not_allowed', 'Input should not be null'];
		case 'anyOf':
			return ['any_of', 'Input should be one of several kinds'];
		case 'format':
			return ['uuid_parsing', unreadableUuid(String(input))];
		default:
			return ['value_error', `Value error, ${schema['x-message'] ?? error.message}`];
	}
};

const valueAt = (root: unknown, pointer: string[]) =>
	pointer.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);

const complaint = (error: ErrorObject, original: unknown): Complaint => {
	const pointer = error.instancePath.split('/').slice(1);
	const input = valueAt(original, pointer);
	if (error.keyword === 'required') {
		const { missingProperty } = error.params as { missingProperty: string };
		return { at: [...pointer, missingProperty].join('.'), text: 'Field required', type: 'missing', input };
	}
	if (error.keyword === 'additionalProperties') {
		const { additionalProperty } = error.params as { additionalProperty: string };
		return {
			at: [...pointer, additionalProperty].join('.'),
			text: 'Extra inputs are not permitted',
			type: 'extra_forbidden',
			input: valueAt(input, [additionalProperty]),
		};
	}
	const [type, text] = wordsOf(error, input);
	return { at: pointer.join('.'), text, type, input, schema: error.parentSchema };
};

const truths = ['true', '1', 'yes', 'y', 'on', 't'];
const falsehoods = ['false', '0', 'no', 'n', 'off', 'f'];

const coerceText = (types: string[], text: string): Value => {
	const numeric = text.trim() !== '' && Number.isFinite(Number(text));
	if (types.includes('integer') && numeric && Number.isInteger(Number(text))) return Number(text);
	if (types.includes('number') && numeric) return Number(text);
	if (types.includes('boolean') && truths.includes(text.toLowerCase())) return true;
	if (types.includes('boolean') && falsehoods.includes(text.toLowerCase())) return false;
	return text;
};

const coerce = (schema: SchemaObject, value: unknown): unknown => {
	const types = [schema.type ?? []].flat() as string[];
	if (schema['x-truth']) return Boolean(value);
	if (schema['x-text'] && value !== null && typeof value !== 'string') return pythonRepr(value);
	if (typeof value === 'string') return coerceText(types, value);
	if (Array.isArray(value)) return schema.items ? value.map((item) => coerce(schema.items as SchemaObject, item)) : value;
	const properties = schema.properties as Record<string, SchemaObject> | undefined;
	if (!isObject(value) || !properties) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, properties[key] ? coerce(properties[key], item) : item]),
	);
};

const closed = (schema: SchemaObject): SchemaObject => ({
	...schema,
	...(schema.items && { items: closed(schema.items as SchemaObject) }),
	...(schema.properties && {
		additionalProperties: false,
		properties: Object.fromEntries(
			Object.entries(schema.properties as Record<string, SchemaObject>).map(([key, item]) => [key, closed(item)]),
		),
	}),
});

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
addFormats(ajv);

/** Compiling costs more than all else that an emulator does at its start; tests start hundreds. */
const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: SchemaObject): ValidateFunction {
	const text = JSON.stringify(schema);
	const validate = validators.get(text) ?? ajv.compile(schema);
	validators.set(text, validate);
	return validate;
}

/** Compiles a schema; `strict` also refuses keys it does not know. */
export function compile(schema: Schema, strict: boolean): Check {
	const validate = validatorOf(strict ? closed(schema) : schema);
	return (value) => {
		const coerced = coerce(schema, value);
		if (validate(coerced)) return coerced as Json;
		const seen = new Map<string, Complaint>();
		for (const error of validate.errors ?? []) {
			const found = complaint(error, value);
			if (!seen.has(found.at)) seen.set(found.at, found);
		}
		throw validationError(schema.title as string, [...seen.values()]);
	};
}
