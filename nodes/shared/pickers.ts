import { modelValue } from '../../src/knowledge/retrieval';
import type { Picker } from '../../src/operation/picker';
import type { Json } from '../../src/operation/types';

const models = (type: string): Picker => ({
	route: `GET /workspaces/current/models/model-types/${type}`,
	paging: 'none',
	records: (answer) =>
		(answer.data as Json[]).flatMap(({ provider, models: list }) =>
			(list as Json[]).map((model) => ({ provider, model: model.model })),
		),
	label: ({ provider, model }) => `${String(model)} (${String(provider).split('/').pop()})`,
	value: ({ provider, model }) => modelValue(provider, model),
});

export const knowledgePickers: Record<string, Picker> = {
	searchDatasets: {
		route: 'GET /datasets',
		paging: 'page',
		search: 'keyword',
		label: ({ name, document_count: count }) => `${String(name)} (${Number(count)} documents)`,
	},
	searchDocuments: {
		route: 'GET /datasets/{dataset_id}/documents',
		after: 'Knowledge Base',
		paging: 'page',
		search: 'keyword',
		label: ({ name, display_status: status }) =>
			status === 'available' ? String(name) : `${String(name)} (${String(status)})`,
	},
	searchEmbeddingModels: models('text-embedding'),
	searchRerankModels: models('rerank'),
};

export const chatPickers: Record<string, Picker> = {
	searchConversations: {
		route: 'GET /conversations',
		paging: 'cursor',
		query: ['user'],
		label: ({ name }) => String(name),
	},
};
