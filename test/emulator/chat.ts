import type { Json } from './json';
import { deltas, failureEvent, messageDelta, messageEnd, type Run, store } from './run';

/** The stream of a chat or completion app: the text, then its end. */
export async function* chatEvents(run: Run): AsyncGenerator<Json> {
	let answer = '';
	for await (const piece of deltas(run)) {
		answer += piece;
		yield messageDelta(run, piece);
	}
	if (run.reply.failure && !run.task.stopped) {
		store(run, '', run.reply.failure);
		yield failureEvent(run, run.reply.failure);
		return;
	}
	if (!run.task.stopped) yield messageDelta(run, '');
	store(run, answer);
	yield messageEnd(run, answer, null);
}
