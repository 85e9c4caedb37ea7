import type { Dialect } from './dialect';
import { main } from './main';
import { withQuery } from './schemas';

const text = { type: 'string' };
const integer = { type: 'integer' };
const filled = 'human_input_form_filled';
/** Both spellings of retrieval. */
export const retrievalRoutes = ['POST /datasets/{dataset_id}/retrieve', 'POST /datasets/{dataset_id}/hit-testing'];

/** The release of 2026-05-19. */
export const v1_14_2: Dialect = {
	...main,
	schemas: {
		'GET /apps/annotations': withQuery('AnnotationListQuery', { page: integer, limit: integer, keyword: text }),
		'GET /datasets/{dataset_id}/documents/{document_id}/segments': withQuery('SegmentListQuery', {
			page: integer,
			limit: integer,
			status: { type: 'array', items: text },
			keyword: text,
		}),
		'GET /datasets': withQuery('DatasetListQuery', {
			page: integer,
			limit: integer,
			keyword: text,
			include_all: { type: 'boolean' },
			tag_ids: { type: 'array', items: text, 'x-single': true },
		}),
		'POST /datasets/{dataset_id}/documents/{document_id}/segments': {
			body: {
				title: 'SegmentCreatePayload',
				type: 'object',
				properties: { segments: { type: ['array', 'null'] } },
			},
		},
	},
	keys: [
		{ of: ['POST /files/upload'], without: ['reference'] },
		{ of: [filled], without: ['submitted_data'] },
		{ of: ['GET /messages'], at: ['data.extra_contents.form_submission_data'], without: ['submitted_data'] },
		{
			of: ['GET /messages'],
			at: ['data.extra_contents'],
			with: ({ submitted, form_definition: form }) => ({ form_definition: submitted ? null : form }),
		},
		{ of: retrievalRoutes, with: ({ query }) => ({ query: (query as { content: string }).content }) },
		{ of: retrievalRoutes, at: ['records.segment'], with: { created_at: null } },
	],
	words: [
		[/^'(\w+)' is not a valid ModelType$/, 'invalid origin model type $1'],
		[/(process_rule\.mode\n.*) \[type=enum(.*\/v\/)enum/s, '$1 [type=literal_error$2literal_error'],
		// Pages of children are counted before they are read as text.
		[/(for ChildChunkListQuery\n.*)input_value='(-?\d+)', input_type=str/s, '$1input_value=$2, input_type=int'],
	],
	emptyDocMetadata: null,
	stopped: { status: 'stopped', error: 'Stopped by user.', stored: 'running' },
	unknownConversationOfChatflow: 'refused',
	launchError: () => null,
	stopOfOthers: 'comes late',
	textOfLastResumption: true,
	textAfterPause: 'new',
	tagCountsAreNumbers: true,
	formsAreChecked: false,
	staticText: 'after start',
	typelessFile: 'detected',
	renamingUnknownField: 'nulls',
	newSegmentsAreValidated: false,
};
