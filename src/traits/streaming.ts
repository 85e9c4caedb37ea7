import { appInfo } from '../operation/app';
import type { Json, Reply, Trait } from '../operation/types';
import { chatAnswer, chatflowAnswer, completionAnswer, workflowAnswer, type AnswerKind } from '../streaming/answers';
import { collect } from '../streaming/collect';
import { readText } from '../transport/client';

/** By the mode of the app, as `/info` names it. */
const ANSWERS: Record<string, AnswerKind> = {
	chat: chatAnswer,
	'agent-chat': chatAnswer,
	agent: chatAnswer,
	'advanced-chat': chatflowAnswer,
	completion: completionAnswer,
	workflow: workflowAnswer,
};

/**
 * Runs an app, always as a stream: agent apps refuse blocking calls and proxies cut long ones. The result is the object of
 * Dify's blocking mode; with Simplify on it also holds what only the stream has (files, run id, forms).
 *
 * `mode` stands in on servers before 1.4, which do not name it.
 */
export function streaming(mode: string): Trait {
	return {
		async run(call, request) {
			const app = String((await appInfo(call)).mode ?? mode);
			const body = request.method === 'GET' ? undefined : { ...(request.body as Json), response_mode: 'streaming' };
			const json = await call.send({ ...request, body }, async (reply) => {
				if (!isEventStream(reply)) return JSON.parse(await readText(reply.body)) as Json;
				const continueOnPause = request.query?.continue_on_pause === true;
				const answer = (ANSWERS[app] ?? ANSWERS[mode])(app, { continueOnPause });
				await collect(reply.body, answer);
				const result = answer.result() as Json;
				return call.param('simplify', true) ? { ...result, ...(answer.extras() as Json) } : result;
			});
			return { json };
		},
	};
}

function isEventStream({ headers }: Reply): boolean {
	return String(headers['content-type']).startsWith('text/event-stream');
}
