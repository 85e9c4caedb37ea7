import type { Feedback } from './appRecords';
import { internalError, invalidParam, json } from './answers';
import { messageOf } from './conversations';
import { endUserOf } from './endUsers';
import { isoTime, seconds } from './ids';
import { type Json, textOf } from './json';
import { page } from './paging';
import type { AppCall, Routes } from './route';

const submit = (call: AppCall) => {
	const { workspace, body, params } = call;
	const message = messageOf(call, params.message_id);
	const rating = textOf(body.rating) as Feedback['rating'] | undefined;
	if (!rating && !message.feedback) throw invalidParam('rating cannot be None when feedback not exists');
	const now = seconds();
	const begun = message.feedback ?? { id: workspace.ids.next(), createdAt: now };
	message.feedback = rating ? { ...begun, rating, content: textOf(body.content) ?? null, updatedAt: now } : null;
	return json({ result: 'success' });
};

const list = ({ workspace, app, query }: AppCall) => {
	if (Number(query.page ?? 1) < 1) throw internalError();
	const rows = workspace
		.conversationsOf(app.id)
		.flatMap(({ user, messages }) => messages.map((message) => ({ user, message })))
		.flatMap(({ user, message }): Json[] => {
			const { feedback } = message;
			if (!feedback) return [];
			return [
				{
					id: feedback.id,
					app_id: app.id,
					conversation_id: message.conversationId,
					message_id: message.id,
					rating: feedback.rating,
					content: feedback.content,
					from_source: 'user',
					from_end_user_id: endUserOf({ workspace }, app, user).id,
					from_account_id: null,
					created_at: isoTime(feedback.createdAt),
					updated_at: isoTime(feedback.updatedAt),
				},
			];
		})
		.reverse()
		.sort((left, right) => String(right.created_at).localeCompare(String(left.created_at)));
	return json({ data: page(rows, query, (row) => row).data });
};

/** Ratings of answers. */
export const feedbackRoutes: Routes = {
	'POST /messages/{message_id}/feedbacks': {
		key: 'app',
		user: { in: 'body', required: true },
		body: {
			title: 'MessageFeedbackPayload',
			type: 'object',
			properties: { user: {}, rating: { enum: ['like', 'dislike', null] }, content: { type: ['string', 'null'] } },
		},
		handle: submit,
	},
	'GET /app/feedbacks': {
		key: 'app',
		query: {
			title: 'FeedbackListQuery',
			type: 'object',
			properties: { page: { type: 'integer', minimum: 1 }, limit: { type: 'integer', minimum: 1, maximum: 101 } },
		},
		handle: list,
	},
};
