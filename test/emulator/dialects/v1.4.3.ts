import { json } from '../answers';
import type { Route, Routes } from '../route';
import { wrongArgument } from './arguments';
import type { Dialect } from './dialect';
import type { Json } from '../json';
import { withBody } from './schemas';
import { baseRoutes, documentWrites, v1_10_1 } from './v1.10.1';
import { metadataRoutes } from '../metadata';
import { tagRoutes } from '../tags';

const base = '/datasets/{dataset_id}';
const document = `${base}/documents/{document_id}`;

/** What the server says about itself at its root. */
const index: Routes = {
	'GET /': {
		key: 'none',
		handle: ({ dialect }) => json({ welcome: 'Dify OpenAPI', api_version: 'v1', server_version: dialect.version }),
	},
	[`GET ${base}/tags`]: { ...tagRoutes[`GET ${base}/tags`], key: 'workspace' } as Route,
	'GET /datasets/metadata/built-in': { ...metadataRoutes[`GET ${base}/metadata/built-in`], key: 'workspace' } as Route,
};

const nameOfBase = 'type is required. Name must be between 1 to 40 characters.';
const nameOfTag = 'Name must be between 1 to 50 characters.';

/** Texts of arguments that have some of their own. */
const argumentTexts = {
	'POST /datasets name': nameOfBase,
	'POST /datasets indexing_technique': 'Invalid indexing technique.',
	'POST /datasets permission': 'Invalid permission.',
	'PATCH /datasets/{dataset_id} name': nameOfBase,
	'PATCH /datasets/{dataset_id} indexing_technique': 'Invalid indexing technique.',
	'PATCH /datasets/{dataset_id} permission': 'Invalid permission.',
	'POST /datasets/tags name': nameOfTag,
	'PATCH /datasets/tags name': nameOfTag,
	'PATCH /datasets/tags tag_id': 'Id of a tag.',
	'DELETE /datasets/tags tag_id': 'Id of a tag.',
	'POST /datasets/tags/binding tag_ids': 'Tag IDs is required.',
	'POST /datasets/tags/binding target_id': 'Target Dataset ID is required.',
	'POST /datasets/tags/unbinding tag_id': 'Tag ID is required.',
	'POST /datasets/tags/unbinding target_id': 'Target Dataset ID is required.',
};

const notUnderstood = 'The browser (or proxy) sent a request that this server could not understand.';

const newerKeysOfBases = [
	...['author_name', 'chunk_structure', 'enable_api', 'icon_info', 'is_published', 'pipeline_id', 'runtime_mode'],
	...['total_available_documents', 'total_documents'],
];
const pluginFailure = '[openai_api_compatible] Error: PluginInvokeError';
const text = { type: 'string' };
const unmeasured = ({ tokens, word_count: words }: Json) => ({ tokens: tokens ?? 0, word_count: words ?? 0 });
const counted = ({ binding_count: count }: Json) => ({ binding_count: Number(count) });
const times = ['time_to_first_token', 'time_to_generate'];
const parallel = {
	parallel_id: null,
	parallel_start_node_id: null,
	parent_parallel_id: null,
	parent_parallel_start_node_id: null,
};

const embeddingFailure = `${pluginFailure}: ${v1_10_1.embeddingFailure.indexing}`;

const tagDone = 204;
const written = 200;

