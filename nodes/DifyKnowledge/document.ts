import { documentFile } from '../../src/knowledge/files';
import { Multipart, type Field, type FilePart, type Json, type Resource } from '../../src/operation/types';
import { asText } from '../../src/operation/values';
import { ifNameExists } from '../../src/traits/naming';
import { byPage } from '../../src/traits/paging';
import { only, simplify } from '../../src/traits/simplify';
import { waitForIndexing } from '../../src/traits/waiting';
import { dataset, document as documentId } from '../shared/fields';
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
				{
					displayName: 'Input Binary Field',
					name: 'binaryPropertyName',
					type: 'string',
					required: true,
					default: 'data',
					typeOptions: { binaryDataProperty: true },
					encode: documentFile,
					hint: 'The name of the input binary field containing the file to be uploaded',
				},
				nameChoiceWithBoth,
				...chunking,
				technique,
			],
			optional: [embeddingModel, baseSearch],
			options: [
				{
					displayName: 'File Name',
					name: 'fileName',
					type: 'string',
					default: '',
					placeholder: 'e.g. handbook/README.md',
					description: "Name of the document, with extension. Default: the file's own name.",
				},
			],
			traits: [written, ifNameExists, waitForIndexing],
			body: ({ binaryPropertyName: file, ifNameExists: choice, ...settings }) => {
				const data = { ...spread(settings), ...(choice === 'keepBoth' && { duplicate: false }) };
				return new Multipart({ data: JSON.stringify(data) }, { file: file as unknown as FilePart });
			},
		},
		{
			name: 'Create by Text',
			value: 'createByText',
			action: 'Create document by text',
			description: 'Put a text into a knowledge base as a document, where it is cut into chunks and indexed',
			route: 'POST /datasets/{dataset_id}/document/create-by-text',
			fields: [
				dataset,
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. Opening hours',
					encode: asText,
					description: 'Name of the document, up to 200 characters',
				},
				{
					displayName: 'Text',
					name: 'text',
					type: 'string',
					typeOptions: { rows: 4 },
					required: true,
					default: '',
					placeholder: 'e.g. We are open from 9 to 5.',
					encode: asText,
				},
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
	],
};
