import type { Field, Json, Resource } from '../../src/operation/types';
import { asTextUpTo, asUuids } from '../../src/operation/values';
import { each } from '../../src/traits/each';
import { renamedTag } from '../../src/traits/older';
import { allAtOnce } from '../../src/traits/paging';
import { dataset, tag as tagId } from '../shared/fields';

const name: Field = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. Manuals',
	encode: asTextUpTo(50),
	description: 'Up to 50 characters, not used by another tag',
};

const tags: Field = {
	displayName: 'Tag IDs',
	name: 'tag_ids',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
	encode: asUuids,
	description: 'Comma-separated list, or an expression that gives a list',
};

const byTarget = ({ dataset_id: target, ...rest }: Json): Json => ({ ...rest, target_id: target });

export const tag: Resource = {
	name: 'Tag',
	value: 'tag',
	operations: [
		{
			name: 'Bind',
			value: 'bind',
			action: 'Bind tags to knowledge base',
			description: 'Give tags to a knowledge base',
			route: 'POST /datasets/tags/binding',
			since: '1.4.2',
			fields: [dataset, tags],
			body: byTarget,
			output: () => ({ success: true }),
		},
		{
			name: 'Create',
			value: 'create',
			action: 'Create tag',
			description: 'Make a tag for knowledge bases',
			route: 'POST /datasets/tags',
			since: '1.4.2',
			fields: [name],
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete tag',
			description: 'Delete a tag and take it from all knowledge bases',
			route: 'DELETE /datasets/tags',
			since: '1.4.2',
			fields: [tagId],
			output: () => ({ deleted: true }),
		},
		{
			name: 'Get by Knowledge Base',
			value: 'getByDataset',
			action: 'Get tags of knowledge base',
			description: 'List the tags of a knowledge base',
			route: 'GET /datasets/{dataset_id}/tags',
			since: '1.4.2',
			fields: [dataset],
			traits: [allAtOnce('data')],
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many tags',
			description: 'List many tags for knowledge bases',
			route: 'GET /datasets/tags',
			since: '1.4.2',
			traits: [allAtOnce()],
		},
		{
			name: 'Unbind',
			value: 'unbind',
			action: 'Unbind tags from knowledge base',
			description: 'Take tags from a knowledge base',
			route: 'POST /datasets/tags/unbinding',
			since: '1.4.2',
			fields: [dataset, tags],
			// Dify before 1.14.1 reads only the one, later ones the other.
			traits: [each('tag_ids', (id, rest) => ({ ...rest, tag_id: String(id), tag_ids: [String(id)] }))],
			body: byTarget,
			output: () => ({ success: true }),
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Update tag',
			description: 'Rename a tag',
			route: 'PATCH /datasets/tags',
			since: '1.4.2',
			fields: [tagId, name],
			traits: [renamedTag],
		},
	],
};
