import type { Field, Json, Resource } from '../../src/operation/types';
import { asText } from '../../src/operation/values';
import { inTurn } from '../../src/traits/chunks';
import { byPage } from '../../src/traits/paging';
import { childChunk, dataset, document, segment } from '../shared/fields';

const content: Field = {
	displayName: 'Content',
	name: 'content',
	type: 'string',
	typeOptions: { rows: 3 },
	required: true,
	default: '',
	encode: asText,
};

export const chunk: Resource = {
	name: 'Child Chunk',
	value: 'chunk',
	operations: [
		{
			name: 'Create',
			value: 'create',
			action: 'Create child chunk',
			description: 'Add a child to a chunk',
			route: 'POST /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks',
			since: '1.2.0',
			fields: [dataset, document, segment, content],
			traits: [inTurn],
			output: ({ data }) => data as Json,
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete child chunk',
			description: 'Delete a child of a chunk',
			route: 'DELETE /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks/{child_chunk_id}',
			since: '1.2.0',
			fields: [dataset, document, segment, childChunk],
			output: () => ({ deleted: true }),
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many child chunks',
			description: 'List the children of a chunk',
			route: 'GET /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks',
			since: '1.2.0',
			fields: [dataset, document, segment],
			optional: [{ displayName: 'Keyword', name: 'keyword', type: 'string', default: '', description: 'Part of the content' }],
			traits: [byPage],
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Update child chunk',
			description: 'Change the text of a child',
			route: 'PATCH /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}/child_chunks/{child_chunk_id}',
			since: '1.2.0',
			fields: [dataset, document, segment, childChunk, content],
			output: ({ data }) => data as Json,
		},
	],
};
