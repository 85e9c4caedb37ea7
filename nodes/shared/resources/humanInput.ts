import type { Field, Resource } from '../../../src/operation/types';
import { asObject, asText } from '../../../src/operation/values';
import { user } from '../fields';

const form: Field = {
	displayName: 'Form Token',
	name: 'form_token',
	type: 'string',
	typeOptions: { password: true },
	required: true,
	default: '',
	encode: asText,
	description: 'As the paused run gives it',
};

export const humanInput: Resource = {
	name: 'Human Input',
	value: 'humanInput',
	operations: [
		{
			name: 'Get Form',
			value: 'get',
			action: 'Get human input form',
			description: 'Get the form that a paused run waits for: its text, fields and actions',
			route: 'GET /form/human_input/{form_token}',
			since: '1.14.0',
			fields: [form],
		},
		{
			name: 'Submit Form',
			value: 'submit',
			action: 'Submit human input form',
			description: 'Fill in the form of a paused run, which then goes on; this is final',
			route: 'POST /form/human_input/{form_token}',
			since: '1.14.0',
			fields: [
				form,
				{
					displayName: 'Action ID',
					name: 'action',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. approve',
					encode: asText,
					description: "One of the form's actions, by its ID",
				},
				{
					displayName: 'Inputs (JSON)',
					name: 'inputs',
					type: 'json',
					default: '{}',
					encode: asObject,
					description: 'An object with a value for every field of the form, by its output_variable_name',
				},
				user,
			],
			output: () => ({ success: true }),
		},
	],
};
