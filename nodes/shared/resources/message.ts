import type { Operation, Resource } from '../../../src/operation/types';
import { byFirstId } from '../../../src/traits/paging';
import { conversation, message as messageId, user } from '../fields';
import { listedMessage } from './conversation';
import { submitFeedback } from './feedback';

/** Questions that the app proposes after an answer. */
export const getSuggested: Operation = {
	name: 'Get Suggested Questions',
	value: 'getSuggested',
	action: 'Get suggested questions',
	description: 'Get the questions that the app proposes after an answer; the feature must be on in the app',
	route: 'GET /messages/{message_id}/suggested',
	fields: [user, ...messageId],
	output: ({ data }) => ({ questions: data }),
};

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
			traits: [listedMessage, byFirstId],
		},
		getSuggested,
		submitFeedback(),
	],
};
