import type { FieldType, IDataObject, ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';

import { sendForJson } from '../transport/client';
import { DifyError } from '../transport/error';
import { isBefore } from '../transport/version';
import { advise } from './advice';
import { appParameters } from './app';
import { fileMapping, fileMappings } from './attachments';
import { connect } from './connect';
import { ruleOfVariable } from './fileRules';
import { InputError, type Call, type Json } from './types';
import { asObject, shortened } from './values';

/** One variable of an app's form, from `user_input_form` of `GET /parameters`. */
interface Variable {
	control: string;
	variable: string;
	label: string;
	required: boolean;
	options: string[];
	maxLength?: number;
	default?: unknown;
	definition: Json;
}

const TYPES: Record<string, FieldType> = {
	'text-input': 'string',
	paragraph: 'string',
	select: 'options',
	number: 'number',
	checkbox: 'boolean',
	json_object: 'object',
	file: 'string',
	'file-list': 'string',
};

/** Controls that Dify fills in itself. */
const FILLED_BY_DIFY = ['external_data_tool'];

/** `methods.resourceMapping`: the app's inputs as a form. */
export async function getAppInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	try {
		const parameters = (await sendForJson(await connect(this), { method: 'GET', path: '/parameters' })) as Json;
		const fields = variablesOf(parameters).map(mapperField);
		return fields.length ? { fields } : { fields, emptyFieldsNotice: 'This app asks for no inputs.' };
	} catch (error) {
		return { fields: [], emptyFieldsNotice: `The app's inputs cannot be read: ${reason(error)}` };
	}
}

/**
 * The `inputs` to send: the form's values or the JSON, checked against the app's own form, because Dify reports a wrong
 * one late or not at all.
 */
export async function appInputs(call: Call): Promise<Json> {
	const isJson = call.param<string>('inputsMode', 'form') === 'json';
	const given = isJson
		? asObject(call.param<unknown>('inputsJson', {}) || {})
		: (call.param<{ value?: Json | null }>('inputs', {}).value ?? {});
	const variables = variablesOf(await appParameters(call));
	const inputs = { ...(given as Json) };
	for (const variable of variables) {
		const value = await encoded(variable, checked(variable, inputs[variable.variable]), call);
		if (value === undefined) delete inputs[variable.variable];
		else inputs[variable.variable] = value as Json[string];
	}
	return inputs;
}

/** Files are uploaded now; JSON typed as text becomes what it says, but Dify before 1.11.3 takes it as text only. */
async function encoded({ control, label, definition }: Variable, value: unknown, call: Call): Promise<unknown> {
	if (value === undefined) return undefined;
	if (control === 'file') return await fileMapping(value, ruleOfVariable(label, definition), call);
	if (control === 'file-list') return await fileMappings(value, ruleOfVariable(label, definition), call);
	if (control !== 'json_object') return value;
	try {
		const object = asObject(value);
		return isBefore(call.version, '1.11.3') ? JSON.stringify(object) : object;
	} catch {
		throw notAnObject(label, value);
	}
}

function notAnObject(label: string, value: unknown): InputError {
	return new InputError(`The app's input '${label}' is not a JSON object: ${shortened(value)}`, 'Enter an object such as { "a": 1 }.');
}

function variablesOf(parameters: Json): Variable[] {
	const form = Array.isArray(parameters.user_input_form) ? (parameters.user_input_form as Json[]) : [];
	return form.flatMap((entry) =>
		Object.entries(entry).map(([control, definition]) => variableOf(control, definition as Json)),
	).filter(({ control, required }) => required || !FILLED_BY_DIFY.includes(control));
}

function variableOf(control: string, definition: Json): Variable {
	const { variable, label, required, options, max_length: maxLength } = definition;
	return {
		control,
		variable: String(variable),
		label: String(label || variable),
		required: required === true,
		options: Array.isArray(options) ? options.map(String) : [],
		maxLength: typeof maxLength === 'number' ? maxLength : undefined,
		default: definition.default ?? undefined,
		definition,
	};
}

function mapperField({ control, variable, label, required, options, default: preset }: Variable): ResourceMapperField {
	return {
		id: variable,
		displayName: label,
		required,
		defaultMatch: false,
		display: true,
		type: TYPES[control] ?? 'object',
		...(control === 'select' && { options: options.map((option) => ({ name: option, value: option })) }),
		...(preset !== undefined && preset !== '' && { defaultValue: preset as string | number | boolean }),
	};
}

/** The value to send for a variable, `undefined` to leave it out. Dify's own rules, told before it is asked. */
function checked(variable: Variable, value: unknown): unknown {
	const { control, label, required, options, maxLength } = variable;
	if (value === undefined || value === null || (value === '' && control !== 'text-input' && control !== 'paragraph')) {
		if (!required) return undefined;
		throw new InputError(`The app's input '${label}' is empty`, 'It is required. Fill it in under Inputs.');
	}
	if (control === 'text-input' || control === 'paragraph') return checkedText(label, value, maxLength);
	if (control === 'select' && !options.includes(String(value))) {
		throw new InputError(
			`The app's input '${label}' has no option ${shortened(value)}`,
			`Choose one of: ${options.join(', ')}.`,
		);
	}
	if (control === 'number' && !isNumeric(value)) {
		throw new InputError(`The app's input '${label}' must be a number, not ${shortened(value)}`, 'Enter a number.');
	}
	return control === 'checkbox' ? checkedFlag(label, value) : value;
}

function isNumeric(value: unknown): boolean {
	return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));
}

/** Dify passes anything else on unchecked. */
function checkedFlag(label: string, value: unknown): boolean {
	const word = String(value).trim().toLowerCase();
	if (['true', '1', 'yes', 'on'].includes(word)) return true;
	if (['false', '0', 'no', 'off'].includes(word)) return false;
	throw new InputError(`The app's input '${label}' must be true or false, not ${shortened(value)}`, 'Enter true or false.');
}

function checkedText(label: string, value: unknown, maxLength?: number): string {
	if (typeof value === 'object') {
		throw new InputError(`The app's input '${label}' must be text, not ${shortened(value)}`, 'Use JSON.stringify() to make text of it.');
	}
	const text = String(value);
	if (!maxLength || [...text].length <= maxLength) return text;
	throw new InputError(
		`The app's input '${label}' is too long: ${[...text].length} characters`,
		`The app takes up to ${maxLength}. Shorten it, or raise the limit of the variable in Dify.`,
	);
}

function reason(error: unknown): string {
	return error instanceof DifyError ? advise({ error }).message : String((error as IDataObject).message ?? error);
}
