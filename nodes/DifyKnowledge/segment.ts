import { segmentInList, segmentList, updatedSegment } from '../../src/knowledge/segments';
import type { Field, Json, Operation, Resource } from '../../src/operation/types';
import { asText } from '../../src/operation/values';
import { keptParts } from '../../src/traits/chunks';
import { orListed } from '../../src/traits/older';
import { byPage } from '../../src/traits/paging';
import { only, simplify } from '../../src/traits/simplify';
import { dataset, document, segment as segmentId } from '../shared/fields';
import { creatingFromItems } from './segmentsFromItems';

const shown = only('id', 'position', 'content', 'answer', 'keywords', 'word_count', 'tokens', 'status', 'enabled', 'error');
const simplified = simplify(shown);

const answer: Field = {
	displayName: 'Answer',
	name: 'answer',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	encode: asText,
	description: 'Only in bases of question-answer pairs, where every chunk needs one',
};

const keywords: Field = {
	displayName: 'Keywords',
	name: 'keywords',
	type: 'string',
	default: '',
	placeholder: 'e.g. opening, hours',
	encode: (value) => asText(value).split(',').map((word) => word.trim()),
	description: 'Comma-separated list of words to find it by',
};

const content: Field = {
	displayName: 'Content',
	name: 'content',
	type: 'string',
	typeOptions: { rows: 3 },
	default: '',
	encode: asText,
	description: 'The text of the chunk, or the question of a pair',
};

const create: Operation = {
	name: 'Create',
	value: 'create',
	action: 'Create chunks',
	description: 'Add one chunk or several to an indexed document',
	route: 'POST /datasets/{dataset_id}/documents/{document_id}/segments',
	fields: [
		dataset,
		document,
		{
			displayName: 'Chunks',
			name: 'segmentsMode',
			type: 'options',
			options: [
				{ name: 'List (JSON)', value: 'json' },
				{ name: 'One', value: 'one' },
			],
			default: 'one',
			in: 'local',
			description: 'How many chunks to add',
		},
		{ ...content, required: true, displayOptions: { show: { segmentsMode: ['one'] } } },
		{ ...answer, displayOptions: { show: { segmentsMode: ['one'] } } },
		{ ...keywords, displayOptions: { show: { segmentsMode: ['one'] } } },
		{
			displayName: 'Chunks (JSON)',
			name: 'segments',
			type: 'json',
			required: true,
			default: '[{ "content": "", "answer": "", "keywords": [] }]',
			displayOptions: { show: { segmentsMode: ['json'] } },
			encode: segmentList,
			description: 'A list of objects with content and, if need be, answer and keywords',
		},
	],
	traits: [simplified],
	body: ({ segments, ...one }) => ({ segments: segments ?? [one] }),
	output: ({ data }) => data as Json[],
};

const get: Operation = {
	name: 'Get',
	value: 'get',
	action: 'Get chunk',
	description: 'Get one chunk of a document',
	route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}',
	since: '1.4.2',
	fields: [dataset, document, segmentId],
	traits: [simplified, orListed(segmentInList)],
	output: ({ data }) => data as Json,
};

export const segment: Resource = {
	name: 'Chunk',
	value: 'segment',
	operations: [
		create,
		creatingFromItems(create, [{ ...content, required: true }, answer, keywords], simplified.fields ?? [], shown),
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete chunk',
			description: 'Delete a chunk from a document',
			route: 'DELETE /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}',
			fields: [dataset, document, segmentId],
			output: () => ({ deleted: true }),
		},
		get,
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many chunks',
			description: 'List the chunks of a document in their order',
			route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments',
			fields: [dataset, document],
			optional: [
				{ displayName: 'Keyword', name: 'keyword', type: 'string', default: '', description: 'Part of the content' },
				{
					displayName: 'Status',
					name: 'status',
					type: 'multiOptions',
					options: [
						{ name: 'Completed', value: 'completed' },
						{ name: 'Error', value: 'error' },
						{ name: 'Indexing', value: 'indexing' },
						{ name: 'Paused', value: 'paused' },
						{ name: 'Waiting', value: 'waiting' },
					],
					default: [],
				},
			],
			traits: [simplified, byPage],
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Update chunk',
			description: 'Change content, answer, keywords or state of a chunk; a text that is not given stays',
			route: 'POST /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}',
			fields: [dataset, document, segmentId],
			optional: [
				answer,
				content,
				{ displayName: 'Enabled', name: 'enabled', type: 'boolean', default: true, description: 'Whether the chunk can be found' },
				keywords,
				{
					displayName: 'Regenerate Child Chunks',
					name: 'regenerate_child_chunks',
					type: 'boolean',
					default: true,
					description: 'Whether to cut the children anew, which otherwise keep the old text',
				},
			],
			traits: [simplified, keptParts(get)],
			body: (fields) => ({ segment: fields }),
			output: updatedSegment,
		},
	],
};