/** Release 1.4.3. */
export const v1_4_3: Dialect = {
	...v1_10_1,
	version: '1.4.3',
	missing: [
		...v1_10_1.missing.filter((route) => !route.endsWith('/upload-file')),
		`PATCH ${base}/documents/status/{action}`,
		`GET ${document}`,
		'GET /files/{file_id}/preview',
		'POST /workflows/{workflow_id}/run',
		'PUT /conversations/{conversation_id}/variables/{variable_id}',
		`GET ${base}/metadata/built-in`,
	],
	routes: index,
	hints: {},
	refusal: (refused) => {
		const { code, message, status, complaints, place } = refused;
		if (code === 'unknown') return { message, code };
		if (code === 'no_file_uploaded') return { code: 'bad_request_key_error', message: notUnderstood, status };
		if (!complaints.length || !place) return { code, message, status };
		const { name, text } = wrongArgument(refused, argumentTexts);
		return { code, message: text, params: name };
	},
	empty: {
		...v1_10_1.empty,
		'DELETE /datasets/tags': tagDone,
		'POST /datasets/tags/binding': tagDone,
		'POST /datasets/tags/unbinding': tagDone,
		[`POST ${base}/documents/metadata`]: written,
		[`POST ${base}/metadata/built-in/{action}`]: written,
	},
	statuses: { 'POST /apps/annotations': 200 },
	keys: [
		...v1_10_1.keys,
		{ of: baseRoutes, without: newerKeysOfBases },
		{ of: ['GET /datasets'], at: ['data'], without: newerKeysOfBases },
		{ of: ['GET /workflows/logs'], at: ['data'], without: ['details'] },
		{ of: ['GET /workflows/logs'], at: ['data.workflow_run'], without: ['triggered_from'] },
		{
			of: ['GET /workspaces/current/models/model-types/{model_type}'],
			at: ['data.models'],
			without: ['has_invalid_load_balancing_configs'],
		},
		{ of: ['POST /chat-messages', 'POST /completion-messages', 'message_end'], at: ['metadata.usage'], without: times },
		{ of: ['node_finished', 'workflow_finished'], at: ['data.outputs.usage'], without: times },
		{ of: ['POST /files/upload'], without: ['source_url'] },
		{ of: documentWrites, at: ['document'], with: unmeasured },
		{ of: [`GET ${base}/documents`], at: ['data'], with: unmeasured },
		{ of: ['POST /datasets/tags', 'PATCH /datasets/tags'], with: counted },
		{
			of: ['GET /workflows/run/{workflow_run_id}'],
			with: ({ total_steps: steps, total_tokens: tokens }) => ({ total_steps: steps ?? 0, total_tokens: tokens ?? 0 }),
		},
		{ of: ['node_started'], without: ['inputs_truncated'], with: { ...parallel, parallel_run_id: null } },
		{
			of: ['node_finished'],
			without: ['inputs_truncated', 'outputs_truncated', 'process_data_truncated'],
			with: parallel,
		},
		{ of: ['GET /conversations/{conversation_id}/variables'], with: { has_more: false } },
		{ of: ['workflow_finished'], with: ({ error }) => ({ error: error ?? '' }) },
		{ of: ['POST /workflows/run'], at: ['data'], with: ({ error }) => ({ error: error ?? '' }) },
	],
	words: [
		...v1_10_1.words,
		[/(\n(?:retrieval_model\.)?search_method\n.*) \[type=enum(.*\/v\/)enum/s, '$1 [type=literal_error$2literal_error'],
		[/^transfer_method is required in file mapping$/, "No matching enum found for value 'None'"],
		[/^req_id: \w+ PluginInvokeError/, pluginFailure],
		[/^Document not found\.$/, 'Document not found', `POST ${base}/document/create-by-text`],
		[/^1 validation error for DocumentTextUpdate\n {2}Value error, name is[^]*/, 'Both text and name must be strings.', `POST ${document}/update-by-text`],
	],
	schemas: {
		...v1_10_1.schemas,
		[`POST ${document}/update-by-text`]: {},
		'POST /datasets/tags/unbinding': withBody('TagUnbindingPayload', { tag_id: text, target_id: text }),
		'POST /datasets': withBody(
			'DatasetCreatePayload',
			{
				name: { type: 'string', minLength: 1, maxLength: 40 },
				indexing_technique: { enum: ['high_quality', 'economy', null] },
				permission: { enum: ['only_me', 'all_team_members', 'partial_members'] },
			},
			['name'],
		),
	},
	modelFailure: {
		code: 'completion_request_error',
		inStream: (failure) => `${pluginFailure}: ${failure}`,
		elsewhere: (failure) => `${pluginFailure}: ${failure}`,
	},
	audioTypes: ['audio/mp3', 'audio/m4a', 'audio/wav', 'audio/webm', 'audio/amr'],
	staticText: 'never',
	unknownReplyAction: 'refused',
	chatflowsHaveVersions: false,
	logsByUser: false,
	foreignDocForm: 'mixes',
	renamingWithoutText: 'processed',
	filesWithoutMethod: 'refused',
	numberObjects: 'taken',
	conditionWithoutValue: 'crashes',
	wordsOf: 'text',
	partialMetadata: false,
	longFieldName: 'crashes',
	disabledTakesSegments: true,
	asciiEvents: true,
	anyoneDeletesConversations: false,
	stopped: { status: 'stopped', error: 'Stopped by user.', stored: 'stopped' },
	stopOfOthers: 'ignored',
	droppedRuns: 'stay',
	tagCountsAreNumbers: false,
	settingMethods: ['hybrid_search', 'semantic_search', 'full_text_search'],
	listOperators: 'refused',
	missingSegment: 'crashes',
	missingAnswer: 'dropped',
	keywordText: 'characters',
	keywordsOfEveryBase: true,
	unknownBase: Object.fromEntries(documentWrites.map((route) => [route, 'Dataset does not exist.'])),
	documentsByStatus: false,
	unknownMethod: 'finds nothing',
	namesakeOfBase: 'taken',
	unsentRetrieval: 'lost',
	ownTagName: 'refused',
	emptyBinding: 'taken',
	childrenHaveParents: false,
	unwantedFiles: 'read',
	quotedNumbers: 'never equal',
	embeddingFailure: { indexing: embeddingFailure, retrieval: embeddingFailure },
};
