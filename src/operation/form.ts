import type { FieldType, ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';

import { sendForJson } from '../transport/client';
import { DifyError } from '../transport/error';
import { advise } from './advice';
import { connect } from './connect';
import { formFiles } from './formFiles';
import { InputError, type Call, type Json } from './types';
import { asObject, asText, shortened } from './values';

/** One input of the form of a paused run, from `inputs` of `GET /form/human_input/{form_token}`. */
interface FormInput {
	name: string;
	type: string;
	/** Of a select; none where only the run knows them. */
	options: string[];
	preset: unknown;
	definition: Json;
}

const TEXTS = ['paragraph', 'text_input', 'text-input'];
const FILES = ['file', 'file-list'];

/** `methods.resourceMapping`: the inputs of the form whose token is entered. */
export async function getFormInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const token = String(this.getNodeParameter('form_token', '') ?? '').trim();
	if (!token) {
		return { fields: [], emptyFieldsNotice: "The form is read with the 'Form Token', which is not known yet. Run the nodes before this one, or enter the inputs as JSON." };
	}
	try {
		const form = (await sendForJson(await connect(this), { method: 'GET', path: pathOf(token) })) as Json;
		const fields = inputsOf(form).map(mapperField);
		return fields.length ? { fields } : { fields, emptyFieldsNotice: 'This form asks for no inputs, only for an action.' };
	} catch (error) {
		const reason = error instanceof DifyError ? advise({ error }).message : (error as Error).message;
		return { fields: [], emptyFieldsNotice: `The form cannot be read: ${reason}` };
	}
}

/** One of the form's actions, by its id. */
export async function formAction(value: unknown, call: Call): Promise<string> {
	const action = asText(value).trim();
	const actions = ((await formOf(call)).user_actions ?? []) as Json[];
	if (actions.some(({ id }) => id === action)) return action;
	const known = actions.map(({ id, title }) => `${String(id)} (${String(title)})`).join(', ');
	throw new InputError(`The form has no action ${shortened(action)}`, `Enter the ID of one of its actions: ${known}.`);
}

/**
 * The `inputs` to submit: the form's values or the JSON, all of them, checked against the form's own definition, because
 * a submission is final and some servers take anything and fail the run over it.
 */
export async function formInputs(_: unknown, call: Call): Promise<Json> {
	const isJson = call.param<string>('inputsMode', 'form') === 'json';
	const given = isJson
		? asObject(call.param<unknown>('inputsJson', {}) || {})
		: (call.param<{ value?: Json | null }>('inputs', {}).value ?? {});
	const inputs = inputsOf(await formOf(call));
	const missing = inputs.filter((input) => isMissing(input, given[input.name])).map(({ name }) => `'${name}'`);
	if (missing.length) {
		throw new InputError(`The form's inputs are incomplete: ${missing.join(', ')}`, 'A form needs a value for every input; its defaults do not count.');
	}
	const values = inputs.map((input) => [input, checked(input, given[input.name])] as const);
	const sent: Json = {};
	for (const [input, value] of values) {
		sent[input.name] = FILES.includes(input.type) ? await formFiles(input.definition, value, call) : (value as Json[string]);
	}
	return sent;
}

async function formOf(call: Call): Promise<Json> {
	const token = asText(call.param<unknown>('form_token', '')).trim();
	return await call.once(`form ${token}`, async () => await call.json({ method: 'GET', path: pathOf(token) }));
}

function pathOf(token: string): string {
	return `/form/human_input/${encodeURIComponent(token)}`;
}

function inputsOf(form: Json): FormInput[] {
	const resolved = (form.resolved_default_values ?? {}) as Json;
	return ((form.inputs ?? []) as Json[]).map((definition) => {
		const { output_variable_name: name, type, option_source: source, default: preset } = definition as Record<string, Json | undefined>;
		const options = source?.value;
		return {
			name: String(name),
			type: String(type),
			options: Array.isArray(options) ? options.map(String) : [],
			preset: resolved[String(name)] ?? preset?.value,
			definition,
		};
	});
}

function mapperField({ name, type, options, preset }: FormInput): ResourceMapperField {
	const isList = type === 'select' && options.length > 0;
	return {
		id: name,
		displayName: name,
		required: true,
		defaultMatch: false,
		display: true,
		type: typeOf(type, isList),
		...(isList && { options: options.map((option) => ({ name: option, value: option })) }),
		...(typeof preset === 'string' && preset !== '' && { defaultValue: preset }),
	};
}

function typeOf(type: string, isList: boolean): FieldType {
	if (isList) return 'options';
	return type === 'number' ? 'number' : 'string';
}

/** An empty text is an answer too. */
function isMissing({ type }: FormInput, value: unknown): boolean {
	return value === undefined || value === null || (value === '' && !TEXTS.includes(type));
}

function checked({ name, type, options }: FormInput, value: unknown): unknown {
	const isObject = typeof value === 'object';
	if (TEXTS.includes(type)) {
		if (!isObject) return String(value);
		throw new InputError(`The form's input '${name}' must be text, not ${shortened(value)}`, 'Use JSON.stringify() to make text of it.');
	}
	if (type === 'select' && options.length && (isObject || !options.includes(String(value)))) {
		throw new InputError(`The form's input '${name}' has no option ${shortened(value)}`, `Choose one of: ${options.join(', ')}.`);
	}
	if (type === 'number' && (isObject || typeof value === 'boolean' || Number.isNaN(Number(value)))) {
		throw new InputError(`The form's input '${name}' must be a number, not ${shortened(value)}`, 'Enter a number.');
	}
	if (type === 'select') return String(value);
	return type === 'number' ? Number(value) : value;
}
