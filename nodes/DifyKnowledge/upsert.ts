import { createOrUpdate } from '../../src/knowledge/upsert';
import type { Field, Json, Operation } from '../../src/operation/types';
import { withMetadata } from '../../src/traits/metadata';
import { only, simplify } from '../../src/traits/simplify';
import { waitAndRetry } from '../../src/traits/waiting';
import { dataset } from '../shared/fields';
import { createByFile, createByText, file, fileName, name, text, updateByFile, updateByText, WRITTEN } from './documentWriting';
import { hashField, key, keyField, keyType } from './keyFields';
import { baseSearch, chunking, embeddingModel, technique } from './settings';

const forSource = (...source: string[]) => ({ show: { source } });
const awaited = (operation: Operation): Operation => ({ ...operation, traits: [waitAndRetry] });

const source: Field = {
	displayName: 'Source',
	name: 'source',
	type: 'options',
	options: [
		{ name: 'By File', value: 'file', description: 'A binary field of the item' },
		{ name: 'By Text', value: 'text', description: 'A name and a text' },
	],
	default: 'file',
	description: 'What the document is made of',
};

const ifEdited: Field = {
	displayName: 'If Edited in Dify',
	name: 'ifEdited',
	type: 'options',
	options: [
		{ name: 'Leave', value: 'leave', description: 'It is skipped, with a reason that says so' },
		{ name: 'Overwrite', value: 'overwrite', description: 'It is written again, unless it is disabled or archived' },
	],
	default: 'leave',
	description:
		'What to do with a document whose source is unchanged, but which somebody renamed in Dify or whose chunks hold more or fewer characters than were written. Other edits of chunks are not noticed, nor any where the execution that wrote the document did not wait for indexing.',
};

const brought = simplify(({ document, batch, outcome, key: own, reason }: Json) => ({
	outcome,
	key: own,
	...only(...WRITTEN)({ ...(document as Json), batch }),
	reason,
}));

export const upsert: Operation = {
	name: 'Create or Update',
	value: 'upsert',
	action: 'Create or update document',
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	route: 'POST /datasets/{dataset_id}/document/create-by-file',
	also: [
		'POST /datasets/{dataset_id}/document/create-by-text',
		'POST /datasets/{dataset_id}/documents/{document_id}/update-by-file',
		'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text',
		'GET /datasets/{dataset_id}/documents',
		'GET /datasets/{dataset_id}/metadata',
		'POST /datasets/{dataset_id}/metadata',
		'POST /datasets/{dataset_id}/documents/metadata',
	],
	since: '1.1.1',
	fields: [
		dataset,
		source,
		{ ...file, displayOptions: forSource('file') },
		{ ...name, displayOptions: forSource('text') },
		{ ...text, displayOptions: forSource('text') },
		keyType,
		keyField,
		{ ...key, displayOptions: { show: { keyType: ['metadata'] } } },
		...chunking,
		technique,
		...(withMetadata.fields ?? []),
		...(waitAndRetry.fields ?? []),
	],
	optional: [embeddingModel, baseSearch],
	options: [fileName, hashField, ifEdited, ...(withMetadata.options ?? []), ...(waitAndRetry.options ?? [])],
	traits: [brought],
	run: createOrUpdate({
		file: { create: awaited(createByFile), update: awaited(updateByFile) },
		text: { create: awaited(createByText), update: awaited(updateByText) },
	}),
};
