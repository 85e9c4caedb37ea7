import type { FileValue } from './appRecords';
import { internalError, json, noContent, notFound } from './answers';
import type { AppMode } from './apps';
import { fixedId, seconds } from './ids';
import { type Json, textOf } from './json';
import { newVariables } from './newVariables';
import type { Conversation, Message } from './records';
import type { AppCall, Routes } from './route';
import { valueError } from './validation';

/** Modes that have conversations. */
export const chatModes: AppMode[] = ['chat', 'agent-chat', 'advanced-chat'];

const longestName = 255;

/** The user's conversation of this id. */
export const conversationOf = ({ workspace, app, user }: AppCall, id: string) =>
	workspace.conversationsOf(app.id).find((conversation) => conversation.id === id.toLowerCase() && conversation.user === user);

/** The user's message of this id. */
export function messageOf({ workspace, app, user }: AppCall, id: string): Message {
	const own = workspace.conversationsOf(app.id).filter((conversation) => conversation.user === user);
	const message = own.flatMap(({ messages: each }) => each).find((each) => each.id === id.toLowerCase());
	if (!message) throw notFound('Message Not Exists.');
	return message;
}

/** The user's conversation of this id, or a 404. */
export const existing = (call: AppCall, id: string) => {
	const conversation = conversationOf(call, id);
	if (!conversation) throw notFound('Conversation Not Exists.');
	return conversation;
};

/** A conversation that begins with this question. */
export function openConversation({ workspace, app, user }: AppCall, query: string, inputs: Json): Conversation {
	const conversation: Conversation = {
		id: workspace.ids.next(),
		user,
		name: query,
		inputs,
		introduction: String(app.parameters.opening_statement),
		createdAt: seconds(),
		updatedAt: seconds(),
		variables: app.mode === 'advanced-chat' ? newVariables(workspace) : [],
		messages: [],
	};
	workspace.conversationsOf(app.id).push(conversation);
	return conversation;
}

/** A message whose answer is still to come. */
export function openMessage(
	{ workspace }: AppCall,
	conversation: Conversation,
	query: string,
	inputs: Json,
	files: FileValue[],
): Message {
	const message: Message = {
		id: workspace.ids.next(),
		conversationId: conversation.id,
		inputs,
		query,
		answer: '',
		status: 'normal',
		error: null,
		files,
		feedback: null,
		extraContents: [],
		retrieverResources: [],
		agentThoughts: [],
		createdAt: seconds(),
	};
	conversation.messages.push(message);
	conversation.updatedAt = seconds();
	return message;
}

/** The title a model would find. */
export const titleOf = (query: string) => `About ${query.split(/\s+/).slice(0, 6).join(' ')}`;

const item = (conversation: Conversation): Json => ({
	id: conversation.id,
	name: conversation.name,
	inputs: conversation.inputs,
	status: 'normal',
	introduction: conversation.introduction,
	created_at: conversation.createdAt,
	updated_at: conversation.updatedAt,
});

const messageFile = (message: Message, file: FileValue): Json => ({
	id: fixedId(`file ${file.url} of ${message.id}`),
	filename: file.filename,
	type: file.type,
	url: file.url,
	mime_type: file.mime_type,
	size: file.size,
	transfer_method: file.transfer_method,
	belongs_to: 'user',
	upload_file_id: file.related_id,
});

const messageItem = (message: Message): Json => ({
	id: message.id,
	conversation_id: message.conversationId,
	parent_message_id: '00000000-0000-0000-0000-000000000000',
	inputs: message.inputs,
	query: message.query,
	answer: message.answer,
	feedback: message.feedback && { rating: message.feedback.rating },
	retriever_resources: message.retrieverResources,
	created_at: message.createdAt,
	agent_thoughts: message.agentThoughts,
	message_files: message.files.map((file) => messageFile(message, file)),
	status: message.status,
	error: message.error,
	extra_contents: message.extraContents,
});

const uuidText = { type: ['string', 'null'], pattern: '^$|^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' };
const limit = { type: 'integer', minimum: 1, maximum: 100 };
const user = { type: 'string' };
const validId = { ...uuidText, 'x-message': 'must be a valid UUID' };

const sorters: Record<string, { by: (conversation: Conversation) => number; down: boolean }> = {
	created_at: { by: ({ createdAt }) => createdAt, down: false },
	'-created_at': { by: ({ createdAt }) => createdAt, down: true },
	updated_at: { by: ({ updatedAt }) => updatedAt, down: false },
	'-updated_at': { by: ({ updatedAt }) => updatedAt, down: true },
};

