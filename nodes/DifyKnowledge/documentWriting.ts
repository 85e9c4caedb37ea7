import { documentFile } from '../../src/knowledge/files';
import { Multipart, type Field, type FilePart, type Json, type Operation } from '../../src/operation/types';
import { asText } from '../../src/operation/values';
import { withMetadata } from '../../src/traits/metadata';
import { ifNameExists } from '../../src/traits/naming';
import { only, simplify } from '../../src/traits/simplify';
import { waitAndRetry, waitForIndexing } from '../../src/traits/waiting';
import { binaryField, dataset, document as documentId } from '../shared/fields';
import { baseSearch, chunking, embeddingModel, technique } from './settings';

/** What is shown of a document that was written. */
export const WRITTEN = ['id', 'name', 'batch', 'indexing_status', 'display_status', 'tokens', 'word_count', 'doc_form', 'completed_segments', 'total_segments', 'error'];

/** `{ document, batch }` as one flat object. */
const written = simplify(({ document, batch }) => only(...WRITTEN)({ ...(document as Json), batch }));

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

export const file: Field = { ...binaryField, encode: documentFile };

export const fileName: Field = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. handbook/README.md',
	description: "Name of the document, with extension. Default: the file's own name.",
};

export const name: Field = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. Opening hours',
	encode: asText,
	description: 'Name of the document, up to 200 characters',
};

export const text: Field = {
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: '',
	placeholder: 'e.g. We are open from 9 to 5.',
	encode: asText,
};

/** A file with its settings, which Dify reads from one part of JSON. */
const asForm = ({ binaryPropertyName, ...settings }: Json) =>
	new Multipart({ data: JSON.stringify(spread(settings)) }, { file: binaryPropertyName as unknown as FilePart });

export const createByFile: Operation = {
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
	traits: [written, ifNameExists, waitAndRetry, withMetadata],
	body: ({ ifNameExists: choice, ...settings }) =>
		asForm({ ...settings, ...(choice === 'keepBoth' ? { duplicate: false } : {}) }),
};

export const createByText: Operation = {
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
	traits: [written, ifNameExists, waitAndRetry, withMetadata],
	body: spread,
};

export const update: Operation = {
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
};

export const updateByFile: Operation = {
	name: 'Update by File',
	value: 'updateByFile',
	action: 'Update document by file',
	description: 'Give a document the content of another file, by the route that all Dify versions have',
	route: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-file',
	fields: [dataset, documentId, file, ...chunking, technique],
	options: [fileName],
	traits: [written, waitForIndexing],
	body: asForm,
};

export const updateByText: Operation = {
	name: 'Update by Text',
	value: 'updateByText',
	action: 'Update document by text',
	description: 'Give a document another name and text; it keeps its ID and metadata',
	route: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text',
	fields: [dataset, documentId, name, text, ...chunking],
	traits: [written, waitForIndexing],
	body: spread,
};
