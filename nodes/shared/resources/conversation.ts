import type { Resource } from '../../../src/operation/types';
import { asJsonOrText, asTextUpTo } from '../../../src/operation/values';
import { byFirstId, byLastId, onePage } from '../../../src/traits/paging';
import { only, simplify } from '../../../src/traits/simplify';
import { conversation as conversationId, conversationVariable, user } from '../fields';

/** A message of a conversation, as lists show it. */
export const listedMessage = simplify(
	only('id', 'conversation_id', 'query', 'answer', 'status', 'error', 'feedback', 'created_at', 'message_files'),
);

export const conversation: Resource = {
	name: 'Conversation',
	value: 'conversation',
	operations: [
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete conversation',
			description: 'Delete a conversation of the user with its messages',
			route: 'DELETE /conversations/{conversation_id}',
			fields: [conversationId, user],
			output: () => ({ deleted: true }),
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many conversations',
			description: "List a user's conversations with the app, with their ID, name, inputs and times",
			route: 'GET /conversations',
			fields: [user],
			optional: [
				{
					displayName: 'Sort By',
					name: 'sort_by',
					type: 'options',
					options: [
						{ name: 'Created, Newest First', value: '-created_at' },
						{ name: 'Created, Oldest First', value: 'created_at' },
						{ name: 'Updated, Newest First', value: '-updated_at' },
						{ name: 'Updated, Oldest First', value: 'updated_at' },
					],
					default: '-updated_at',
				},
			],
			traits: [byLastId],
		},
		{
			name: 'Get Messages',
			value: 'getMessages',
			action: 'Get conversation messages',
			description: 'List the questions and answers of a conversation in the order of time; a limit keeps the newest',
			route: 'GET /messages',
			fields: [{ ...conversationId, in: 'query' }, user],
			traits: [listedMessage, byFirstId],
		},
		{
			name: 'Get Variables',
			value: 'getVariables',
			action: 'Get conversation variables',
			description: 'List the variables that a chatflow keeps for a conversation; their values are text',
			route: 'GET /conversations/{conversation_id}/variables',
			since: '1.3.1',
			fields: [conversationId, user],
			traits: [onePage],
		},
		{
			name: 'Rename',
			value: 'rename',
			action: 'Rename conversation',
			description: 'Give a conversation a name, or let Dify write one',
			route: 'POST /conversations/{conversation_id}/name',
			fields: [
				conversationId,
				user,
				{
					displayName: 'Let Dify Write It',
					name: 'auto_generate',
					type: 'boolean',
					default: false,
					description: 'Whether Dify writes a name from what was said',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. Opening hours',
					displayOptions: { show: { auto_generate: [false] } },
					encode: asTextUpTo(255),
					description: 'Up to 255 characters',
				},
			],
		},
		{
			name: 'Update Variable',
			value: 'updateVariable',
			action: 'Update conversation variable',
			description: 'Set a variable that a chatflow keeps for a conversation',
			route: 'PUT /conversations/{conversation_id}/variables/{variable_id}',
			since: '1.7.2',
			fields: [
				conversationId,
				user,
				conversationVariable,
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. 42 or { "a": 1 }',
					encode: asJsonOrText,
					description: "The new value in the variable's own type; JSON is read as JSON",
				},
			],
		},
	],
};
