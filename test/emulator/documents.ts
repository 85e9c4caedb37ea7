import { ApiError, internalError, json, noContent, notFound } from './answers';
import { detail, displayStatus, documentItem, progress } from './documentView';
import { isUuid, seconds } from './ids';
import { textOf } from './json';
import { like, page } from './paging';
import type { Document } from './records';
import type { DatasetCall, Routes } from './route';
import type { Schema } from './validation';

/** How long Dify refuses a further change of a document's status. */
const statusLockMs = 600_000;

/** The document of the path. */
export function documentOf({ dataset, params }: DatasetCall, refusal = 'Document not found.') {
	const document = dataset.documents.find(({ id }) => id === params.document_id.toLowerCase());
	if (!document) throw notFound(refusal);
	return document;
}

const statusFilters: Record<string, string> = {
	queuing: 'queuing',
	indexing: 'indexing',
	paused: 'paused',
	error: 'error',
	available: 'available',
	active: 'available',
	enabled: 'available',
	disabled: 'disabled',
	archived: 'archived',
};

const listSchema: Schema = {
	title: 'DocumentListQuery',
	type: 'object',
	properties: {
		page: { type: 'integer' },
		limit: { type: 'integer' },
		keyword: { type: 'string' },
		status: { type: 'string' },
	},
};

interface Change {
	needed(document: Document): boolean;
	apply(document: Document): void;
	/** Whether the vector index is touched, which takes the lock. */
	locks(document: Document): boolean;
}

const changes: Record<string, Change> = {
	enable: {
		needed: ({ enabled }) => !enabled,
		apply: (document) => Object.assign(document, { enabled: true, disabledAt: null }),
		locks: () => true,
	},
	disable: {
		needed: ({ enabled }) => enabled,
		apply: (document) => Object.assign(document, { enabled: false, disabledAt: seconds() }),
		locks: () => true,
	},
	archive: {
		needed: ({ archived }) => !archived,
		apply: (document) => Object.assign(document, { archived: true }),
		locks: ({ enabled }) => enabled,
	},
	un_archive: {
		needed: ({ archived }) => archived,
		apply: (document) => Object.assign(document, { archived: false }),
		locks: ({ enabled }) => enabled,
	},
};

const refuse = (message: string) => new ApiError(400, 'invalid_action', message);

const changeStatus = (document: Document, action: string) => {
	const { needed, apply, locks } = changes[action];
	if (document.lockedUntil > Date.now()) {
		throw refuse(`Document:${document.name} is being indexed, please try again later`);
	}
	if (action === 'disable' && document.indexing.status !== 'completed') {
		throw refuse(`Document: ${document.name} is not completed.`);
	}
	if (!needed(document)) return;
	apply(document);
	document.updatedAt = seconds();
	if (locks(document)) document.lockedUntil = Date.now() + statusLockMs;
};

/** Documents of a base: reading, status, deletion. */
export const documentRoutes: Routes = {
	'GET /datasets/{dataset_id}/documents': {
		key: 'dataset',
		query: listSchema,
		handle: (call) => {
			const { dataset, query, dialect } = call;
			const keyword = like(textOf(query.keyword) ?? '');
			const status = dialect.documentsByStatus && statusFilters[textOf(query.status) ?? ''];
			const rows = dataset.documents
				.filter((document) => keyword.test(document.name) && (!status || displayStatus(document) === status))
				.reverse();
			return json(page(rows, query, (document) => documentItem(call, dataset, document)));
		},
	},
	'GET /datasets/{dataset_id}/documents/{document_id}': {
		key: 'dataset',
		query: { title: 'DocumentGetQuery', type: 'object', properties: { metadata: { type: 'string' } } },
		handle: (call) => {
			const document = documentOf(call);
			const wanted = textOf(call.query.metadata) ?? 'all';
			if (!['all', 'only', 'without'].includes(wanted)) {
				throw new ApiError(400, 'invalid_metadata', `Invalid metadata value: ${wanted}`);
			}
			return json(detail(call.dataset, document, wanted));
		},
	},
	'DELETE /datasets/{dataset_id}/documents/{document_id}': {
		key: 'dataset',
		handle: (call) => {
			const document = documentOf(call, 'Document Not Exists.');
			if (document.archived) {
				throw new ApiError(403, 'archived_document_immutable', 'The archived document is not editable.');
			}
			call.dataset.documents = call.dataset.documents.filter((other) => other !== document);
			return noContent();
		},
	},
	'GET /datasets/{dataset_id}/documents/{batch}/indexing-status': {
		key: 'dataset',
		handle: ({ dataset, params }) => {
			const documents = dataset.documents.filter(({ batch }) => batch === params.batch);
			if (!documents.length) throw notFound('Documents not found.');
			return json({ data: documents.map(progress) });
		},
	},
	'PATCH /datasets/{dataset_id}/documents/status/{action}': {
		key: 'dataset',
		body: {
			title: 'DocumentStatusPayload',
			type: 'object',
			properties: { document_ids: { type: 'array', items: { type: 'string' } } },
		},
		handle: ({ dataset, params, body }) => {
			const { action } = params;
			if (!changes[action]) {
				throw refuse(`Invalid action: ${action}. Must be one of ['enable', 'disable', 'archive', 'un_archive']`);
			}
			const ids = Array.isArray(body.document_ids) ? body.document_ids.map(String) : [];
			if (!ids.every(isUuid)) throw internalError();
			for (const document of dataset.documents.filter(({ id }) => ids.includes(id))) changeStatus(document, action);
			return json({ result: 'success' });
		},
	},
};
