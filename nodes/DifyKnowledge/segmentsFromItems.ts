import { createFromItems } from '../../src/knowledge/segmentBatches';
import type { Field, Json, Operation } from '../../src/operation/types';
import { dataset, document } from '../shared/fields';

const forDocument = (...documentChoice: string[]) => ({ show: { documentChoice } });

const documentChoice: Field = {
	displayName: 'Document From',
	name: 'documentChoice',
	type: 'options',
	options: [
		{ name: 'Existing Document', value: 'existing' },
		{ name: 'Name', value: 'name', description: 'The document of that name, made if there is none' },
	],
	default: 'existing',
	in: 'local',
	description: 'Which document the chunks go to',
};

const documentName: Field = {
	displayName: 'Document Name',
	name: 'documentName',
	type: 'string',
	required: true,
	default: '',
	displayOptions: forDocument('name'),
	in: 'local',
	placeholder: 'e.g. FAQ',
	description: 'Made in the form of the knowledge base; in an empty one for question-answer pairs where every item has an answer',
};

/** Composed of the operation that creates chunks; `pick` is what is shown of one. */
export const creatingFromItems = (create: Operation, parts: Field[], simplify: Field[], pick: (segment: Json) => Json): Operation => ({
	name: 'Create From Items',
	value: 'createFromItems',
	action: 'Create chunks from items',
	description: 'Add one chunk or question-answer pair per input item to a document, many in one request',
	route: 'POST /datasets/{dataset_id}/documents/{document_id}/segments',
	also: [
		'GET /datasets/{dataset_id}',
		'GET /datasets/{dataset_id}/documents',
		'POST /datasets/{dataset_id}/document/create-by-text',
	],
	fields: [dataset, documentChoice, { ...document, displayOptions: forDocument('existing') }, documentName, ...parts, ...simplify],
	options: [
		{
			displayName: 'Chunks per Request',
			name: 'batchSize',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 100,
			description: 'At most; fewer where the server says that it takes fewer',
		},
		{
			displayName: 'Indexing Timeout',
			name: 'indexingTimeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 600,
			description: 'Seconds to wait for a document that is given by its name to be indexed',
		},
	],
	runAll: createFromItems(create, pick),
});
