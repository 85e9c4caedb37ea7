import type { Json } from './json';

/** What one Dify version says and does in its own way; handlers look things up here by name. */
export interface Dialect {
	/** Header `X-Version`. */
	version: string;
	/** Routes this version does not have. */
	missing: string[];
	/** The framework's "did you mean" list, appended to JSON 404s of these routes. */
	hints: Record<string, string>;
	/** What `parent_mode` becomes when a hierarchical rule does not give it. */
	parentMode: 'paragraph' | null;
	/** An empty `doc_metadata` of a list item. */
	emptyDocMetadata: [] | null;
	/** Characters refused in the name of an uploaded file. */
	forbiddenInFileNames: RegExp;
	/** How a stopped run ends in its stream, and in its record. */
	stopped: { status: string; error: string; stored: string };
	/** What a filter by a variable's name does. */
	variableNameFilter: 'crashes' | 'filters' | 'ignored';
	/** Types of a part that speech-to-text takes. */
	audioTypes: string[];
	/** A chatflow sent to a conversation that is not the user's. */
	unknownConversationOfChatflow: 'new' | 'refused';
	/** Body of a launch error inside a chatflow stream. */
	launchError(message: string): Json;
	/** Text of the vector store when a base has no index. */
	missingIndex(datasetId: string, method: string): string;
}

const createHint =
	'/v1/datasets/<uuid:dataset_id>/document/create-by-text or /v1/datasets/<uuid:dataset_id>/document/create_by_text ' +
	'or /v1/datasets/<uuid:dataset_id>/document/create-by-file';

const tagHint =
	'/v1/datasets/tags or /v1/datasets/<uuid:dataset_id>/tags or /v1/datasets/<uuid:dataset_id>/documents/' +
	'<uuid:document_id>/segments/<uuid:segment_id>/child_chunks/<uuid:child_chunk_id>';

/** Every version the emulator speaks. */
export const dialects: Record<string, Dialect> = {
	'main-2026-06': {
		version: '1.14.2',
		missing: ['GET /datasets/{dataset_id}/documents/{document_id}/upload-file'],
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
		launchError: (message) => ({ event: 'error', message, status: 500 }),
		missingIndex: (datasetId, method) => {
			const table = datasetId.replace(/-/g, '_');
			const head = `relation "embedding_vector_index_${table}_nod" does not exist\n`;
			const fullText = `${head}LINE 2: ${' '.repeat(20)}FROM embedding_Vector_index_${table.slice(0, 12)}...\n${' '.repeat(33)}^\n`;
			const vector = `${head}LINE 1: ..., 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]' AS distance FROM embedding_...\n${' '.repeat(61)}^\n`;
			if (method === 'hybrid_search') return `${fullText};\n${vector}`;
			return method === 'full_text_search' ? fullText : vector;
		},
	},
};
