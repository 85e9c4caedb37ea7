import { internalError, json } from './answers';
import { documentOf } from './documents';
import { owner } from './datasetView';
import type { Json } from './json';
import { textOf } from './json';
import { like, page } from './paging';
import type { Document, Segment } from './records';
import type { Routes } from './route';
import { tokensOf } from './splitting';

const statuses = ['waiting', 'indexing', 'completed', 'error', 'paused', 're_segment'];

/** What every view of a chunk shows. */
export const segmentCommon = (document: Document, segment: Segment) => ({
	id: segment.id,
	position: segment.position,
	document_id: document.id,
	content: segment.content,
	answer: segment.answer,
	word_count: segment.content.length + (segment.answer?.length ?? 0),
	tokens: tokensOf(segment.content),
	index_node_id: segment.indexNodeId,
	index_node_hash: segment.indexNodeHash,
	hit_count: segment.hitCount,
	enabled: segment.enabled,
	disabled_at: null,
	disabled_by: null,
	status: segment.status,
	created_by: owner,
	created_at: segment.createdAt,
	indexing_at: segment.createdAt,
	completed_at: segment.completedAt,
	error: null,
	stopped_at: null,
});

const children = (document: Document, { id, children: chunks }: Segment) => {
	if (document.rule.rules.parent_mode === 'full-doc') return [];
	return chunks.map(({ createdAt, ...chunk }) => ({
		...chunk,
		segment_id: id,
		word_count: chunk.content.length,
		type: 'automatic',
		created_at: createdAt,
		updated_at: createdAt,
	}));
};

const item = (document: Document, segment: Segment): Json => ({
	...segmentCommon(document, segment),
	sign_content: segment.content,
	keywords: null,
	updated_at: segment.completedAt ?? segment.createdAt,
	updated_by: null,
	child_chunks: children(document, segment),
	attachments: [],
	summary: null,
});

/** Chunks of a document. */
export const segmentRoutes: Routes = {
	'GET /datasets/{dataset_id}/documents/{document_id}/segments': {
		key: 'dataset',
		query: {
			title: 'SegmentListQuery',
			type: 'object',
			properties: {
				page: { type: 'integer', minimum: 1 },
				limit: { type: 'integer', minimum: 1 },
				status: { type: 'array', items: { type: 'string' } },
				keyword: { type: 'string' },
			},
		},
		handle: (call) => {
			const document = documentOf(call);
			const { query } = call;
			const wanted = Array.isArray(query.status) ? query.status.map(String) : [];
			if (!wanted.every((status) => statuses.includes(status))) throw internalError();
			const keyword = like(textOf(query.keyword) ?? '');
			const rows = document.segments.filter(
				({ content, status }) => keyword.test(content) && (!wanted.length || wanted.includes(status)),
			);
			return json({ ...page(rows, query, (segment) => item(document, segment)), doc_form: document.docForm });
		},
	},
};
