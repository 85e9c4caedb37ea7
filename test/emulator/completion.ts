import { eventStream } from './answers';
import { answerAtOnce } from './blockingAnswer';
import { framesOf, stop, stopSchema } from './chatMessages';
import { textOf } from './json';
import { launch } from './launching';
import type { AppCall, Routes } from './route';
import { limited } from './slots';
import { withPings } from './sse';

const send = async (call: AppCall) => {
	const run = await launch(call, textOf(call.body.query) ?? '');
	return call.body.response_mode === 'streaming' ? eventStream(withPings(call, framesOf(run))) : await answerAtOnce(run);
};

/** Completions. */
export const completionRoutes: Routes = {
	'POST /completion-messages': {
		key: 'app',
		user: { in: 'body', required: true },
		modes: ['completion'],
		refusal: 'app_unavailable',
		body: {
			title: 'CompletionRequestPayload',
			type: 'object',
			required: ['inputs'],
			properties: {
				inputs: { type: 'object' },
				query: { type: 'string' },
				user: {},
				response_mode: { enum: ['blocking', 'streaming', null] },
				files: { type: ['array', 'null'] },
				retriever_from: { type: 'string' },
				trace_id: { type: ['string', 'null'] },
			},
		},
		handle: limited(send),
	},
	'POST /completion-messages/{task_id}/stop': {
		key: 'app',
		user: { in: 'body', required: true },
		modes: ['completion'],
		refusal: 'app_unavailable',
		body: stopSchema,
		handle: stop,
	},
};
