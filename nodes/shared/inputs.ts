import { appInputs } from '../../src/operation/inputs';
import type { Field } from '../../src/operation/types';

/** The app's own variables: as a form read from the app, or as JSON. The mode's value on the wire is the inputs. */
export const inputs: Field[] = [
	{
		displayName: 'Inputs',
		name: 'inputsMode',
		type: 'options',
		options: [
			{ name: 'Form', value: 'form', description: "The app's own variables, read from Dify" },
			{ name: 'JSON', value: 'json', description: 'One JSON object, for expressions' },
		],
		default: 'form',
		encode: async (_, call) => await appInputs(call),
		description: "How to enter the app's variables. An app without variables needs none.",
	},
	{
		displayName: 'App Inputs',
		name: 'inputs',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		displayOptions: { show: { inputsMode: ['form'] } },
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getAppInputs',
				mode: 'add',
				fieldWords: { singular: 'input', plural: 'inputs' },
				addAllFields: true,
				supportAutoMap: false,
			},
		},
		in: 'local',
		description: "The app's variables. The form is read from Dify.",
	},
	{
		displayName: 'Inputs (JSON)',
		name: 'inputsJson',
		type: 'json',
		default: '{}',
		displayOptions: { show: { inputsMode: ['json'] } },
		in: 'local',
		placeholder: 'e.g. { "city": "Berlin" }',
		description: "An object with the app's variables by name",
	},
];
