import { appInfo } from '../operation/app';
import type { Json, Reply, Trait } from '../operation/types';
import { chatAnswer, chatflowAnswer } from '../streaming/answers';
import { collect } from '../streaming/collect';
import { readText } from '../transport/client';

/**
 * Runs a chat app, always as a stream: agent apps refuse blocking calls and proxies cut long ones. The result is the
 * object of Dify's blocking mode; with Simplify on it also holds what only the stream has (files, run id).
 */
export const streaming: Trait = {
	async run(call, request) {
		const mode = String((await appInfo(call)).mode ?? 'chat');
		const body = { ...(request.body as Json), response_mode: 'streaming' };
		const json = await call.send({ ...request, body }, async (reply) => {
			if (!isEventStream(reply)) return JSON.parse(await readText(reply.body)) as Json;
			const answer = (mode === 'advanced-chat' ? chatflowAnswer : chatAnswer)(mode);
			await collect(reply.body, answer);
			const result = answer.result() as Json;
			return call.param('simplify', true) ? { ...result, ...(answer.extras() as Json) } : result;
		});
		return { json };
	},
};

function isEventStream({ headers }: Reply): boolean {
	return String(headers['content-type']).startsWith('text/event-stream');
}
