import { createParser } from 'eventsource-parser';

import { DifyError } from '../transport/error';

/** One event of a Dify stream: its type stands in the JSON, not in SSE's `event:` line. */
export type DifyEvent = { event: string } & Record<string, unknown>;

/**
 * The events in a `text/event-stream` body. Pings carry no data and are skipped; objects without `event` as well.
 *
 * @throws {DifyError} `not_dify` for a data line that is no JSON object
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<DifyEvent> {
	const blocks: string[] = [];
	const parser = createParser({ onEvent: ({ data }) => blocks.push(data) });
	const decoder = new TextDecoder();
	for await (const bytes of body) {
		parser.feed(decoder.decode(bytes, { stream: true }));
		// Not `yield*`, which makes promises of its own for every event: an eighth of all the work.
		for (const event of eventsIn(blocks)) yield event;
	}
	// The parser holds a last CR back, it might be half a CRLF. One LF releases it, and completes no cut-off line.
	parser.feed('\n');
	yield* eventsIn(blocks);
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* eventsIn(blocks: string[]): Generator<DifyEvent> {
	for (const data of blocks.splice(0)) {
		const value = parsed(data);
		if (isEvent(value)) yield value;
	}
}

function isEvent(value: Record<string, unknown>): value is DifyEvent {
	return typeof value.event === 'string';
}

function parsed(data: string): Record<string, unknown> {
	const value = json(data);
	if (isObject(value)) return value;
	throw new DifyError(`The stream holds what Dify does not send: ${data.slice(0, 100)}`, { code: 'not_dify' });
}

function json(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
