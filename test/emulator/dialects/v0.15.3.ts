import { isObject, type Json, parsedJson, without } from '../json';
import type { Dialect } from './dialect';
import { documentWrites } from './v1.10.1';
import { segmentRoutes } from './v1.13.0';
import { retrievalRoutes } from './v1.14.2';
import { v1_4_3 } from './v1.4.3';
import type { Route } from '../route';
import { workflowRecordRoutes } from '../workflowRecords';

const base = '/datasets/{dataset_id}';
const document = `${base}/documents/{document_id}`;
const segment = `${document}/segments/{segment_id}`;
const children = `${segment}/child_chunks`;

const success = { result: 'success' };
const newerKeysOfCitations = ['doc_metadata', 'title'];
const modelMessages = ['POST /chat-messages', 'POST /completion-messages', 'message_end'];

const runDetail = { ...workflowRecordRoutes['GET /workflows/run/{workflow_run_id}'], modes: ['workflow'] } as Route;

/** The provider's own text. */
const plain = (failure: string) => {
	const parsed = parsedJson(failure);
	const text = isObject(parsed) ? String(parsed.message) : failure;
	return text.startsWith('[models]') ? text.replace('[models]', '[openai_api_compatible]') : `[openai_api_compatible] Error: ${text}`;
};

const embeddingFailure = '[openai_api_compatible] Bad Request Error, 400 Client Error: Bad Request for url: http://127.0.0.1/v1/embeddings';

const httpTime = (seconds: Json[string]) => (typeof seconds === 'number' ? new Date(seconds * 1000).toUTCString() : null);

/** What a thought shows in the place of its files, whether it has any or not. */
const noFile = { id: null, filename: null, type: null, url: null, mime_type: null, size: 0, transfer_method: null, belongs_to: 'user' };

const numbered = (data: Json) => ({ ...data, sequence_number: 1 });

/** Release 0.15.3. */
export const v0_15_3: Dialect = {
	...v1_4_3,
	version: '0.15.3',
	missing: [
		...v1_4_3.missing,
		...['GET', 'POST'].map((method) => `${method} /apps/annotations`),
		...['PUT', 'DELETE'].map((method) => `${method} /apps/annotations/{annotation_id}`),
		'POST /apps/annotation-reply/{action}',
		'GET /apps/annotation-reply/{action}/status/{job_id}',
		'GET /conversations/{conversation_id}/variables',
		'GET /site',
		'GET /app/feedbacks',
		...['GET', 'POST', 'PATCH', 'DELETE'].map((method) => `${method} /datasets/tags`),
		'POST /datasets/tags/binding',
		'POST /datasets/tags/unbinding',
		`GET ${base}/tags`,
		`GET ${base}`,
		`PATCH ${base}`,
		`GET ${segment}`,
		...['GET', 'POST'].map((method) => `${method} ${children}`),
		...['PATCH', 'DELETE'].map((method) => `${method} ${children}/{child_chunk_id}`),
		...['GET', 'POST'].map((method) => `${method} ${base}/metadata`),
		...['PATCH', 'DELETE'].map((method) => `${method} ${base}/metadata/{metadata_id}`),
		`POST ${base}/metadata/built-in/{action}`,
		`POST ${base}/documents/metadata`,
		'GET /datasets/metadata/built-in',
		'GET /workspaces/current/models/model-types/{model_type}',
	],
	empty: {
		[`DELETE ${document}`]: success,
		[`DELETE ${segment}`]: success,
		'DELETE /conversations/{conversation_id}': success,
	},
	keys: [
		...v1_4_3.keys,
		{ of: ['GET /info'], without: ['author_name', 'mode'] },
		{ of: ['GET /datasets'], at: ['data'], without: ['built_in_field_enabled', 'doc_metadata'] },
		{ of: ['POST /datasets'], without: ['built_in_field_enabled', 'doc_metadata'] },
		{ of: documentWrites, at: ['document'], without: ['doc_metadata'] },
		{ of: [`GET ${base}/documents`], at: ['data'], without: ['doc_metadata'] },
		{ of: segmentRoutes, at: ['data'], without: ['sign_content'] },
		{ of: [`GET ${document}/segments`], without: ['has_more', 'limit', 'page'] },
		{ of: retrievalRoutes, at: ['records.segment'], without: ['sign_content'] },
		{ of: retrievalRoutes, at: ['records.segment.document'], without: ['doc_metadata'] },
		{
			of: modelMessages,
			at: ['metadata'],
			without: ['annotation_reply'],
		},
		{ of: ['POST /completion-messages'], at: ['metadata'], without: ['retriever_resources'] },
		{
			of: ['message_end'],
			at: [''],
			with: ({ metadata, conversation_id: conversation }) => ({
				metadata: conversation ? metadata : without(metadata as Json, 'retriever_resources'),
			}),
		},
		{
			of: ['GET /workflows/run/{workflow_run_id}'],
			with: ({ created_at: begun, finished_at: ended }) => ({ created_at: httpTime(begun), finished_at: httpTime(ended) }),
		},
		{ of: modelMessages, at: ['metadata.retriever_resources'], without: newerKeysOfCitations },
		{ of: ['POST /files/upload'], without: ['preview_url'] },
		{ of: ['message_replace'], at: [''], without: ['reason'] },
		{ of: ['node_started'], without: ['loop_id', 'agent_strategy'] },
		{ of: ['node_finished'], without: ['loop_id'] },
		{ of: ['workflow_started', 'workflow_finished'], with: numbered },
		{ of: ['workflow_finished'], with: ({ error }) => ({ error: error || null }) },
		{ of: ['POST /workflows/run'], at: ['data'], with: ({ error }) => ({ error: error || null }) },
		{ of: ['GET /messages'], at: ['data.message_files'], without: ['upload_file_id'] },
		{
			of: ['GET /messages'],
			at: ['data.agent_thoughts'],
			without: ['files'],
			with: { message_files: [noFile] },
		},
	],
	routes: {
		...v1_4_3.routes,
		'GET /workflows/run/{workflow_run_id}': runDetail,
	},
	words: [...v1_4_3.words, [/ allowed for \S+ is (?=\d)/, ' allowed is '], [/pydantic\.dev\/2\.11/g, 'pydantic.dev/2.9']],
	audioTypes: ['mp3', 'mp4', 'mpeg', 'mpga', 'm4a', 'wav', 'webm', 'amr'].map((type) => `audio/${type}`),
	laterInputs: 'ignored',
	settingsOfNewBases: 'ignored',
	emptyBase: 'finds nothing',
	filesTakeTechnique: false,
	logsByTime: false,
	typelessFile: 'not allowed',
	emptyBlockingAnswer: 'given',
	storedCitations: 'rows',
	forbiddenInFileNames: /$^/,
	modelFailure: { code: 'completion_request_error', inStream: plain, elsewhere: plain },
	segmentContent: 'needed',
	missingAnswer: 'refused',
	keywordsAlone: 'break',
	fileUpdatesNeedTechnique: true,
	unknownBase: Object.fromEntries(documentWrites.map((route) => [route, 'Dataset is not exist.'])),
	impossibleTopK: 'finds nothing',
	emptyAudio: 'taken',
	emptySpeech: 'nothing',
	fileTypes: 'trusted',
	embeddingFailure: { indexing: embeddingFailure, retrieval: embeddingFailure },
};
