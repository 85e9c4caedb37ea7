import { withFile } from '../engine/harness';
import { byId, type Row } from './row';

const uuid = expect.stringMatching(/^[\da-f-]{36}$/);
const RULE = { mode: 'automatic' };

const base = (more: object = {}) => ({
	id: uuid,
	name: 'Manuals',
	description: expect.any(String),
	indexing_technique: 'high_quality',
	doc_form: 'text_model',
	document_count: 2,
	word_count: expect.any(Number),
	embedding_model: expect.any(String),
	permission: 'only_me',
	tags: [],
	...more,
});

const listedDocument = (name: string) => ({
	id: uuid,
	name,
	indexing_status: 'completed',
	display_status: 'available',
	tokens: expect.any(Number),
	word_count: expect.any(Number),
	doc_form: 'text_model',
	doc_metadata: [],
	created_at: expect.any(Number),
	error: null,
});

const written = (name: string) => ({
	id: uuid,
	name,
	batch: expect.stringMatching(/^\d{20}$/),
	indexing_status: 'completed',
	display_status: 'available',
	tokens: expect.any(Number),
	word_count: expect.any(Number),
	doc_form: 'text_model',
	completed_segments: 1,
	total_segments: 1,
	error: null,
});

export const knowledgeRows: Row[] = [
	{
		operation: 'difyKnowledge.dataset.create',
		key: 'dataset',
		params: () => ({ name: 'New base', additionalFields: { description: 'About things', permission: 'all_team_members' } }),
		route: 'POST /datasets',
		sent: () => ({
			path: '/v1/datasets',
			body: {
				name: 'New base',
				indexing_technique: 'high_quality',
				description: 'About things',
				permission: 'all_team_members',
			},
		}),
		items: () => [
			base({ name: 'New base', description: 'About things', permission: 'all_team_members', document_count: 0, doc_form: null }),
		],
	},
	{
		operation: 'difyKnowledge.dataset.getAll',
		key: 'dataset',
		params: () => ({ filters: { keyword: 'Manu' } }),
		route: 'GET /datasets',
		sent: () => ({ path: '/v1/datasets', query: { keyword: 'Manu', page: '1', limit: '50' } }),
		items: () => [base()],
	},
	{
		operation: 'difyKnowledge.dataset.get',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset) }),
		route: 'GET /datasets/{dataset_id}',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}`, query: {} }),
		items: ({ dataset }) => [base({ id: dataset })],
	},
	{
		operation: 'difyKnowledge.dataset.update',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset), updateFields: { description: '', name: 'Handbooks' } }),
		route: 'PATCH /datasets/{dataset_id}',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}`, body: { description: '', name: 'Handbooks' } }),
		items: ({ dataset }) => [base({ id: dataset, name: 'Handbooks' })],
	},
	{
		operation: 'difyKnowledge.dataset.delete',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset) }),
		route: 'DELETE /datasets/{dataset_id}',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}` }),
		items: () => [{ deleted: true }],
	},
	{
		operation: 'difyKnowledge.dataset.retrieve',
		key: 'dataset',
		params: ({ dataset }) => ({
			dataset_id: byId(dataset),
			query: 'pressed apples cider',
			search_method: 'semantic_search',
			additionalFields: { top_k: 1 },
		}),
		route: 'POST /datasets/{dataset_id}/retrieve',
		sent: ({ dataset }) => ({
			path: `/v1/datasets/${dataset}/retrieve`,
			body: {
				query: 'pressed apples cider',
				retrieval_model: {
					search_method: 'semantic_search',
					reranking_enable: false,
					top_k: 1,
					score_threshold_enabled: false,
					score_threshold: null,
				},
			},
		}),
		items: ({ apples }) => [
			{
				content: expect.stringContaining('Cider is made of pressed apples.'),
				answer: null,
				score: expect.any(Number),
				document_id: apples,
				document_name: 'apples.md',
				segment_id: uuid,
				position: 1,
				metadata: {},
				child_chunks: [],
			},
		],
	},
	{
		operation: 'difyKnowledge.document.createByFile',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset), binaryPropertyName: 'data' }),
		input: [withFile('Über „uns“ 说明 🦊.md', 'We make maps of rivers.')],
		route: 'POST /datasets/{dataset_id}/document/create-by-file',
		sent: ({ dataset }) => ({
			path: `/v1/datasets/${dataset}/document/create-by-file`,
			multipart: {
				fields: { data: JSON.stringify({ indexing_technique: 'high_quality', doc_form: 'text_model', process_rule: RULE }) },
				files: [
					expect.objectContaining({
						field: 'file',
						filename: 'Über „uns“ 说明 🦊.md',
						contentType: 'text/markdown',
						size: Buffer.byteLength('We make maps of rivers.'),
					}),
				],
			},
		}),
		items: () => [written('Über „uns“ 说明 🦊.md')],
	},
	{
		operation: 'difyKnowledge.document.createByText',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset), name: 'hours.txt', text: 'Open from 9 to 5.' }),
		route: 'POST /datasets/{dataset_id}/document/create-by-text',
		sent: ({ dataset }) => ({
			path: `/v1/datasets/${dataset}/document/create-by-text`,
			body: {
				name: 'hours.txt',
				text: 'Open from 9 to 5.',
				indexing_technique: 'high_quality',
				doc_form: 'text_model',
				process_rule: RULE,
			},
		}),
		items: () => [written('hours.txt')],
	},
	{
		operation: 'difyKnowledge.document.getAll',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset), returnAll: true, filters: { status: 'available' } }),
		route: 'GET /datasets/{dataset_id}/documents',
		sent: ({ dataset }) => ({
			path: `/v1/datasets/${dataset}/documents`,
			query: { status: 'available', page: '1', limit: '100' },
		}),
		items: () => [listedDocument('apples.md'), listedDocument('rivers.md')],
	},
	{
		operation: 'difyKnowledge.document.get',
		key: 'dataset',
		params: ({ dataset, rivers }) => ({ dataset_id: byId(dataset), document_id: byId(rivers), filters: { metadata: 'all' } }),
		route: 'GET /datasets/{dataset_id}/documents/{document_id}',
		sent: ({ dataset, rivers }) => ({ path: `/v1/datasets/${dataset}/documents/${rivers}`, query: { metadata: 'all' } }),
		items: ({ rivers }) => [
			{
				id: rivers,
				name: 'rivers.md',
				indexing_status: 'completed',
				display_status: 'available',
				tokens: expect.any(Number),
				segment_count: 1,
				doc_form: 'text_model',
				doc_metadata: null,
				created_at: expect.any(Number),
				error: null,
			},
		],
	},
	{
		operation: 'difyKnowledge.document.getIndexingStatus',
		key: 'dataset',
		params: ({ dataset, batch }) => ({ dataset_id: byId(dataset), batch }),
		route: 'GET /datasets/{dataset_id}/documents/{batch}/indexing-status',
		sent: ({ dataset, batch }) => ({ path: `/v1/datasets/${dataset}/documents/${batch}/indexing-status`, query: {} }),
		items: ({ rivers }) => [
			{
				id: rivers,
				indexing_status: 'completed',
				completed_segments: 1,
				total_segments: 1,
				error: null,
				completed_at: expect.any(Number),
			},
		],
	},
	{
		operation: 'difyKnowledge.document.delete',
		key: 'dataset',
		params: ({ dataset, rivers }) => ({ dataset_id: byId(dataset), document_id: byId(rivers) }),
		route: 'DELETE /datasets/{dataset_id}/documents/{document_id}',
		sent: ({ dataset, rivers }) => ({ path: `/v1/datasets/${dataset}/documents/${rivers}` }),
		items: () => [{ deleted: true }],
	},
	{
		operation: 'difyKnowledge.document.upsert',
		key: 'dataset',
		once: true,
		prepare: async ({ call, ids: { dataset } }) => {
			const { data } = await call('GET', `/datasets/${dataset}/documents`);
			const own = (data as unknown as Array<{ id: string; name: string }>).filter(({ name }) => name.startsWith('map'));
			for (const { id } of own) await call('DELETE', `/datasets/${dataset}/documents/${id}`);
			return {};
		},
		params: ({ dataset }) => ({
			dataset_id: byId(dataset),
			source: 'file',
			binaryPropertyName: 'data',
			key: "={{ $json.bad ? 'other' : 'maps/rivers' }}",
		}),
		input: [withFile('map.md', 'We make maps of rivers.')],
		route: 'POST /datasets/{dataset_id}/document/create-by-file',
		sent: ({ dataset }) => ({
			path: `/v1/datasets/${dataset}/document/create-by-file`,
			multipart: {
				fields: { data: JSON.stringify({ indexing_technique: 'high_quality', doc_form: 'text_model', process_rule: RULE }) },
				files: [expect.objectContaining({ field: 'file', filename: 'map.md', size: Buffer.byteLength('We make maps of rivers.') })],
			},
		}),
		items: () => [{ outcome: 'created', key: 'maps/rivers', ...written('map.md'), reason: null }],
	},
	{
		operation: 'difyKnowledge.document.deleteMissing',
		key: 'dataset',
		together: true,
		params: ({ dataset }) => ({
			dataset_id: byId(dataset),
			keyType: 'name',
			key: 'apples.md',
			dryRun: false,
			maxDeletions: 50,
		}),
		route: 'DELETE /datasets/{dataset_id}/documents/{document_id}',
		sent: ({ dataset, rivers }) => ({ path: `/v1/datasets/${dataset}/documents/${rivers}` }),
		items: ({ rivers }) => [{ deleted: true, id: rivers, name: 'rivers.md', key: 'rivers.md', reason: null }],
	},
];
