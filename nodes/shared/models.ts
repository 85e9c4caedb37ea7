import type { Field } from '../../src/operation/types';

/** A model by `provider::model`; encode it with `embeddingModel` or `modelParts` of knowledge/retrieval. */
export const embeddingModel: Field = {
	displayName: 'Embedding Model',
	name: 'embedding_model',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: "The model that makes vectors of texts. Default: the workspace's own.",
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchEmbeddingModels', searchable: true },
		},
		{ displayName: 'By Name', name: 'id', type: 'string', placeholder: 'e.g. langgenius/openai/openai::text-embedding-3-small' },
	],
};