const list = (call: AppCall) => {
	const { workspace, app, query } = call;
	const { by, down } = sorters[textOf(query.sort_by) ?? '-updated_at'];
	// Newest first among those of one second, in the order of the cursor's comparison otherwise.
	const rows = workspace
		.conversationsOf(app.id)
		.filter((conversation) => conversation.user === call.user)
		.reverse()
		.sort((left, right) => (down ? by(right) - by(left) : by(left) - by(right)));
	const cursor = textOf(query.last_id);
	const last = cursor ? rows.find(({ id }) => id === cursor.toLowerCase()) : undefined;
	if (cursor && !last) throw notFound('Last Conversation Not Exists.');
	// Dify compares whole seconds, so rows of the cursor's second are skipped.
	const beyond = (edge: Conversation) => rows.filter((row) => (down ? by(row) < by(edge) : by(row) > by(edge)));
	const size = Number(query.limit ?? 20);
	const page = (last ? beyond(last) : rows).slice(0, size);
	const more = page.length === size && beyond(page[page.length - 1]).length > 0;
	return json({ limit: size, has_more: more, data: page.map(item) });
};

const messages = (call: AppCall) => {
	const { query } = call;
	const conversation = existing(call, textOf(query.conversation_id) ?? '');
	const size = Number(query.limit ?? 20);
	const cursor = textOf(query.first_id);
	const first = cursor ? conversation.messages.find(({ id }) => id === cursor.toLowerCase()) : undefined;
	if (cursor && !first) throw notFound('First Message Not Exists.');
	const older = conversation.messages.filter(({ createdAt }) => !first || createdAt < first.createdAt);
	const page = older.slice(-size);
	return json({ limit: size, has_more: older.length > size, data: page.map(messageItem) });
};

const rename = (call: AppCall) => {
	const { body, params } = call;
	const isTaken = call.dialect.blankNames === 'taken';
	const name = (isTaken ? textOf(body.name) : textOf(body.name)?.trim()) ?? '';
	if (isTaken && body.name === undefined && body.auto_generate !== true) throw internalError();
	if (!name && body.auto_generate !== true && !isTaken) {
		throw valueError('ConversationRenamePayload', 'name is required when auto_generate is false', body);
	}
	const conversation = existing(call, params.conversation_id);
	if (body.auto_generate === true) conversation.name = titleOf(conversation.messages[0]?.query ?? '');
	else if (name.length > longestName) throw internalError();
	else conversation.name = name;
	return json(item(conversation));
};

const remove = (call: AppCall) => {
	const { workspace, app, params } = call;
	const id = params.conversation_id.toLowerCase();
	if (!call.dialect.anyoneDeletesConversations) existing(call, id);
	workspace.conversations.set(
		app.id,
		workspace.conversationsOf(app.id).filter((conversation) => conversation.id !== id),
	);
	return noContent();
};

/** Conversations and their messages. */
export const conversationRoutes: Routes = {
	'GET /conversations': {
		key: 'app',
		user: { in: 'query' },
		modes: chatModes,
		query: {
			title: 'ConversationListQuery',
			type: 'object',
			properties: { user, last_id: validId, limit, sort_by: { enum: Object.keys(sorters) } },
		},
		handle: list,
	},
	'GET /messages': {
		key: 'app',
		user: { in: 'query' },
		modes: chatModes,
		query: {
			title: 'MessageListQuery',
			type: 'object',
			required: ['conversation_id'],
			properties: {
				user,
				conversation_id: { ...validId, pattern: uuidText.pattern.slice(3) },
				first_id: validId,
				limit,
			},
		},
		handle: messages,
	},
	'POST /conversations/{conversation_id}/name': {
		key: 'app',
		user: { in: 'body' },
		modes: chatModes,
		body: {
			title: 'ConversationRenamePayload',
			type: 'object',
			properties: { user: {}, name: { type: ['string', 'null'] }, auto_generate: { type: 'boolean' } },
		},
		handle: rename,
	},
	'DELETE /conversations/{conversation_id}': {
		key: 'app',
		user: { in: 'body' },
		modes: chatModes,
		body: { title: 'ConversationDeletePayload', type: 'object', properties: { user: {} } },
		handle: remove,
	},
};
