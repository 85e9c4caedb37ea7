import type { Field } from '../../src/operation/types';

export const keyType: Field = {
	displayName: 'Key Type',
	name: 'keyType',
	type: 'options',
	options: [
		{ name: 'Document Name', value: 'name', description: 'Every document has a name of its own' },
		{ name: 'Metadata Field', value: 'metadata', description: 'Several documents may have one name, such as README.md' },
	],
	default: 'metadata',
	in: 'local',
	description: 'By what documents are told apart',
};

export const keyField: Field = {
	displayName: 'Key Field',
	name: 'keyField',
	type: 'string',
	default: 'source_id',
	displayOptions: { show: { keyType: ['metadata'] } },
	in: 'local',
	placeholder: 'e.g. source_id',
	description: 'The metadata field of the knowledge base that holds the key. It is of the type string.',
};

export const key: Field = {
	displayName: 'Key',
	name: 'key',
	type: 'string',
	required: true,
	default: '',
	in: 'local',
	placeholder: 'e.g. handbook/README.md',
	description: 'What stays the same when the document changes: a path, an address or an ID of the source, up to 2000 characters',
};

export const hashField: Field = {
	displayName: 'Content Hash Field',
	name: 'hashField',
	type: 'string',
	default: 'content_hash',
	placeholder: 'e.g. content_hash',
	description: 'The metadata field that holds what the next execution compares with. It is of the type string.',
};
