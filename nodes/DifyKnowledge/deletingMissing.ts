import { deleteMissing } from '../../src/knowledge/deleteMissing';
import type { Operation } from '../../src/operation/types';
import { dataset } from '../shared/fields';
import { key, keyField, keyType } from './keyFields';

/** Composed of the operations that list documents and delete one. */
export const deletingMissing = (list: Operation, remove: Operation): Operation => ({
	name: 'Delete Missing',
	value: 'deleteMissing',
	action: 'Delete missing documents',
	description: 'Delete the documents whose key none of the input items has; documents without a key stay',
	route: 'DELETE /datasets/{dataset_id}/documents/{document_id}',
	also: ['GET /datasets/{dataset_id}/documents', 'GET /datasets/{dataset_id}/metadata'],
	since: '1.1.1',
	fields: [
		dataset,
		keyType,
		keyField,
		{ ...key, description: 'The key of the item, as it was given to Create or Update' },
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'fixedCollection',
			default: {},
			placeholder: 'Add Condition',
			in: 'local',
			description: 'Only documents with this value of a metadata field can be deleted. Without, all that have a key.',
			options: [
				{
					displayName: 'Condition',
					name: 'condition',
					values: [
						{ displayName: 'Field', name: 'name', type: 'string', default: '', placeholder: 'e.g. origin' },
						{ displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: 'e.g. handbook' },
					],
				},
			],
		},
		{
			displayName: 'Dry Run',
			name: 'dryRun',
			type: 'boolean',
			default: true,
			in: 'local',
			description: 'Whether to only list what would be deleted',
		},
		{
			displayName: 'Maximum Share of Deletions',
			name: 'maxDeletions',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 20,
			in: 'local',
			description: 'In percent of the documents with a key. If more are missing, nothing is deleted.',
		},
	],
	options: [
		{
			displayName: 'Allow Empty Input',
			name: 'allowEmptyInput',
			type: 'boolean',
			default: false,
			description: 'Whether an input without any key means that all documents are missing',
		},
	],
	runAll: deleteMissing(list, remove),
});
