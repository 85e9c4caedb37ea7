import { notFound } from '../answers';
import type { Route, Routes } from '../route';
import { asArguments, wrongArgument } from './arguments';
import type { Dialect } from './dialect';
import { helps, ownWords } from './helps';
import { segmentRoutes, v1_13_0 } from './v1.13.0';
import { retrievalRoutes } from './v1.14.2';
import { changedBody, withBody, withQuery } from './schemas';
import { datasetRoutes } from '../datasets';
import { ingestionRoutes } from '../ingestion';
import { processRuleSchema } from '../processRule';

const base = '/datasets/{dataset_id}';
const document = `${base}/documents/{document_id}`;
const segment = `${document}/segments/{segment_id}`;

/** Routes that answer with a base. */
export const baseRoutes = [`GET ${base}`, `PATCH ${base}`, 'POST /datasets'];
/** Routes that answer with a document under `document`. */
export const documentWrites = [
	`POST ${base}/document/create-by-text`,
	`POST ${base}/document/create-by-file`,
	`POST ${document}/update-by-text`,
	`POST ${document}/update-by-file`,
];

/** The paths of tags are taken for those of a base called so. */
const noSuchBase: Route = {
	key: 'workspace',
	handle: () => {
		throw notFound('Dataset not found.');
	},
};
const tagPaths = [
	...['GET', 'POST', 'PATCH', 'DELETE'].map((method) => `${method} /datasets/tags`),
	'POST /datasets/tags/binding',
	'POST /datasets/tags/unbinding',
];
const tagRoutes: Routes = Object.fromEntries(tagPaths.map((route) => [route, noSuchBase]));

const done = 204;
const hintOfTags = v1_13_0.hints['PATCH /datasets/tags'];

const query = { type: 'string' };
const retrieval = withBody('HitTestingPayload', { query, retrieval_model: {}, external_retrieval_model: {} }, []);
const number = { type: 'integer' };
const schemas: Dialect['schemas'] = {
	...v1_13_0.schemas,
	'POST /datasets/tags/unbinding': {},
	'GET /datasets': withQuery('DatasetListQuery', {
		page: {},
		limit: {},
		keyword: query,
		include_all: {},
		tag_ids: { type: 'array' },
	}),
	'POST /datasets/{dataset_id}/retrieve': retrieval,
	'POST /datasets/{dataset_id}/hit-testing': retrieval,
	[`GET ${segment}/child_chunks`]: withQuery('ChildChunkListQuery', { page: number, limit: number, keyword: query }),
	[`POST ${segment}`]: withBody('SegmentUpdatePayload', { segment: {} }, []),
	'GET /app/feedbacks': withQuery('FeedbackListQuery', { page: number, limit: { ...number, minimum: 1, maximum: 101 } }),
	'GET /conversations/{conversation_id}/variables': withQuery('ConversationVariablesQuery', {
		user: query,
		last_id: query,
		limit: { ...number, minimum: 1, maximum: 100 },
		variable_name: query,
	}),
	'POST /datasets': changedBody(datasetRoutes['POST /datasets'], { permission: { not: { type: 'null' } } }),
	[`POST ${document}/update-by-text`]: changedBody(ingestionRoutes[`POST ${document}/update-by-text`], {
		process_rule: { anyOf: [processRuleSchema] },
	}),
	[`POST ${base}/document/create-by-text`]: withBody(
		'DocumentTextCreatePayload',
		{ name: query, text: query, indexing_technique: { enum: ['high_quality', 'economy', null] } },
		['name', 'text'],
	),
};

/** Release 1.10.1. */
export const v1_10_1: Dialect = {
	...v1_13_0,
	version: '1.10.1',
	missing: [
		...v1_13_0.missing,
		'GET /end-users/{end_user_id}',
		'POST /datasets/pipeline/file-upload',
		`GET ${base}/pipeline/datasource-plugins`,
		`POST ${base}/pipeline/datasource/nodes/{node_id}/run`,
		`POST ${base}/pipeline/run`,
	],
	routes: tagRoutes,
	schemas,
	hints: { ...v1_13_0.hints, 'GET /datasets/tags': hintOfTags, 'POST /datasets/tags': hintOfTags },
	reads: asArguments,
	refusal: (refused) => {
		const { code, message, status, complaints, place } = refused;
		if (!complaints.length || !place) return { code, message, status };
		const { name, text } = wrongArgument(refused, {}, ownWords);
		const help = helps[refused.route]?.[name];
		return { errors: { [name]: help ? `${help} ${text}` : text }, message: 'Input payload validation failed' };
	},
	empty: {
		[`DELETE ${base}`]: done,
		[`DELETE ${document}`]: done,
		[`DELETE ${segment}`]: done,
		[`DELETE ${segment}/child_chunks/{child_chunk_id}`]: done,
		[`DELETE ${base}/metadata/{metadata_id}`]: done,
	},
	keys: [
		...v1_13_0.keys,
		{ of: baseRoutes, without: ['is_multimodal', 'summary_index_setting'] },
		{ of: ['GET /datasets'], at: ['data'], without: ['is_multimodal', 'summary_index_setting'] },
		{ of: [`GET ${document}`], without: ['need_summary', 'summary_index_status'] },
		{ of: [`GET ${base}/documents`], at: ['data'], without: ['need_summary', 'summary_index_status'] },
		{ of: documentWrites, at: ['document'], without: ['need_summary', 'summary_index_status'] },
		{ of: segmentRoutes, at: ['data'], without: ['attachments', 'summary'] },
		{ of: retrievalRoutes, at: ['records'], without: ['files', 'summary'] },
		{ of: ['GET /messages'], at: ['data'], without: ['extra_contents'] },
		{ of: ['GET /messages'], at: ['data.retriever_resources'], without: ['files', 'summary'] },
		{ of: ['POST /chat-messages', 'POST /completion-messages'], at: ['metadata.retriever_resources'], without: ['files', 'summary'] },
		{ of: ['message_end'], at: ['metadata.retriever_resources'], without: ['files', 'summary'] },
		{
			of: ['GET /workspaces/current/models/model-types/{model_type}'],
			at: ['data'],
			without: ['icon_small_dark'],
			with: { icon_large: null },
		},
		{
			of: ['POST /files/upload'],
			without: ['conversation_id', 'file_key', 'original_url', 'tenant_id', 'user_id'],
		},
		{ of: ['workflow_started'], without: ['reason'] },
	],
	words: [
		...v1_13_0.words,
		[/^req_id: {2}Plugin/, 'req_id: 0123456789 Plugin'],
	],
	launchedBy: 'request',
	chatflowEnd: 'workflow_finished first',
	blockingChatflow: 'answers',
	unknownConversationOfChatflow: 'refused',
	variableNameFilter: 'ignored',
	externalWithoutApi: 'crashes',
	crashOnLists: [`PATCH ${base}`],
	absentTechnique: 'null',
	renamingWithoutText: 'crashes',
	namesake: 'oldest',
	ignoredOperators: ['in', 'not in'],
	filtersHaveWildcards: true,
	blankNames: 'taken',
	retrievalQuery: 'checked late',
	jsonVariables: 'texts',
	unknownRun: 'nulls',
	runOutputs: 'text',
	missingRule: 'crashes',
	missingTechnique: 'refused',
	storedCitations: 'as answered',
	emptyFile: 'refused',
	filesWithoutAddress: 'refused',
	showsHtml: true,
	longNames: 'crash',
};
