import { formAction, formInputs } from '../../../src/operation/form';
import type { Field, Resource } from '../../../src/operation/types';
import { asText } from '../../../src/operation/values';
import { user } from '../fields';
import { asSent } from '../send';

const form: Field = {
	displayName: 'Form Token',
	name: 'form_token',
	type: 'string',
	typeOptions: { password: true },
	required: true,
	default: '',
	encode: (token) => asText(token).trim(),
	description: 'As the forms of the paused run give it; a form that is only sent by email has none',
};

/** The values of a form; the mode's value on the wire is the inputs. */
const formFields: Field[] = [
	{
		displayName: 'Inputs',
		name: 'inputsMode',
		type: 'options',
		options: [
			{ name: 'Form', value: 'form', description: "The form's own inputs, read from Dify with its token" },
			{ name: 'JSON', value: 'json', description: 'One JSON object, for expressions' },
		],
		default: 'form',
		encode: formInputs,
		description: 'How to enter what the form asks for. Every input needs a value: its defaults do not count.',
	},
	{
		displayName: 'Form Inputs',
		name: 'inputs',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		displayOptions: { show: { inputsMode: ['form'] } },
		typeOptions: {
			loadOptionsDependsOn: ['form_token'],
			resourceMapper: {
				resourceMapperMethod: 'getFormInputs',
				mode: 'add',
				fieldWords: { singular: 'input', plural: 'inputs' },
				addAllFields: true,
				supportAutoMap: false,
			},
		},
		in: 'local',
		description: "The form's inputs. A file is a binary field or a URL; 'User' must be the one that started the run then.",
	},
	{
		displayName: 'Inputs (JSON)',
		name: 'inputsJson',
		type: 'json',
		default: '{}',
		displayOptions: { show: { inputsMode: ['json'] } },
		in: 'local',
		placeholder: 'e.g. { "note": "Fine." }',
		description: 'An object with a value for every input of the form, by its output_variable_name',
	},
];

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
					encode: formAction,
					description: "One of the form's actions, by its ID",
				},
				...formFields,
				user,
			],
			body: asSent,
			output: () => ({ success: true }),
		},
	],
};
