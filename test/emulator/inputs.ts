import { ApiError, invalidParam } from './answers';
import type { App } from './apps';
import { isObject, type Json, type Value } from './json';
import { pythonRepr } from './validation';

interface Control {
	type: string;
	variable: string;
	required: boolean;
	max_length?: number;
	options?: string[];
}

const controlsOf = ({ parameters }: App): Control[] =>
	(parameters.user_input_form as Json[]).flatMap((entry) =>
		Object.entries(entry).map(([type, definition]) => ({ ...(definition as unknown as Control), type })),
	);

const crash = () =>
	new ApiError(
		500,
		'internal_server_error',
		'The server encountered an internal error and was unable to complete your request. Either the server is ' +
			'overloaded or there is an error in the application.',
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

const numberValue = ({ variable }: Control, value: Value): Value => {
	if (value === '') return null;
	if (isObject(value) || Array.isArray(value)) throw crash();
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

const readers: Record<string, (control: Control, value: Value) => Value> = {
	'text-input': textValue,
	paragraph: textValue,
	select: selectValue,
	number: numberValue,
	checkbox: checkboxValue,
};

/** The app's variables as the server takes them from `inputs`; extra keys are dropped. */
export function readInputs(app: App, inputs: Json): Json {
	return Object.fromEntries(
		controlsOf(app).map((control) => {
			const value = inputs[control.variable];
			if (value !== undefined && value !== null) return [control.variable, readers[control.type](control, value)];
			if (control.required) throw invalidParam(`${control.variable} is required in input form`);
			return [control.variable, null];
		}),
	);
}
