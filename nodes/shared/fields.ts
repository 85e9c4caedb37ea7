import type { Field } from '../../src/operation/types';
import { asText, asTextUpTo, asUuid } from '../../src/operation/values';
import { ID_EXAMPLE, locator, onlyById } from './locator';

export const user: Field = {
	displayName: 'User',
	name: 'user',
	type: 'string',
	default: 'n8n',
	required: true,
	encode: asTextUpTo(255),
	description: 'Who asks: any name you choose for an end user',
	hint: 'Use one name per end user, the same for everything that belongs together: conversations and files are found only with it',
};

export const dataset = locator(
	'Knowledge Base',
	'dataset_id',
	'searchDatasets',
	"The knowledge base to work with. Dify's API calls it a dataset.",
	{
		path: 'datasets',
		placeholder: 'e.g. https://cloud.dify.ai/datasets/8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15/documents',
		errorMessage: 'Not the address of a knowledge base',
	},
);

export const document = locator('Document', 'document_id', 'searchDocuments', 'The document to work with', {
	path: 'documents',
	placeholder: 'e.g. https://cloud.dify.ai/datasets/8f4a…/documents/1b3c…',
	errorMessage: 'Not the address of a document',
});

export const segment = locator(
	'Chunk',
	'segment_id',
	'searchSegments',
	"The chunk to work with. Dify's API calls it a segment.",
);

export const childChunk = locator('Child Chunk', 'child_chunk_id', 'searchChildChunks', 'The child chunk to work with');

export const tag = locator('Tag', 'tag_id', 'searchTags', 'The tag to work with');

export const metadataField = locator(
	'Metadata Field',
	'metadata_id',
	'searchMetadata',
	'The metadata field to work with',
);

export const annotation = locator('Annotation', 'annotation_id', 'searchAnnotations', 'The annotation to work with');

export const conversation = locator(
	'Conversation',
	'conversation_id',
	'searchConversations',
	"The conversation to work with. The list shows those of the 'User'.",
);

/** For the list of messages only. */
const conversationOfMessage: Field = {
	...conversation,
	required: undefined,
	in: 'local',
	encode: undefined,
	description: "Only for the list of messages below; not needed where a message's ID is given",
};

const messageId = locator('Message', 'message_id', 'searchMessages', "The answered question. The list shows the newest of the 'Conversation'.");

/** A message, to be found in a conversation. */
export const message = [conversationOfMessage, messageId];

/** A message of an app without conversations. */
export const completionMessage = [onlyById({ ...messageId, description: 'The answer, as given by the operation that made it' })];

export const conversationVariable = locator(
	'Variable',
	'variable_id',
	'searchVariables',
	"The variable to work with. The list shows those of the 'Conversation'.",
);

export const workflowRun = locator(
	'Workflow Run',
	'workflow_run_id',
	'searchRuns',
	'The run to work with; the list shows those of a workflow app',
);

export const task: Field = {
	displayName: 'Task ID',
	name: 'task_id',
	type: 'string',
	required: true,
	default: '',
	placeholder: `e.g. ${ID_EXAMPLE}`,
	encode: asUuid,
	description: 'The running task, as the events of its stream name it',
};

export const binaryField: Field = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	typeOptions: { binaryDataProperty: true },
	encode: async (name, call) => await call.file(asText(name)),
	hint: 'The name of the input binary field containing the file to be uploaded',
};
