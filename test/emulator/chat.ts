import type { Json } from './json';
import { deltas, envelope, errorEvent, messageEnd, type Run, store } from './run';

/** A chat app's stream: the text, then its end. */
export async function* chatEvents(run: Run): AsyncGenerator<Json> {
	const delta = (answer: string): Json => ({
		...envelope(run, 'message'),
		id: run.message.id,
		answer,
		from_variable_selector: null,
	});
	let answer = '';
	for await (const piece of deltas(run)) {
		answer += piece;
		yield delta(piece);
	}
	if (run.reply.failure && !run.task.stopped) {
		store(run, '', run.reply.failure);
		yield errorEvent(run, run.reply.failure);
		return;
	}
	if (!run.task.stopped) yield delta('');
	store(run, answer);
	yield messageEnd(run, answer, null);
}
