const annotation = { question: 'Annotation question', answer: 'Annotation answer' };
const base = { name: 'type is required. Name must be between 1 to 40 characters.', indexing_technique: 'Invalid indexing technique.' };
const running = { inputs: 'Input parameters for chat', query: 'The chat query', response_mode: 'Response mode' };

/** What an argument's own text begins with in 1.10.1, by route. */
export const helps: Record<string, Record<string, string>> = {
	'POST /datasets': { ...base, permission: 'Invalid permission.' },
	'PATCH /datasets/{dataset_id}': base,
	'POST /datasets/{dataset_id}/metadata': { name: 'Metadata name', type: 'Metadata type' },
	'PATCH /datasets/{dataset_id}/metadata/{metadata_id}': { name: 'New metadata name' },
	'POST /datasets/{dataset_id}/documents/metadata': { operation_data: 'Metadata operation data' },
	'POST /chat-messages': { ...running, conversation_id: 'Existing conversation ID' },
	'POST /completion-messages': { inputs: 'Input parameters for completion' },
	'GET /conversations': {
		limit: 'Number of conversations to return',
		last_id: 'Last conversation ID for pagination',
		sort_by: 'Sort order for conversations',
	},
	'GET /messages': { limit: 'Number of messages to return', conversation_id: 'Conversation ID' },
	'POST /messages/{message_id}/feedbacks': { rating: 'Feedback rating' },
	'GET /app/feedbacks': { limit: 'Number of feedbacks per page' },
	'GET /conversations/{conversation_id}/variables': { limit: 'Number of variables to return' },
	'PUT /conversations/{conversation_id}/variables/{variable_id}': { value: 'New value for the conversation variable' },
	'POST /apps/annotations': annotation,
	'PUT /apps/annotations/{annotation_id}': annotation,
	'POST /apps/annotation-reply/{action}': {
		score_threshold: 'Score threshold for annotation matching',
		embedding_provider_name: 'Embedding provider name',
	},
};

const lengths: Record<string, string> = {
	name: 'Name must be between 1 to 40 characters.',
	description: 'Description cannot exceed 400 characters.',
};

/** Where arguments are looked for that may come in any way. */
const anywhere: Record<string, Record<string, string>> = {
	'POST /datasets': { missing: 'Missing required parameter in the JSON body or the post body or the query string' },
};

/** What 1.10.1 says in its own words about an argument. */
export const ownWords = (name: string, given: string, route: string): Record<string, string> => ({
	...anywhere[route],
	literal_error: `The value '${given}' is not a valid choice for '${name}'.`,
	string_too_short: lengths[name],
	string_too_long: lengths[name],
});
