import type { Resource } from '../../../src/operation/types';
import { byFirstId } from '../../../src/traits/paging';
import { only, simplify } from '../../../src/traits/simplify';
import { conversation, user } from '../fields';

export const message: Resource = {
	name: 'Message',
	value: 'message',
	operations: [
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many messages',
			description: 'List the questions and answers of a conversation in the order of time; a limit keeps the newest',
			route: 'GET /messages',
			fields: [conversation, user],
			traits: [
				simplify(only('id', 'conversation_id', 'query', 'answer', 'status', 'error', 'feedback', 'created_at', 'message_files')),
				byFirstId,
			],
		},
	],
};
