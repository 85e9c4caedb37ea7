import { ApiError, json, notFound } from './answers';
import { readFile, ruleOf } from './fileValues';
import type { HumanForm } from './humanForms';
import { seconds } from './ids';
import { isObject, type Json, textOf, type Value } from './json';
import type { AppCall, Routes } from './route';

const gone = (state: string, text: string, { id }: HumanForm) =>
	new ApiError(412, `human_input_form_${state}`, `${text}, form_id=${id}`);

const openForm = ({ workspace, app, params }: AppCall): HumanForm => {
	const form = workspace.apps.forms.get(params.form_token);
	if (!form || form.appId !== app.id) throw notFound('Form not found.');
	if (form.submitted) throw gone('submitted', 'This form has already been submitted by another user', form);
	if (form.expiresAt <= seconds()) throw gone('expired', 'This form has expired', form);
	return form;
};

const show = (call: AppCall) => {
	const { content, definition, defaults, expiresAt } = openForm(call);
	return json({
		form_content: content,
		inputs: definition.inputs,
		resolved_default_values: defaults,
		user_actions: definition.actions,
		expiration_time: expiresAt,
	});
};

const wrongData = (message: string) => new ApiError(400, 'invalid_form_data', message);

const fileOf = async (call: AppCall, label: string, mapping: Value | undefined, input: Json) => {
	if (!isObject(mapping)) throw wrongData(`Invalid value for ${label}: expected mapping`);
	return await readFile(call, mapping, ruleOf(input)).catch((error: Error) => {
		throw wrongData(`Invalid value for ${label}: ${error.message}`);
	});
};

const filesOf = async (call: AppCall, label: string, value: Value | undefined, input: Json) => {
	if (!Array.isArray(value)) throw wrongData(`Invalid value for ${label}: expected list`);
	const files: Value[] = [];
	for (const mapping of value) files.push(await fileOf(call, label, mapping, input));
	const limit = Number(input.number_limits);
	if (limit && files.length > limit) {
		throw wrongData(`Invalid value for ${label}: Number of files exceeds the maximum limit ${limit}`);
	}
	return files;
};

const valueOf = async (call: AppCall, input: Json, value: Value | undefined): Promise<Value> => {
	const name = String(input.output_variable_name);
	if (input.type === 'file') return await fileOf(call, `file input '${name}'`, value, input);
	if (input.type === 'file-list') return await filesOf(call, `file list input '${name}'`, value, input);
	if (input.type === 'select') {
		const options = (input.option_source as Json).value as Value[];
		if (!options.includes(value ?? null)) throw wrongData(`Invalid value for select input '${name}': ${String(value)}`);
	}
	return value ?? null;
};

const submit = async (call: AppCall) => {
	const form = openForm(call);
	const { inputs, actions } = form.definition;
	const sent = isObject(call.body.inputs) ? call.body.inputs : {};
	const action = actions.find(({ id }) => id === call.body.action);
	if (!action) throw wrongData(`Invalid action: ${textOf(call.body.action)}`);
	const names = inputs.map((input) => String(input.output_variable_name));
	const missing = names.filter((name) => !(name in sent));
	if (missing.length) throw wrongData(`Missing required inputs: ${missing.join(', ')}`);
	// Files belong to whoever began the run, whoever submits the form.
	const owner = { ...call, user: form.user };
	const values: Json = {};
	for (const [index, input] of inputs.entries()) {
		const value = sent[names[index]];
		values[names[index]] = await valueOf(owner, input, value).catch((error: unknown) => {
			if (call.dialect.formsAreChecked) throw error;
			return value ?? null;
		});
	}
	form.submitted = true;
	form.submit({ action, values });
	return json({});
};

/** Forms that runs wait for. */
export const humanInputRoutes: Routes = {
	'GET /form/human_input/{form_token}': { key: 'app', handle: show },
	'POST /form/human_input/{form_token}': {
		key: 'app',
		user: { in: 'body', required: true },
		body: {
			title: 'HumanInputFormSubmitPayload',
			type: 'object',
			required: ['inputs', 'action'],
			properties: { inputs: { type: 'object' }, action: { type: 'string' }, user: {} },
		},
		handle: submit,
	},
};
