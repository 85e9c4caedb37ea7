import { documentInList } from '../../src/knowledge/documents';
import { documentFile } from '../../src/knowledge/files';
import { Multipart, type Field, type FilePart, type Json, type Resource } from '../../src/operation/types';
import { asText, asUuids, asUuidsUpTo } from '../../src/operation/values';
import { download } from '../../src/traits/download';
import { ifNameExists } from '../../src/traits/naming';
import { orListed } from '../../src/traits/older';
import { byPage } from '../../src/traits/paging';
import { only, simplify } from '../../src/traits/simplify';
import { waitForIndexing } from '../../src/traits/waiting';
import { binaryField, dataset, document as documentId } from '../shared/fields';
import { baseSearch, chunking, embeddingModel, technique } from './settings';

const WRITTEN = ['id', 'name', 'batch', 'indexing_status', 'display_status', 'tokens', 'word_count', 'doc_form', 'completed_segments', 'total_segments', 'error'];

/** `{ document, batch }` as one flat object. */
const written = simplify(({ document, batch }) => only(...WRITTEN)({ ...(document as Json), batch }));

const listed = simplify(
	only('id', 'name', 'indexing_status', 'display_status', 'tokens', 'word_count', 'doc_form', 'doc_metadata', 'created_at', 'error'),
);

const nameChoice: Field = {
	displayName: 'If Name Exists',
	name: 'ifNameExists',
	type: 'options',
	options: [
		{ name: 'Fail', value: 'fail', description: 'The item fails, nothing is written' },
		{ name: 'Replace', value: 'replace', description: 'The document gets the new text; it keeps its ID and metadata' },
		{ name: 'Skip', value: 'skip', description: 'The existing document is returned as it is' },
	],
	default: 'replace',
	in: 'local',
	description: 'What to do when the base holds a document of this name. Two items of the same name are written one after the other.',
};

const nameChoiceWithBoth: Field = {
	...nameChoice,
	in: 'body',
	options: [
		{ name: 'Fail', value: 'fail', description: 'The item fails, nothing is written' },
		{ name: 'Keep Both', value: 'keepBoth', description: 'A second document of the same name is made' },
		{ name: 'Replace', value: 'replace', description: 'The document gets the new text; it keeps its ID and metadata' },
		{ name: 'Skip', value: 'skip', description: 'The existing document is returned as it is' },
	],
};

/** Chunking and model are one choice each here and several words on the wire. */
const spread = ({ chunking: rules, embedding_model: model, ...rest }: Json): Json => ({
	...rest,
	...(rules as Json),
	...(model as Json | undefined),
});

const file: Field = { ...binaryField, encode: documentFile };

const fileName: Field = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. handbook/README.md',
	description: "Name of the document, with extension. Default: the file's own name.",
};

const name: Field = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. Opening hours',
	encode: asText,
	description: 'Name of the document, up to 200 characters',
};

const text: Field = {
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: '',
	placeholder: 'e.g. We are open from 9 to 5.',
	encode: asText,
};

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

/** A file with its settings, which Dify reads from one part of JSON. */
const asForm = ({ binaryPropertyName, ...settings }: Json) =>
	new Multipart({ data: JSON.stringify(spread(settings)) }, { file: binaryPropertyName as unknown as FilePart });

export const document: Resource = {
	name: 'Document',
	value: 'document',
	operations: [
		{
			name: 'Create by File',
			value: 'createByFile',
			action: 'Create document by file',
			description: 'Upload a file into a knowledge base, where it is cut into chunks and indexed',
			route: 'POST /datasets/{dataset_id}/document/create-by-file',
			fields: [
				dataset,
				file,
				nameChoiceWithBoth,
				...chunking,
				technique,
			],
			optional: [embeddingModel, baseSearch],
			options: [fileName],
			traits: [written, ifNameExists, waitForIndexing],
			body: ({ ifNameExists: choice, ...settings }) =>
				asForm({ ...settings, ...(choice === 'keepBoth' ? { duplicate: false } : {}) }),
		},
		{
			name: 'Create by Text',
			value: 'createByText',
			action: 'Create document by text',
			description: 'Put a text into a knowledge base as a document, where it is cut into chunks and indexed',
			route: 'POST /datasets/{dataset_id}/document/create-by-text',
			fields: [
				dataset,
				name,
				text,
				nameChoice,
				...chunking,
				technique,
			],
			optional: [embeddingModel, baseSearch],
			traits: [written, ifNameExists, waitForIndexing],
			body: spread,
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete document',
			description: 'Delete a document with its chunks from a knowledge base',
			route: 'DELETE /datasets/{dataset_id}/documents/{document_id}',
			fields: [dataset, documentId],
			output: () => ({ deleted: true }),
		},
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
		{
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
					description: 'Only documents in this state. Dify before 1.10 ignores it.',
				},
			],
			traits: [listed, byPage],
		},
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
			fallbacks: ['GET /datasets/{dataset_id}/documents/{document_id}/download'],
			fields: [dataset, documentId],
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Update document',
			description: 'Give a document the content of another file; it keeps its ID and metadata',
			route: 'PATCH /datasets/{dataset_id}/documents/{document_id}',
			fallbacks: ['POST /datasets/{dataset_id}/documents/{document_id}/update-by-file'],
			since: '1.14.0',
			fields: [dataset, documentId, file, ...chunking, technique],
			options: [fileName],
			traits: [written, waitForIndexing],
			body: asForm,
		},
		{
			name: 'Update by File',
			value: 'updateByFile',
			action: 'Update document by file',
			description: 'Give a document the content of another file, by the route that all Dify versions have',
			route: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-file',
			fields: [dataset, documentId, file, ...chunking, technique],
			options: [fileName],
			traits: [written, waitForIndexing],
			body: asForm,
		},
		{
			name: 'Update by Text',
			value: 'updateByText',
			action: 'Update document by text',
			description: 'Give a document another name and text; it keeps its ID and metadata',
			route: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text',
			fields: [dataset, documentId, name, text, ...chunking],
			traits: [written, waitForIndexing],
			body: spread,
		},
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
	],
};
