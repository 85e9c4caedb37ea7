import { withFile } from '../engine/harness';
import { byId, type Row } from './row';
import type { Workspace } from './workspace';

const uuid = expect.stringMatching(/^[\da-f-]{36}$/);

const chunk = (content: unknown) => ({
	id: uuid,
	position: expect.any(Number),
	content,
	answer: null,
	keywords: null,
	word_count: expect.any(Number),
	tokens: expect.any(Number),
	status: expect.any(String),
	enabled: expect.any(Boolean),
	error: null,
});

const child = (content: string) => expect.objectContaining({ id: uuid, content, type: expect.any(String) });

const withSegment = async ({ call, ids }: Workspace) => {
	const { data } = await call('GET', `/datasets/${ids.dataset}/documents/${ids.rivers}/segments`);
	return { segment: (data as Array<{ id: string }>)[0].id };
};

const withChild = async (workspace: Workspace) => {
	const { segment } = await withSegment(workspace);
	const { dataset, rivers } = workspace.ids;
	const { data } = await workspace.call('POST', `/datasets/${dataset}/documents/${rivers}/segments/${segment}/child_chunks`, { content: 'A child.' });
	return { segment, child: (data as { id: string }).id };
};

/** Made past the API, which does not give the IDs of tags on every release. */
const madeTag = async ({ emulator }: Workspace, tag: object) => {
	const answer = await fetch(`${emulator.url}/_emulator/tags`, { method: 'POST', body: JSON.stringify(tag) });
	return { tag: ((await answer.json()) as { id: string }).id };
};

const withTag = async (workspace: Workspace) => await madeTag(workspace, { name: 'Handbooks' });

const withBoundTag = async (workspace: Workspace) => await madeTag(workspace, { name: 'Handbooks', dataset_id: workspace.ids.dataset });

const withField = async ({ call, ids }: Workspace) => ({
	field: (await call('POST', `/datasets/${ids.dataset}/metadata`, { type: 'string', name: 'section' })).id as string,
});

const segments = 'POST /datasets/{dataset_id}/documents/{document_id}/segments';
const segmentPath = ({ dataset, rivers }: Record<string, string>) => `/v1/datasets/${dataset}/documents/${rivers}/segments`;
const where = ({ dataset, rivers }: Record<string, string>) => ({ dataset_id: byId(dataset), document_id: byId(rivers) });
const children = (ids: Record<string, string>) => `${segmentPath(ids)}/${ids.segment}/child_chunks`;

