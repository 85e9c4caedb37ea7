import { metadataList, namedField } from '../../src/knowledge/metadata';
import type { Field, Json, Resource } from '../../src/operation/types';
import { asTextUpTo, asUuids } from '../../src/operation/values';
import { keptValues, patient } from '../../src/traits/metadata';
import { allAtOnce } from '../../src/traits/paging';
import { dataset, metadataField } from '../shared/fields';

const name: Field = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. topic',
	encode: asTextUpTo(255),
	description: 'Up to 255 characters, not used by another field of the base',
};

export const metadata: Resource = {
	name: 'Metadata',
	value: 'metadata',
	operations: [
		{
			name: 'Create',
			value: 'create',
			action: 'Create metadata field',
			description: 'Add a field to the metadata of a knowledge base',
			route: 'POST /datasets/{dataset_id}/metadata',
			since: '1.1.1',
			fields: [
				dataset,
				name,
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					options: [
						{ name: 'Number', value: 'number' },
						{ name: 'String', value: 'string' },
						{ name: 'Time', value: 'time' },
					],
					default: 'string',
				},
			],
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete metadata field',
			description: 'Delete a field with its values in all documents',
			route: 'DELETE /datasets/{dataset_id}/metadata/{metadata_id}',
			since: '1.1.1',
			fields: [dataset, metadataField],
			output: () => ({ deleted: true }),
		},
		{
			name: 'Get Built-In',
			value: 'getBuiltIn',
			action: 'Get built in metadata fields',
			description: 'List the fields that Dify fills in itself',
			route: 'GET /datasets/{dataset_id}/metadata/built-in',
			fallbacks: ['GET /datasets/metadata/built-in'],
			since: '1.1.1',
			fields: [dataset],
			traits: [allAtOnce('fields')],
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many metadata fields',
			description: 'List the metadata fields of a knowledge base, with type and number of documents',
			route: 'GET /datasets/{dataset_id}/metadata',
			since: '1.1.1',
			fields: [dataset],
			traits: [allAtOnce('doc_metadata')],
		},
		{
			name: 'Toggle Built-In',
			value: 'toggleBuiltIn',
			action: 'Toggle built in metadata fields',
			description: 'Switch on or off the fields that Dify fills in itself',
			route: 'POST /datasets/{dataset_id}/metadata/built-in/{action}',
			since: '1.1.1',
			fields: [
				dataset,
				{
					displayName: 'Action',
					name: 'action',
					type: 'options',
					options: [
						{ name: 'Disable', value: 'disable', action: 'Disable built in fields' },
						{ name: 'Enable', value: 'enable', action: 'Enable built in fields' },
					],
					default: 'enable',
				},
			],
			output: () => ({ success: true }),
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Update metadata field',
			description: 'Rename a metadata field',
			route: 'PATCH /datasets/{dataset_id}/metadata/{metadata_id}',
			since: '1.1.1',
			fields: [dataset, metadataField, name],
			output: namedField,
		},
		{
			name: 'Update Documents',
			value: 'updateDocuments',
			action: 'Update metadata of documents',
			description: 'Set metadata of one document or several',
			route: 'POST /datasets/{dataset_id}/documents/metadata',
			since: '1.1.1',
			fields: [
				dataset,
				{
					displayName: 'Document IDs',
					name: 'document_ids',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
					encode: asUuids,
					description: 'Comma-separated list, or an expression that gives a list',
				},
				{
					displayName: 'Metadata',
					name: 'metadata',
					type: 'fixedCollection',
					typeOptions: { multipleValues: true },
					required: true,
					default: {},
					placeholder: 'Add Value',
					encode: metadataList,
					description: 'Values by the name of their field',
					options: [
						{
							displayName: 'Field',
							name: 'fields',
							values: [
								{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. topic' },
								{ displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: 'e.g. safety' },
							],
						},
					],
				},
				{
					displayName: 'Keep Other Values',
					name: 'partial_update',
					type: 'boolean',
					default: true,
					description: 'Whether values not named here stay',
				},
			],
			body: ({ document_ids: ids, metadata: list, partial_update: partial }) => ({
				operation_data: (ids as string[]).map((id) => ({ document_id: id, metadata_list: list as Json[], partial_update: partial })),
			}),
			traits: [keptValues, patient],
			output: () => ({ success: true }),
		},
	],
};
