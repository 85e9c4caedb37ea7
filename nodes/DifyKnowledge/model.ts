import type { Resource } from '../../src/operation/types';
import { allAtOnce } from '../../src/traits/paging';
import { only, simplify } from '../../src/traits/simplify';

const simplified = simplify(only('provider', 'label', 'status', 'models'));

export const model: Resource = {
	name: 'Model',
	value: 'model',
	operations: [
		{
			name: 'Get Embedding Models',
			value: 'getEmbeddingModels',
			action: 'Get embedding models',
			description: 'List the embedding models of the workspace by provider',
			route: 'GET /workspaces/current/models/model-types/text-embedding',
			since: '1.2.0',
			traits: [simplified, allAtOnce('data')],
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many models',
			description: 'List the models of one type by provider',
			route: 'GET /workspaces/current/models/model-types/{model_type}',
			since: '1.2.0',
			fields: [
				{
					displayName: 'Model Type',
					name: 'model_type',
					type: 'options',
					options: [
						{ name: 'Embedding', value: 'text-embedding' },
						{ name: 'LLM', value: 'llm' },
						{ name: 'Moderation', value: 'moderation' },
						{ name: 'Rerank', value: 'rerank' },
						{ name: 'Speech to Text', value: 'speech2text' },
						{ name: 'Text to Speech', value: 'tts' },
					],
					default: 'llm',
				},
			],
			traits: [simplified, allAtOnce('data')],
		},
	],
};
