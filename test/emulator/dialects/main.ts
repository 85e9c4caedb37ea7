import type { Dialect } from './dialect';

const createHint =
	'/v1/datasets/<uuid:dataset_id>/document/create-by-text or /v1/datasets/<uuid:dataset_id>/document/create_by_text ' +
	'or /v1/datasets/<uuid:dataset_id>/document/create-by-file';

const tagHint =
	'/v1/datasets/tags or /v1/datasets/<uuid:dataset_id>/tags or /v1/datasets/<uuid:dataset_id>/documents/' +
	'<uuid:document_id>/segments/<uuid:segment_id>/child_chunks/<uuid:child_chunk_id>';

/** Upstream main of 2026-06-12, after 1.14.2 and before 1.15; it calls itself 1.14.2. */
export const main: Dialect = {
	version: '1.14.2',
	missing: ['GET /datasets/{dataset_id}/documents/{document_id}/upload-file'],
	routes: {},
	schemas: {},
	reads: (schema) => schema,
	keys: [],
	empty: {},
	refusal: ({ code, message, status }) => ({ code, message, status }),
	words: [],
	asciiEvents: false,
	hints: {
		'POST /chat-messages': '/v1/chat-messages or /api/chat-messages or /v1/chat-messages/<string:task_id>/stop',
		'GET /conversations':
			'/v1/conversations or /v1/conversations/<uuid:c_id>/variables/<uuid:variable_id> or /api/conversations',
		'GET /messages': '/v1/messages or /v1/chat-messages or /api/messages',
		'GET /conversations/{conversation_id}/variables': '/v1/conversations/<uuid:c_id>/variables',
		'GET /form/human_input/{form_token}': '/v1/form/human_input/<string:form_token>',
		'POST /form/human_input/{form_token}': '/v1/form/human_input/<string:form_token>',
		'POST /datasets/{dataset_id}/document/create-by-text': createHint,
		'PATCH /datasets/tags': tagHint,
		'DELETE /datasets/tags': tagHint,
		'POST /datasets/tags/binding': '/v1/datasets/tags/binding or /v1/datasets/tags/unbinding or /v1/datasets/tags',
		'POST /datasets/tags/unbinding': '/v1/datasets/tags/unbinding or /v1/datasets/tags/binding or /v1/datasets/tags',
		'POST /datasets/{dataset_id}/documents/download-zip': '/v1/datasets/<uuid:dataset_id>/documents/download-zip',
		'GET /datasets/{dataset_id}/pipeline/datasource-plugins':
			'/v1/datasets/<uuid:dataset_id>/pipeline/datasource-plugins',
	},
	parentMode: 'paragraph',
	emptyDocMetadata: [],
	forbiddenInFileNames: /[/\\]/,
	stopped: { status: 'failed', error: 'Aborted: User requested stop', stored: 'stopped' },
	variableNameFilter: 'crashes',
	audioTypes: ['audio/mp3', 'audio/m4a', 'audio/wav', 'audio/amr', 'audio/mpga'],
	unknownConversationOfChatflow: 'new',
	stopOfOthers: 'stops',
	textOfLastResumption: false,
	textAfterPause: 'old again',
	launchedBy: 'worker',
	chatflowEnd: 'message_end first',
	blockingChatflow: 'answers',
	emptyBlockingAnswer: 'given',
	anyoneDeletesConversations: false,
	uploadsAreShared: false,
	jsonVariables: 'objects',
	fileTooLarge: '',
	retrievalIsUnchecked: false,
	metadataOfUnknownDocument: 'refused',
	unknownRun: 'not found',
	unknownSegmentStatus: 'crashes',
	missingTechnique: 'refused',
	unknownDocForm: 'refused',
	storedCitations: 'rows',
	emptyFile: 'null',
	filesWithoutAddress: 'dropped',
	filesWithoutMethod: 'dropped',
	runOutputs: 'object',
	missingRule: 'latest',
	droppedRuns: 'end',
	showsHtml: false,
	longNames: 'cut',
	externalWithoutApi: 'taken',
	crashOnLists: [],
	absentTechnique: 'missing',
	renamingWithoutText: 'processed',
	namesake: 'newest',
	blankNames: 'refused',
	renamingUnknownField: 'refused',
	retrievalQuery: 'checked',
	statuses: {},
	unknownReplyAction: 'crashes',
	chatflowsHaveVersions: true,
	foreignDocForm: 'refused',
	numberObjects: 'crash',
	conditionWithoutValue: 'ignored',
	wordsOf: 'chunks',
	ignoredOperators: [],
	filtersHaveWildcards: false,
	partialMetadata: true,
	longFieldName: 'refused',
	disabledTakesSegments: false,
	modelFailure: {
		code: 'invalid_param',
		inStream: (failure) => failure,
		elsewhere: (failure, taskId) => `req_id: ${taskId.replace(/-/g, '').slice(0, 10)} PluginInvokeError: ${failure}`,
	},
	laterInputs: 'used',
	settingsOfNewBases: 'taken',
	emptyBase: 'fails',
	impossibleRetrieval: 'refused',
	filesTakeTechnique: true,
	logsByTimeAndUser: true,
	tagCountsAreNumbers: false,
	formsAreChecked: true,
	staticText: 'first',
	typelessFile: 'not allowed',
	changesNameAll: false,
	newSegmentsAreValidated: true,
	launchError: (message) => ({ event: 'error', message, status: 500 }),
	missingIndex: (datasetId, method) => {
		const table = datasetId.replace(/-/g, '_');
		const head = `relation "embedding_vector_index_${table}_nod" does not exist\n`;
		const fullText = `${head}LINE 2: ${' '.repeat(20)}FROM embedding_Vector_index_${table.slice(0, 12)}...\n${' '.repeat(33)}^\n`;
		const vector = `${head}LINE 1: ..., 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]' AS distance FROM embedding_...\n${' '.repeat(61)}^\n`;
		if (method === 'hybrid_search') return `${fullText};\n${vector}`;
		return method === 'full_text_search' ? fullText : vector;
	},
};
