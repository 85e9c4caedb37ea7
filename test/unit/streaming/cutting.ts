import type { Answer, AnswerOptions } from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import { readEvents, type DifyEvent } from '../../../src/streaming/events';
import { DifyError } from '../../../src/transport/error';
import { errorOf, pushed } from './pushing';

/** Makes the answer that a stream is read into; with its extras, and without a clock of its own. */
export type Maker = (options: AnswerOptions) => Answer;

/** All but the raw events, whose number alone makes each ending another one. */
const ALL = ['agentThoughts', 'nodeTrace', 'reasoning', 'timing'] as const;

export function made(maker: Maker, options: AnswerOptions = {}): Answer {
	return maker({ clock: () => 0, include: ALL, ...options });
}

/** A body that comes in pieces of this size. */
export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All that is known of an answer that ended so; two that are the same are equal. */
export function endingOf(answer: Answer, error?: unknown): string {
	if (error === undefined) return JSON.stringify({ result: answer.result(), extras: answer.extras() });
	if (!(error instanceof DifyError)) throw error;
	return JSON.stringify({ code: error.code, message: error.message, partial: error.partial });
}

/** What truly comes of these bytes when no more follow. */
export async function endingAfter(bytes: Uint8Array, maker: Maker, size = bytes.length || 1): Promise<string> {
	const answer = made(maker);
	const error: unknown = await collect(pieces(bytes, size), answer, { graceMs: 1000 }).catch((caught: unknown) => caught);
	return endingOf(answer, error);
}

/** The ends of the blocks that hold an event, found without the code under test. */
export function borders(text: string): number[] {
	let end = 0;
	return text.split(/(?<=\n\n)/).flatMap((block) => {
		end += Buffer.byteLength(block);
		return block.endsWith('\n\n') && block.startsWith('data:') ? [end] : [];
	});
}

/** The events that count when a stream is cut there: the last one may lack the second of its line ends. */
export function countAt(ends: readonly number[], cut: number): number {
	return ends.filter((end) => end - 1 <= cut).length;
}

/** The events in a text, read without the code under test. */
export function dataIn(text: string): DifyEvent[] {
	const blocks = text.split('\n\n').filter((block) => block.startsWith('data:'));
	return blocks.map((block) => JSON.parse(block.slice('data:'.length)) as DifyEvent);
}

/** How many bytes had come when each event did. */
export async function arrivals(bytes: Uint8Array, size: number): Promise<{ events: DifyEvent[]; at: number[] }> {
	let read = 0;
	const counted = (async function* () {
		for await (const piece of pieces(bytes, size)) {
			read += piece.length;
			yield piece;
		}
	})();
	const [events, at]: [DifyEvent[], number[]] = [[], []];
	for await (const event of readEvents(counted)) {
		events.push(event);
		at.push(read);
	}
	return { events, at };
}

/** The same as {@link endingAfter}, as the answer tells it after these events. */
export function endingWith(events: readonly DifyEvent[], maker: Maker): string {
	const answer = made(maker);
	try {
		pushed(answer, events);
	} catch (error) {
		return endingOf(answer, error);
	}
	if (answer.state !== 'open') return endingOf(answer);
	const message = 'The stream ended before the answer was complete';
	return endingOf(answer, new DifyError(message, { code: 'connection_lost', partial: answer.partial() }));
}

/** What is wrong with how an answer grows: it may only get longer, know more, and say when its text was replaced. */
export function flawsOf(events: readonly DifyEvent[], maker: Maker): string[] {
	const answer = made(maker);
	const flaws: string[] = [];
	let before = { text: '', revision: 0, ids: {}, state: 'open' };
	events.forEach((event, at) => {
		if (before.state === 'failed') return;
		const failed = errorOf(answer, [event]).code !== 'none';
		const { text, revision, ids } = answer;
		const state = failed ? 'failed' : answer.state;
		if (revision === before.revision && !text.startsWith(before.text)) flaws.push(`${at}: ${event.event} lost text`);
		if (!isSubset(before.ids, ids)) flaws.push(`${at}: ${event.event} lost ids`);
		if (before.state === 'done' && state !== 'done') flaws.push(`${at}: ${event.event} after the end`);
		before = { text, revision, ids, state };
	});
	return flaws;
}

/** Whether the result has another text than what was said up to there. */
export function isRetold(events: readonly DifyEvent[], maker: Maker): boolean {
	const answer = made(maker);
	const failed = errorOf(answer, events).code !== 'none';
	const { answer: text } = answer.result();
	return !failed && answer.state !== 'open' && typeof text === 'string' && text.trim() !== answer.text.trim();
}

function isSubset(some: Record<string, unknown>, all: Record<string, unknown>): boolean {
	return Object.entries(some).every(([key, value]) => all[key] === value);
}
