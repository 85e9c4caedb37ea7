import { asText, asUuid } from '../../src/operation/values';
import type { Field } from '../../src/operation/types';

export const user: Field = {
	displayName: 'User',
	name: 'user',
	type: 'string',
	default: 'n8n',
	required: true,
	encode: asText,
	description: 'Who asks: any name you choose for an end user',
	hint: 'Use one name per end user, the same for everything that belongs together: conversations and files are found only with it',
};

export const dataset: Field = {
	displayName: 'Knowledge Base',
	name: 'dataset_id',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	encode: asUuid,
	description: 'The knowledge base to work with. Dify\'s API calls it a dataset.',
	modes: [
		{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchDatasets', searchable: true } },
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://cloud.dify.ai/datasets/8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15/documents',
			extractValue: { type: 'regex', regex: 'datasets/([0-9a-fA-F-]{36})' },
			validation: [
				{ type: 'regex', properties: { regex: '.*datasets/[0-9a-fA-F-]{36}.*', errorMessage: 'Not the address of a knowledge base' } },
			],
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15' },
	],
};

export const document: Field = {
	displayName: 'Document',
	name: 'document_id',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	encode: asUuid,
	description: 'The document to work with',
	modes: [
		{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchDocuments', searchable: true } },
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://cloud.dify.ai/datasets/8f4a…/documents/1b3c…',
			extractValue: { type: 'regex', regex: 'documents/([0-9a-fA-F-]{36})' },
			validation: [
				{ type: 'regex', properties: { regex: '.*documents/[0-9a-fA-F-]{36}.*', errorMessage: 'Not the address of a document' } },
			],
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b' },
	],
};

export const conversation: Field = {
	displayName: 'Conversation',
	name: 'conversation_id',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	encode: asUuid,
	description: "The conversation to work with. The list shows those of the 'User'.",
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchConversations', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 5f0e1d2c-3b4a-4958-8776-655443322110' },
	],
};
