import { badRequest, json } from './answers';
import { chatModes, messageOf } from './conversations';
import type { Json } from './json';
import type { Routes } from './route';

/** Questions that the model suggests next. */
export const suggestedRoutes: Routes = {
	'GET /messages/{message_id}/suggested': {
		key: 'app',
		user: { in: 'query', required: true },
		modes: chatModes,
		query: { title: 'SuggestedQuery', type: 'object', properties: { user: { type: 'string' } } },
		handle: (call) => {
			const { query } = messageOf(call, call.params.message_id);
			if (!(call.app.parameters.suggested_questions_after_answer as Json).enabled) {
				throw badRequest('Suggested Questions Is Disabled.');
			}
			const topic = query.split(/\s+/).slice(0, 6).join(' ');
			return json({ result: 'success', data: ['What is next?', 'Why is that so?', `Können wir 下一步: ${topic}?`] });
		},
	},
};
