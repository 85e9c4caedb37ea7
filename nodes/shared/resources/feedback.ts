import type { Field, Operation, Resource } from '../../../src/operation/types';
import { asText } from '../../../src/operation/values';
import { byPage } from '../../../src/traits/paging';
import { only, simplify } from '../../../src/traits/simplify';
import { message, user } from '../fields';

const rating: Field = {
	displayName: 'Rating',
	name: 'rating',
	type: 'options',
	options: [
		{ name: 'Dislike', value: 'dislike' },
		{ name: 'Like', value: 'like' },
		{ name: 'None', value: 'none', description: 'Takes an earlier rating back' },
	],
	default: 'like',
	encode: (value) => (value === 'none' ? null : value),
};

/** The user's opinion of an answer; listed by several resources under names of their own. */
export const submitFeedback = (target = message): Operation => ({
	name: 'Submit Feedback',
	value: 'submitFeedback',
	action: 'Submit message feedback',
	description: "Rate an answer as its user; the rating replaces the user's earlier one with its comment",
	route: 'POST /messages/{message_id}/feedbacks',
	fields: [user, ...target, rating],
	optional: [{ displayName: 'Comment', name: 'content', type: 'string', default: '', encode: asText, description: 'What the user says about the answer' }],
	output: () => ({ success: true }),
});

export const feedback: Resource = {
	name: 'Feedback',
	value: 'feedback',
	operations: [
		{ ...submitFeedback(), name: 'Submit', value: 'submit', action: 'Submit feedback' },
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many feedbacks',
			description: 'List what users and staff think of the answers of the app, newest first',
			route: 'GET /app/feedbacks',
			since: '1.4.0',
			traits: [
				simplify(only('id', 'conversation_id', 'message_id', 'rating', 'content', 'from_source', 'from_end_user_id', 'from_account_id', 'created_at')),
				byPage,
			],
		},
	],
};
