import { json, noContent, notFound } from './answers';
import { seconds } from './ids';
import { textOf } from './json';
import { like, page } from './paging';
import type { ChildChunk } from './records';
import type { DatasetCall, Routes } from './route';
import { childItem, segmentOf } from './segments';
import type { Schema } from './validation';

const largestPage = 100;
const usualPage = 20;

const contentSchema = (title: string): Schema => ({
	title,
	type: 'object',
	required: ['content'],
	properties: { content: { type: 'string' } },
});

const childOf = (call: DatasetCall) => {
	const { document, segment: named } = segmentOf(call);
	const parents = call.dialect.childrenHaveParents ? [named] : document.segments;
	for (const segment of parents) {
		const child = segment.children.find(({ id }) => id === call.params.child_chunk_id.toLowerCase());
		if (child) return { segment, child };
	}
	throw notFound('Child chunk not found.');
};

const list = (call: DatasetCall) => {
	const { segment } = segmentOf(call);
	const keyword = like(textOf(call.query.keyword) ?? '');
	const rows = segment.children.filter(({ content }) => keyword.test(content));
	// Unlike every other list, this one owns up to its cap.
	const limit = Math.min(Number(call.query.limit ?? usualPage), largestPage);
	const { data, total, page: number } = page(rows, { ...call.query, limit }, (child) => childItem(segment, child));
	return json({ data, total, total_pages: Math.ceil(total / (limit || usualPage)), page: number, limit });
};

const create = (call: DatasetCall) => {
	const { segment } = segmentOf(call);
	const child: ChildChunk = {
		id: call.workspace.ids.next(),
		content: textOf(call.body.content) ?? '',
		position: Math.max(0, ...segment.children.map(({ position }) => position)) + 1,
		type: 'customized',
		createdAt: seconds(),
		updatedAt: seconds(),
	};
	segment.children.push(child);
	return json({ data: childItem(segment, child) });
};

const update = (call: DatasetCall) => {
	const { segment, child } = childOf(call);
	Object.assign(child, { content: textOf(call.body.content) ?? '', type: 'customized', updatedAt: seconds() });
	return json({ data: childItem(segment, child) });
};

const remove = (call: DatasetCall) => {
	const { segment, child } = childOf(call);
	segment.children = segment.children.filter((other) => other !== child);
	return noContent();
};

const children = '/datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks';

/** Children of a chunk. */
export const childChunkRoutes: Routes = {
	[`GET ${children}`]: {
		key: 'dataset',
		query: {
			title: 'ChildChunkListQuery',
			type: 'object',
			properties: {
				page: { type: 'integer', minimum: 1 },
				limit: { type: 'integer', minimum: 1 },
				keyword: { type: 'string' },
			},
		},
		handle: list,
	},
	[`POST ${children}`]: { key: 'dataset', body: contentSchema('ChildChunkCreatePayload'), handle: create },
	[`PATCH ${children}/{child_chunk_id}`]: {
		key: 'dataset',
		body: contentSchema('ChildChunkUpdatePayload'),
		handle: update,
	},
	[`DELETE ${children}/{child_chunk_id}`]: { key: 'dataset', handle: remove },
};