export const chunkRows: Row[] = [
	{
		operation: 'difyKnowledge.segment.create',
		key: 'dataset',
		params: (ids) => ({ ...where(ids), content: 'The Elbe flows north.', keywords: 'elbe, north' }),
		route: segments,
		sent: (ids) => ({ path: segmentPath(ids), body: { segments: [{ content: 'The Elbe flows north.', keywords: ['elbe', 'north'] }] } }),
		items: () => [{ ...chunk('The Elbe flows north.'), keywords: ['elbe', 'north'] }],
	},
	{
		operation: 'difyKnowledge.segment.createFromItems',
		key: 'dataset',
		together: true,
		params: (ids) => ({ ...where(ids), content: 'The Elbe flows north.', keywords: 'elbe, north' }),
		route: segments,
		sent: (ids) => ({ path: segmentPath(ids), body: { segments: [{ content: 'The Elbe flows north.', keywords: ['elbe', 'north'] }] } }),
		items: () => [{ ...chunk('The Elbe flows north.'), keywords: ['elbe', 'north'] }],
	},
	{
		operation: 'difyKnowledge.segment.getAll',
		key: 'dataset',
		params: (ids) => ({ ...where(ids), filters: { status: ['completed'] } }),
		route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments',
		sent: (ids) => ({ path: segmentPath(ids), query: { status: 'completed', page: '1', limit: '50' } }),
		items: () => [chunk(expect.stringContaining('Rhine'))],
	},
	{
		operation: 'difyKnowledge.segment.get',
		key: 'dataset',
		prepare: withSegment,
		params: (ids) => ({ ...where(ids), segment_id: byId(ids.segment) }),
		route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}',
		sent: (ids) => ({ path: `${segmentPath(ids)}/${ids.segment}`, query: {} }),
		items: () => [chunk(expect.stringContaining('Rhine'))],
	},
	{
		operation: 'difyKnowledge.segment.update',
		key: 'dataset',
		prepare: withSegment,
		params: (ids) => ({ ...where(ids), segment_id: byId(ids.segment), additionalFields: { content: 'The Danube flows east.' } }),
		route: 'POST /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}',
		sent: (ids) => ({ path: `${segmentPath(ids)}/${ids.segment}`, body: { segment: { content: 'The Danube flows east.' } } }),
		items: () => [chunk('The Danube flows east.')],
	},
	{
		operation: 'difyKnowledge.segment.delete',
		key: 'dataset',
		prepare: withSegment,
		params: (ids) => ({ ...where(ids), segment_id: byId(ids.segment) }),
		route: 'DELETE /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}',
		sent: (ids) => ({ path: `${segmentPath(ids)}/${ids.segment}` }),
		items: () => [{ deleted: true }],
	},
	{
		operation: 'difyKnowledge.chunk.create',
		key: 'dataset',
		prepare: withSegment,
		params: (ids) => ({ ...where(ids), segment_id: byId(ids.segment), content: 'A child.' }),
		route: 'POST /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks',
		sent: (ids) => ({ path: children(ids), body: { content: 'A child.' } }),
		items: () => [child('A child.')],
	},
	{
		operation: 'difyKnowledge.chunk.getAll',
		key: 'dataset',
		prepare: withChild,
		params: (ids) => ({ ...where(ids), segment_id: byId(ids.segment), filters: { keyword: 'child' } }),
		route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks',
		sent: (ids) => ({ path: children(ids), query: { keyword: 'child', page: '1', limit: '50' } }),
		items: () => [child('A child.')],
	},
	{
		operation: 'difyKnowledge.chunk.update',
		key: 'dataset',
		prepare: withChild,
		params: (ids) => ({ ...where(ids), segment_id: byId(ids.segment), child_chunk_id: byId(ids.child), content: 'Another.' }),
		route: 'PATCH /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks/{child_chunk_id}',
		sent: (ids) => ({ path: `${children(ids)}/${ids.child}`, body: { content: 'Another.' } }),
		items: () => [child('Another.')],
	},
	{
		operation: 'difyKnowledge.chunk.delete',
		key: 'dataset',
		prepare: withChild,
		params: (ids) => ({ ...where(ids), segment_id: byId(ids.segment), child_chunk_id: byId(ids.child) }),
		route: 'DELETE /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks/{child_chunk_id}',
		sent: (ids) => ({ path: `${children(ids)}/${ids.child}` }),
		items: () => [{ deleted: true }],
	},
	{
		operation: 'difyKnowledge.tag.create',
		key: 'dataset',
		params: () => ({ name: 'Handbooks' }),
		route: 'POST /datasets/tags',
		sent: () => ({ path: '/v1/datasets/tags', body: { name: 'Handbooks' } }),
		items: () => [{ id: uuid, name: 'Handbooks', type: 'knowledge', binding_count: expect.anything() }],
	},
	{
		operation: 'difyKnowledge.tag.getAll',
		key: 'dataset',
		prepare: withTag,
		params: () => ({}),
		route: 'GET /datasets/tags',
		sent: () => ({ path: '/v1/datasets/tags', query: {} }),
		items: ({ tag }) => [expect.objectContaining({ id: tag, name: 'Handbooks' })],
	},
	{
		operation: 'difyKnowledge.tag.update',
		key: 'dataset',
		prepare: withTag,
		params: ({ tag }) => ({ tag_id: byId(tag), name: 'Manuals' }),
		route: 'PATCH /datasets/tags',
		sent: ({ tag }) => ({ path: '/v1/datasets/tags', body: { tag_id: tag, name: 'Manuals' } }),
		items: ({ tag }) => [expect.objectContaining({ id: tag, name: 'Manuals' })],
	},
	{
		operation: 'difyKnowledge.tag.delete',
		key: 'dataset',
		prepare: withTag,
		params: ({ tag }) => ({ tag_id: byId(tag) }),
		route: 'DELETE /datasets/tags',
		sent: ({ tag }) => ({ path: '/v1/datasets/tags', body: { tag_id: tag } }),
		items: () => [{ deleted: true }],
	},
	{
		operation: 'difyKnowledge.tag.bind',
		key: 'dataset',
		prepare: withTag,
		params: ({ dataset, tag }) => ({ dataset_id: byId(dataset), tag_ids: tag }),
		route: 'POST /datasets/tags/binding',
		sent: ({ dataset, tag }) => ({ path: '/v1/datasets/tags/binding', body: { tag_ids: [tag], target_id: dataset } }),
		items: () => [{ success: true }],
	},
	{
		operation: 'difyKnowledge.tag.unbind',
		key: 'dataset',
		prepare: withBoundTag,
		params: ({ dataset, tag }) => ({ dataset_id: byId(dataset), tag_ids: tag }),
		route: 'POST /datasets/tags/unbinding',
		sent: ({ dataset, tag }) => ({
			path: '/v1/datasets/tags/unbinding',
			body: { tag_id: tag, tag_ids: [tag], target_id: dataset },
		}),
		items: () => [{ success: true }],
	},
	{
		operation: 'difyKnowledge.tag.getByDataset',
		key: 'dataset',
		prepare: withBoundTag,
		params: ({ dataset }) => ({ dataset_id: byId(dataset) }),
		route: 'GET /datasets/{dataset_id}/tags',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}/tags`, query: {} }),
		items: ({ tag }) => [{ id: tag, name: 'Handbooks' }],
	},
	{
		operation: 'difyKnowledge.metadata.create',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset), name: 'year', type: 'number' }),
		route: 'POST /datasets/{dataset_id}/metadata',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}/metadata`, body: { name: 'year', type: 'number' } }),
		items: () => [{ id: uuid, name: 'year', type: 'number' }],
	},
	{
		operation: 'difyKnowledge.metadata.getAll',
		key: 'dataset',
		prepare: withField,
		params: ({ dataset }) => ({ dataset_id: byId(dataset) }),
		route: 'GET /datasets/{dataset_id}/metadata',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}/metadata`, query: {} }),
		items: ({ field }) => [{ id: field, name: 'section', type: 'string', count: 0 }],
	},
	{
		operation: 'difyKnowledge.metadata.update',
		key: 'dataset',
		prepare: withField,
		params: ({ dataset, field }) => ({ dataset_id: byId(dataset), metadata_id: byId(field), name: 'origin' }),
		route: 'PATCH /datasets/{dataset_id}/metadata/{metadata_id}',
		sent: ({ dataset, field }) => ({ path: `/v1/datasets/${dataset}/metadata/${field}`, body: { name: 'origin' } }),
		items: ({ field }) => [{ id: field, name: 'origin', type: 'string' }],
	},
	{
		operation: 'difyKnowledge.metadata.delete',
		key: 'dataset',
		prepare: withField,
		params: ({ dataset, field }) => ({ dataset_id: byId(dataset), metadata_id: byId(field) }),
		route: 'DELETE /datasets/{dataset_id}/metadata/{metadata_id}',
		sent: ({ dataset, field }) => ({ path: `/v1/datasets/${dataset}/metadata/${field}` }),
		items: () => [{ deleted: true }],
	},
	{
		operation: 'difyKnowledge.metadata.getBuiltIn',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset), returnAll: true }),
		route: 'GET /datasets/{dataset_id}/metadata/built-in',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}/metadata/built-in`, query: {} }),
		items: () => expect.arrayContaining([{ name: 'document_name', type: 'string' }]) as never,
	},
	{
		operation: 'difyKnowledge.metadata.toggleBuiltIn',
		key: 'dataset',
		params: ({ dataset }) => ({ dataset_id: byId(dataset), action: 'enable' }),
		route: 'POST /datasets/{dataset_id}/metadata/built-in/{action}',
		sent: ({ dataset }) => ({ path: `/v1/datasets/${dataset}/metadata/built-in/enable` }),
		items: () => [{ success: true }],
	},
	{
		operation: 'difyKnowledge.metadata.updateDocuments',
		key: 'dataset',
		prepare: withField,
		params: ({ dataset, rivers }) => ({
			dataset_id: byId(dataset),
			document_ids: rivers,
			metadata: { fields: [{ name: 'section', value: 'handbook' }] },
		}),
		route: 'POST /datasets/{dataset_id}/documents/metadata',
		sent: ({ dataset, rivers, field }) => ({
			path: `/v1/datasets/${dataset}/documents/metadata`,
			body: {
				operation_data: [
					{ document_id: rivers, metadata_list: [{ id: field, name: 'section', value: 'handbook' }], partial_update: true },
				],
			},
		}),
		items: () => [{ success: true }],
	},
	{
		operation: 'difyKnowledge.model.getEmbeddingModels',
		key: 'dataset',
		params: () => ({}),
		route: 'GET /workspaces/current/models/model-types/{model_type}',
		sent: () => ({ path: '/v1/workspaces/current/models/model-types/text-embedding', query: {} }),
		items: () => expect.arrayContaining([expect.objectContaining({ provider: expect.any(String), models: expect.any(Array) })]) as never,
	},
	{
		operation: 'difyKnowledge.model.getAll',
		key: 'dataset',
		params: () => ({ model_type: 'rerank' }),
		route: 'GET /workspaces/current/models/model-types/{model_type}',
		sent: () => ({ path: '/v1/workspaces/current/models/model-types/rerank', query: {} }),
		items: () => expect.arrayContaining([expect.objectContaining({ provider: expect.any(String), models: expect.any(Array) })]) as never,
	},
	...(['update', 'updateByFile'] as const).map(
		(operation): Row => ({
			operation: `difyKnowledge.document.${operation}`,
			key: 'dataset',
			params: (ids) => ({ ...where(ids), binaryPropertyName: 'data' }),
			input: [withFile('seas.md', 'Seas are salty.')],
			route:
				operation === 'update'
					? 'PATCH /datasets/{dataset_id}/documents/{document_id}'
					: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-file',
			sent: ({ dataset, rivers }) => ({
				path: `/v1/datasets/${dataset}/documents/${rivers}${operation === 'update' ? '' : '/update-by-file'}`,
				multipart: {
					fields: {
						data: JSON.stringify({
							indexing_technique: 'high_quality',
							doc_form: 'text_model',
							process_rule: { mode: 'automatic' },
						}),
					},
					files: [expect.objectContaining({ field: 'file', filename: 'seas.md' })],
				},
			}),
			items: ({ rivers }) => [expect.objectContaining({ id: rivers, indexing_status: 'completed', error: null })],
		}),
	),
	{
		operation: 'difyKnowledge.document.updateByText',
		key: 'dataset',
		params: (ids) => ({ ...where(ids), name: 'seas.txt', text: 'Seas are salty.' }),
		route: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text',
		sent: ({ dataset, rivers }) => ({
			path: `/v1/datasets/${dataset}/documents/${rivers}/update-by-text`,
			body: { name: 'seas.txt', text: 'Seas are salty.', doc_form: 'text_model', process_rule: { mode: 'automatic' } },
		}),
		items: ({ rivers }) => [expect.objectContaining({ id: rivers, name: 'seas.txt', indexing_status: 'completed' })],
	},
	{
		operation: 'difyKnowledge.document.updateStatus',
		key: 'dataset',
		params: ({ dataset, rivers, apples }) => ({ dataset_id: byId(dataset), action: 'enable', document_ids: `${rivers}, ${apples}` }),
		route: 'PATCH /datasets/{dataset_id}/documents/status/{action}',
		sent: ({ dataset, rivers, apples }) => ({
			path: `/v1/datasets/${dataset}/documents/status/enable`,
			body: { document_ids: [rivers, apples] },
		}),
		items: () => [{ success: true }],
	},
	{
		operation: 'difyKnowledge.document.getDownloadUrl',
		key: 'dataset',
		params: where,
		route: 'GET /datasets/{dataset_id}/documents/{document_id}/download',
		sent: ({ dataset, rivers }) => ({ path: `/v1/datasets/${dataset}/documents/${rivers}/download`, query: {} }),
		items: () => [{ url: expect.stringContaining('as_attachment=true') }],
	},
	{
		operation: 'difyKnowledge.document.getUploadFile',
		key: 'dataset',
		params: where,
		route: 'GET /datasets/{dataset_id}/documents/{document_id}/download',
		sent: ({ dataset, rivers }) => ({ path: `/v1/datasets/${dataset}/documents/${rivers}/download`, query: {} }),
		items: () => [{ url: expect.stringContaining('as_attachment=true') }],
	},
	{
		operation: 'difyKnowledge.document.downloadZip',
		key: 'dataset',
		params: ({ dataset, rivers, apples }) => ({ dataset_id: byId(dataset), document_ids: [rivers, apples] }),
		route: 'POST /datasets/{dataset_id}/documents/download-zip',
		sent: ({ dataset, rivers, apples }) => ({
			path: `/v1/datasets/${dataset}/documents/download-zip`,
			body: { document_ids: [rivers, apples] },
		}),
		items: () => [{ fileName: expect.stringMatching(/\.zip$/), mimeType: 'application/zip', size: expect.any(Number) }],
	},
];
