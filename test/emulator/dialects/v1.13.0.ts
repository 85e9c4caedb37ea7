import type { Dialect } from './dialect';
import { withBody } from './schemas';
import { retrievalRoutes, v1_14_2 } from './v1.14.2';
import { tenantId } from '../ids';
import { fileChanges } from './files';

const text = { type: 'string' };
const retrieval = withBody('HitTestingPayload', {
	query: { ...text, maxLength: 250 },
	retrieval_model: { type: ['object', 'null'] },
	external_retrieval_model: { type: ['object', 'null'] },
	attachment_ids: { type: ['array', 'null'], items: text },
}, ['query']);

const segment = '/datasets/{dataset_id}/documents/{document_id}/segments';
/** Routes that answer with chunks under `data`. */
export const segmentRoutes = [`GET ${segment}`, `POST ${segment}`, `GET ${segment}/{segment_id}`, `POST ${segment}/{segment_id}`];

/** Release 1.13.0. */
export const v1_13_0: Dialect = {
	...v1_14_2,
	version: '1.13.0',
	missing: [
		...v1_14_2.missing,
		'PATCH /datasets/{dataset_id}/documents/{document_id}',
		'GET /datasets/{dataset_id}/documents/{document_id}/download',
		'POST /datasets/{dataset_id}/documents/download-zip',
		'GET /form/human_input/{form_token}',
		'POST /form/human_input/{form_token}',
		'GET /workflow/{workflow_run_id}/events',
	],
	schemas: {
		...v1_14_2.schemas,
		'POST /datasets/{dataset_id}/retrieve': retrieval,
		'POST /datasets/{dataset_id}/hit-testing': retrieval,
		'POST /datasets/tags/unbinding': withBody('TagUnbindingPayload', { tag_id: text, target_id: text }),
	},
	keys: [
		...v1_14_2.keys.filter(({ of }) => of !== retrievalRoutes),
		{
			of: retrievalRoutes,
			at: ['records'],
			with: ({ child_chunks: children }) => ({
				child_chunks: Array.isArray(children) && children.length ? children : null,
				files: null,
			}),
		},
		{
			of: retrievalRoutes,
			at: ['records.segment'],
			with: ({ content, keywords }) => ({
				sign_content: content,
				keywords: Array.isArray(keywords) && keywords.length ? keywords : null,
			}),
		},
		{ of: segmentRoutes, at: ['data'], with: { summary: null } },
		...fileChanges({ without: ['reference'], with: { tenant_id: tenantId } }),
	],
	words: [...v1_14_2.words, [/pydantic\.dev\/2\.12/g, 'pydantic.dev/2.11'], [/^'(.*)' is not a valid FileTransferMethod$/, "No matching enum found for value '$1'"]],
	parentMode: null,
	forbiddenInFileNames: /[/\\:*?"<>|]/,
	chatflowEnd: 'workflow_finished only',
	blockingChatflow: 'hangs',
	emptyBlockingAnswer: 'refused',
	anyoneDeletesConversations: true,
	uploadsAreShared: true,
	jsonVariables: 'objects and texts',
	fileTooLarge: 'File size exceeded. {message}',
	retrievalIsUnchecked: true,
	metadataOfUnknownDocument: 'ignored',
	unknownRun: 'crashes',
	unknownSegmentStatus: 'finds nothing',
	missingTechnique: 'crashes',
	unknownDocForm: 'differs',
};
