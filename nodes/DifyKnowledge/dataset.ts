import { baseInList } from '../../src/knowledge/base';
import { tagNames } from '../../src/knowledge/tags';
import type { Field, Json, Resource } from '../../src/operation/types';
import { asTextUpTo, asUuids, changes } from '../../src/operation/values';
import { keptSearch, orListed } from '../../src/traits/older';
import { byPage } from '../../src/traits/paging';
import { only, simplify } from '../../src/traits/simplify';
import { tagged } from '../../src/traits/tags';
import { dataset as datasetId } from '../shared/fields';
import { retrieve } from './retrieving';
import { baseSearch, embeddingModel, technique } from './settings';

const simplified = simplify(
	only(
		'id',
		'name',
		'description',
		'indexing_technique',
		'doc_form',
		'document_count',
		'word_count',
		'embedding_model',
		'permission',
		'tags',
	),
);

const name: Field = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. Product manuals',
	encode: asTextUpTo(40),
	description: 'Up to 40 characters, not used by another base',
};

const description: Field = {
	displayName: 'Description',
	name: 'description',
	type: 'string',
	default: '',
	encode: asTextUpTo(400),
	description: 'What the base is about; apps choose among bases by it. Up to 400 characters.',
};

const permission: Field = {
	displayName: 'Permission',
	name: 'permission',
	type: 'options',
	options: [
		{ name: 'All Team Members', value: 'all_team_members' },
		{ name: 'Only Me', value: 'only_me' },
		{ name: 'Selected Members', value: 'partial_members' },
	],
	default: 'only_me',
	description: "Who may see the base in Dify. The owner of the workspace is 'me'.",
};

const tags: Field = {
	displayName: 'Tags',
	name: 'tags',
	type: 'string',
	default: '',
	placeholder: 'e.g. Manuals, Internal',
	encode: tagNames,
	description: 'Comma-separated list of names, or an expression that gives a list: the base gets these tags besides those it has. Needs Dify 1.4.2.',
};

const newTechnique: Field = {
	...technique,
	encode: undefined,
	options: technique.options?.slice(1),
	default: 'high_quality',
	description: 'How documents can be found',
};

const external: Field[] = [
	{
		displayName: 'External Knowledge API ID',
		name: 'external_knowledge_api_id',
		type: 'string',
		default: '',
		description: 'Only for a base that another system holds',
	},
	{
		displayName: 'External Knowledge ID',
		name: 'external_knowledge_id',
		type: 'string',
		default: '',
		description: 'Only for a base that another system holds; every update of such a base needs it',
	},
];

/** An embedding model is one choice here and two words on the wire. */
const split = ({ embedding_model: model, ...rest }: Json): Json => ({ ...rest, ...(model as Json | undefined) });

export const dataset: Resource = {
	name: 'Knowledge Base',
	value: 'dataset',
	operations: [
		retrieve,
		{
			name: 'Create',
			value: 'create',
			action: 'Create knowledge base',
			description: 'Make an empty knowledge base',
			route: 'POST /datasets',
			fields: [name, newTechnique],
			optional: [description, permission, embeddingModel, baseSearch, ...external, tags],
			traits: [simplified, tagged],
			body: split,
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete knowledge base',
			description: 'Delete a knowledge base with all its documents, even when apps use it',
			route: 'DELETE /datasets/{dataset_id}',
			fields: [datasetId],
			output: () => ({ deleted: true }),
		},
		{
			name: 'Get',
			value: 'get',
			action: 'Get knowledge base',
			description: 'Get one knowledge base with its settings and counts',
			route: 'GET /datasets/{dataset_id}',
			since: '1.2.0',
			fields: [datasetId],
			traits: [simplified, orListed(baseInList)],
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many knowledge bases',
			description: 'List the knowledge bases of the workspace, with their ID, name and number of documents',
			route: 'GET /datasets',
			optional: [
				{
					displayName: 'Include All',
					name: 'include_all',
					type: 'boolean',
					default: true,
					description: 'Whether to list bases that the owner of the workspace may not see otherwise',
				},
				{
					displayName: 'Keyword',
					name: 'keyword',
					type: 'string',
					default: '',
					placeholder: 'e.g. manuals',
					description: 'Part of the name',
				},
			],
			traits: [simplified, byPage],
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Update knowledge base',
			description: 'Change the name, description, permission, model or search settings of a knowledge base',
			route: 'PATCH /datasets/{dataset_id}',
			since: '1.2.0',
			fields: [datasetId],
			optional: [
				{ ...name, required: undefined },
				description,
				newTechnique,
				permission,
				embeddingModel,
				baseSearch,
				...external,
				tags,
				{
					displayName: 'Members',
					name: 'partial_member_list',
					type: 'string',
					default: '',
					placeholder: 'e.g. 8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15',
					encode: (value) => asUuids(value).map((id) => ({ user_id: id })),
					description: 'Comma-separated list of user IDs, for the permission Selected Members',
				},
			],
			traits: [simplified, tagged, keptSearch],
			body: (values) => changes(split(values)),
		},
	],
};
