import { documentInList } from '../../src/knowledge/documents';
import type { Field, Json, Operation, Resource } from '../../src/operation/types';
import { asText, asUuids, asUuidsUpTo } from '../../src/operation/values';
import { download } from '../../src/traits/download';
import { orListed } from '../../src/traits/older';
import { byPage } from '../../src/traits/paging';
import { only, simplify } from '../../src/traits/simplify';
import { dataset, document as documentId } from '../shared/fields';
import { deletingMissing } from './deletingMissing';
import { createByFile, createByText, update, updateByFile, updateByText } from './documentWriting';
import { upsert } from './upsert';

/** Older servers give null or nothing for no metadata. */
const listed = simplify((document) =>
	only('id', 'name', 'indexing_status', 'display_status', 'tokens', 'word_count', 'doc_form', 'doc_metadata', 'created_at', 'error')({
		...document,
		doc_metadata: document.doc_metadata ?? [],
	}),
);

const documentIds: Field = {
	displayName: 'Document IDs',
	name: 'document_ids',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
	encode: asUuids,
	description: 'Comma-separated list, or an expression that gives a list',
};

const remove: Operation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete document',
	description: 'Delete a document with its chunks from a knowledge base',
	route: 'DELETE /datasets/{dataset_id}/documents/{document_id}',
	fields: [dataset, documentId],
	output: () => ({ deleted: true }),
};

const getAll: Operation = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many documents',
	description: 'List the documents of a knowledge base, with their ID, name and indexing state',
	route: 'GET /datasets/{dataset_id}/documents',
	fields: [dataset],
	optional: [
		{
			displayName: 'Keyword',
			name: 'keyword',
			type: 'string',
			default: '',
			placeholder: 'e.g. handbook',
			description: 'Part of the name',
		},
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			options: ['Archived', 'Available', 'Disabled', 'Error', 'Indexing', 'Paused', 'Queuing'].map((status) => ({
				name: status,
				value: status.toLowerCase(),
			})),
			default: 'available',
			ignoredBy: [['0', '1.10.1']],
			description: 'Only documents in this state. Needs Dify 1.10.1.',
		},
	],
	traits: [listed, byPage],
};

export const document: Resource = {
	name: 'Document',
	value: 'document',
	operations: [
		createByFile,
		createByText,
		remove,
		{
			name: 'Get',
			value: 'get',
			action: 'Get document',
			description: 'Get one document with its indexing state, size and metadata',
			route: 'GET /datasets/{dataset_id}/documents/{document_id}',
			since: '1.5.1',
			fields: [dataset, documentId],
			optional: [
				{
					displayName: 'Metadata',
					name: 'metadata',
					type: 'options',
					options: [
						{ name: 'All', value: 'all' },
						{ name: 'Only', value: 'only' },
						{ name: 'Without', value: 'without' },
					],
					default: 'all',
					description: 'Whether to get metadata, nothing else, or none',
				},
			],
			traits: [
				simplify(
					only('id', 'name', 'indexing_status', 'display_status', 'tokens', 'segment_count', 'doc_form', 'doc_metadata', 'created_at', 'error'),
				),
				orListed(documentInList),
			],
		},
		{
			name: 'Get Indexing Status',
			value: 'getIndexingStatus',
			action: 'Get indexing status of documents',
			description: 'Get how far the documents of one create or update call are indexed',
			route: 'GET /datasets/{dataset_id}/documents/{batch}/indexing-status',
			fields: [
				dataset,
				{
					displayName: 'Batch',
					name: 'batch',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. 20260101120000123456',
					encode: asText,
					description: 'As given by the call that wrote the documents',
				},
			],
			traits: [simplify(only('id', 'indexing_status', 'completed_segments', 'total_segments', 'error', 'completed_at'))],
			output: ({ data }) => data as Json[],
		},
		getAll,
		{
			name: 'Download Zip',
			value: 'downloadZip',
			action: 'Download documents as zip',
			description: 'Download the files of up to 100 documents as one zip file',
			route: 'POST /datasets/{dataset_id}/documents/download-zip',
			since: '1.13.1',
			fields: [dataset, { ...documentIds, encode: asUuidsUpTo(100) }],
			traits: [download('documents.zip')],
		},
		{
			name: 'Get Download URL',
			value: 'getDownloadUrl',
			action: 'Get download URL of document',
			description: "Get an address under which a document's file can be downloaded for a while without a key",
			route: 'GET /datasets/{dataset_id}/documents/{document_id}/download',
			fallbacks: ['GET /datasets/{dataset_id}/documents/{document_id}/upload-file'],
			since: '1.13.1',
			fields: [dataset, documentId],
			output: ({ url, download_url: older }) => ({ url: older ?? url }),
		},
		{
			name: 'Get Upload File',
			value: 'getUploadFile',
			action: 'Get upload file of document',
			description: "Get a document's file with its addresses; only Dify 0.15 to 1.8 has this, use Get Download URL",
			route: 'GET /datasets/{dataset_id}/documents/{document_id}/upload-file',
			since: '0.15.1',
			until: '1.8.1',
			fallbacks: ['GET /datasets/{dataset_id}/documents/{document_id}/download'],
			fields: [dataset, documentId],
		},
		update,
		updateByFile,
		updateByText,
		{
			name: 'Update Status',
			value: 'updateStatus',
			action: 'Update status of documents',
			description: 'Enable, disable, archive or un-archive documents; Dify allows one change per document in 10 minutes',
			route: 'PATCH /datasets/{dataset_id}/documents/status/{action}',
			since: '1.5.0',
			fields: [
				dataset,
				{
					displayName: 'Action',
					name: 'action',
					type: 'options',
					options: [
						{ name: 'Archive', value: 'archive', action: 'Archive documents' },
						{ name: 'Disable', value: 'disable', action: 'Disable documents' },
						{ name: 'Enable', value: 'enable', action: 'Enable documents' },
						{ name: 'Un-Archive', value: 'un_archive', action: 'Un archive documents' },
					],
					default: 'enable',
				},
				documentIds,
			],
			output: () => ({ success: true }),
		},
		upsert,
		deletingMissing(getAll, remove),
	],
};
