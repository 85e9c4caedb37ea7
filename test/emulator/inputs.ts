import { crash, invalidParam } from './answers';
import type { App } from './apps';
import { readFile, ruleOf } from './fileValues';
import { isObject, type Json, parsedJson, type Value } from './json';
import type { AppCall } from './route';
import { pythonRepr } from './validation';

interface Control {
	type: string;
	variable: string;
	required: boolean;
	max_length?: number;
	options?: string[];
	default?: Value;
	definition: Json;
}

const controlsOf = ({ parameters }: App): Control[] =>
	(parameters.user_input_form as Json[]).flatMap((entry) =>
		Object.entries(entry).map(([type, definition]) => {
			const stored = definition as Json;
			return { ...(stored as unknown as Control), type, definition: stored };
		}),
	);

const textValue = ({ type, variable, max_length: longest }: Control, value: Value): Value => {
	if (typeof value !== 'string') throw invalidParam(`(type '${type}') ${variable} in input form must be a string`);
	if (longest && [...value].length > longest) {
		throw invalidParam(`${variable} in input form must be less than ${longest} characters`);
	}
	return value.split('\0').join('');
};

const selectValue = ({ variable, options = [] }: Control, value: Value): Value => {
	if (!options.includes(String(value))) {
		throw invalidParam(`${variable} in input form must be one of the following: ${pythonRepr(options)}`);
	}
	return value;
};

const numberValue = ({ variable }: Control, value: Value, { dialect }: AppCall): Value => {
	if (value === '') return null;
	if (typeof value === 'boolean') return value;
	if (isObject(value) || Array.isArray(value)) {
		if (dialect.numberObjects === 'taken') return value;
		throw crash();
	}
	if (!Number.isFinite(Number(value))) throw invalidParam(`${variable} in input form must be a valid number`);
	return Number(value);
};

const truths = ['true', '1', 'yes', 'on'];
const falsehoods = ['false', '0', 'no', 'off'];

const checkboxValue = (_: Control, value: Value): Value => {
	const word = String(value).toLowerCase();
	if (truths.includes(word)) return true;
	return falsehoods.includes(word) ? false : value;
};

const fileValue = async ({ variable, definition }: Control, value: Value, call: AppCall): Promise<Value> => {
	if (value === '' && call.dialect.emptyFile === 'null') return null;
	if (!isObject(value)) throw invalidParam(`${variable} in input form must be a file`);
	return await readFile(call, value, ruleOf(definition));
};

const fileListValue = async (control: Control, value: Value, call: AppCall): Promise<Value> => {
	const { variable, max_length: most, definition } = control;
	if (value === '' && call.dialect.emptyFile === 'null') return null;
	if (!Array.isArray(value) || !value.every(isObject)) {
		throw invalidParam(`${variable} in input form must be a list of files`);
	}
	const files: Value[] = [];
	for (const mapping of value) files.push(await readFile(call, mapping as Json, ruleOf(definition)));
	if (most && files.length > most) throw invalidParam(`${variable} in input form must be less than ${most} files`);
	return files;
};

const objectValue = ({ variable }: Control, value: Value, { dialect }: AppCall): Value => {
	if (typeof value === 'string' && dialect.jsonVariables === 'texts') return (parsedJson(value) as Value | undefined) ?? value;
	if (typeof value === 'string' && dialect.jsonVariables === 'objects and texts') return value;
	if (!isObject(value) && !(Array.isArray(value) && !value.length)) {
		throw invalidParam(`${variable} in input form must be a dict`);
	}
	return value;
};

const readers: Record<string, (control: Control, value: Value, call: AppCall) => Value | Promise<Value>> = {
	'text-input': textValue,
	paragraph: textValue,
	select: selectValue,
	number: numberValue,
	checkbox: checkboxValue,
	file: fileValue,
	'file-list': fileListValue,
	json_object: objectValue,
};

/** The app's variables as the server takes them from `inputs`; extra keys are dropped. */
export async function readInputs(call: AppCall): Promise<Json> {
	const { app, body } = call;
	const sent = isObject(body.inputs) ? body.inputs : {};
	const isFlow = ['advanced-chat', 'workflow'].includes(app.mode);
	const read: Json = {};
	for (const control of controlsOf(app)) {
		const { type, variable, required } = control;
		const value = sent[variable] ?? null;
		if (value === null && required) throw invalidParam(`${variable} is required in input form`);
		if (value !== null) read[variable] = await readers[type](control, value, call);
		else read[variable] = isFlow ? (control.default ?? null) : null;
	}
	return read;
}

/** The app's JSON variables with the schemas of their values. */
export const jsonSchemasOf = (app: App): Array<[variable: string, schema: string]> =>
	controlsOf(app).flatMap(({ type, variable, definition: { json_schema: schema } }) => {
		if (type !== 'json_object' || !schema) return [];
		return [[variable, typeof schema === 'string' ? schema : JSON.stringify(schema)]];
	});
