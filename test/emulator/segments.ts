import { internalError, json, noContent, notFound } from './answers';
import { documentOf } from './documents';
import { owner } from './datasetView';
import { type Json, textOf } from './json';
import { like, page } from './paging';
import type { ChildChunk, Document, Segment } from './records';
import type { DatasetCall, Routes } from './route';

const statuses = ['waiting', 'indexing', 'completed', 'error', 'paused', 're_segment'];

/** What every view of a chunk shows. */
export const segmentCommon = (document: Document, segment: Segment) => ({
	id: segment.id,
	position: segment.position,
	document_id: document.id,
	content: segment.content,
	answer: segment.answer,
	word_count: segment.wordCount,
	tokens: segment.tokens,
	index_node_id: segment.indexNodeId,
	index_node_hash: segment.indexNodeHash,
	hit_count: segment.hitCount,
	enabled: segment.enabled,
	disabled_at: segment.disabledAt,
	disabled_by: segment.disabledBy,
	status: segment.status,
	created_by: owner,
	created_at: segment.createdAt,
	indexing_at: segment.indexingAt,
	completed_at: segment.completedAt,
	error: segment.error,
	stopped_at: null,
});

/** A child as every view shows it. */
export const childItem = ({ id }: Segment, { content, position, type, createdAt, updatedAt, ...child }: ChildChunk) => ({
	id: child.id,
	segment_id: id,
	content,
	position,
	word_count: content.length,
	type,
	created_at: createdAt,
	updated_at: updatedAt,
});

const children = ({ rule: { mode, rules } }: Document, segment: Segment) => {
	if (mode !== 'hierarchical' || rules.parent_mode !== 'paragraph') return [];
	return segment.children.map((child) => childItem(segment, child));
};

/** A chunk as the chunk routes show it. */
export const segmentItem = (document: Document, segment: Segment): Json => ({
	...segmentCommon(document, segment),
	sign_content: segment.content,
	keywords: segment.keywords,
	updated_at: segment.updatedAt,
	updated_by: segment.updatedBy,
	child_chunks: children(document, segment),
	attachments: [],
	summary: segment.summary,
});

/** The chunk of the path. */
export function segmentOf(call: DatasetCall) {
	const document = documentOf(call);
	const segment = document.segments.find(({ id }) => id === call.params.segment_id.toLowerCase());
	if (!segment) throw notFound('Segment not found.');
	return { document, segment };
}

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
			if (call.dialect.unknownSegmentStatus === 'crashes' && !wanted.every((status) => statuses.includes(status))) {
				throw internalError();
			}
			const keyword = like(textOf(query.keyword) ?? '');
			const rows = document.segments.filter(
				({ content, status }) => keyword.test(content) && (!wanted.length || wanted.includes(status)),
			);
			return json({ ...page(rows, query, (segment) => segmentItem(document, segment)), doc_form: document.docForm });
		},
	},
	'GET /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}': {
		key: 'dataset',
		handle: (call) => {
			const { document, segment } = segmentOf(call);
			return json({ data: segmentItem(document, segment), doc_form: document.docForm });
		},
	},
	'DELETE /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}': {
		key: 'dataset',
		handle: (call) => {
			const { document, segment } = segmentOf(call);
			document.segments = document.segments.filter((other) => other !== segment);
			document.wordCount = (document.wordCount ?? 0) - segment.wordCount;
			return noContent();
		},
	},
};
