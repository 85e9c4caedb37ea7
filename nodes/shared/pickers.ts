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
	searchSegments: {
		route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments',
		after: 'Document',
		paging: 'page',
		search: 'keyword',
		label: ({ position, content }) => `${Number(position)}. ${String(content).slice(0, 60)}`,
	},
	searchChildChunks: {
		route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks',
		after: 'Chunk',
		paging: 'page',
		search: 'keyword',
		label: ({ position, content }) => `${Number(position)}. ${String(content).slice(0, 60)}`,
	},
	searchTags: {
		route: 'GET /datasets/tags',
		paging: 'none',
		records: (answer) => answer as unknown as Json[],
		label: ({ name }) => String(name),
	},
	searchMetadata: {
		route: 'GET /datasets/{dataset_id}/metadata',
		after: 'Knowledge Base',
		paging: 'none',
		records: ({ doc_metadata: fields }) => fields as Json[],
		label: ({ name, type }) => `${String(name)} (${String(type)})`,
	},
	searchDatasources: {
		route: 'GET /datasets/{dataset_id}/pipeline/datasource-plugins',
		after: 'Knowledge Base',
		paging: 'none',
		records: (answer) => answer as unknown as Json[],
		value: ({ node_id: id }) => String(id),
		label: ({ title, datasource_type: type }) => `${String(title)} (${String(type)})`,
	},
	searchEmbeddingModels: models('text-embedding'),
	searchRerankModels: models('rerank'),
};

export const appPickers: Record<string, Picker> = {
	searchAnnotations: {
		route: 'GET /apps/annotations',
		paging: 'page',
		search: 'keyword',
		label: ({ question }) => String(question).slice(0, 60),
	},
	searchConversations: {
		route: 'GET /conversations',
		paging: 'cursor',
		query: ['user'],
		label: ({ name }) => String(name),
	},
	searchEmbeddingModels: models('text-embedding'),
	searchMessages: {
		route: 'GET /messages',
		after: 'Conversation',
		paging: 'none',
		query: ['conversation_id', 'user'],
		records: ({ data }) => (data as Json[]).toReversed(),
		label: ({ query }) => String(query).slice(0, 60),
	},
	searchVariables: {
		route: 'GET /conversations/{conversation_id}/variables',
		after: 'Conversation',
		paging: 'cursor',
		query: ['user'],
		label: ({ name, value_type: type }) => `${String(name)} (${String(type)})`,
	},
	searchRuns: {
		route: 'GET /workflows/logs',
		paging: 'page',
		search: 'keyword',
		value: ({ workflow_run: run }) => String((run as Json).id),
		label: ({ workflow_run: run, created_at: at }) =>
			`${String((run as Json).status)}, ${new Date(Number(at) * 1000).toISOString().slice(0, 16).replace('T', ' ')}`,
	},
};
