import { createParser } from 'eventsource-parser';

import { utf8Decoder } from '../transport/decoder';
import { DifyError } from '../transport/error';

/** One event of a Dify stream: its type stands in the JSON, not in SSE's `event:` line. */
export type DifyEvent = { event: string } & Record<string, unknown>;

/**
 * The events in a `text/event-stream` body. Pings carry no data and are skipped; objects without `event` as well.
 *
 * @throws {DifyError} `not_dify` for a data line that is no JSON object
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<DifyEvent> {
	for await (const events of readBatches(body)) yield* events;
}

/**
 * The same, as many at a time as have come together: a promise for each event would be a good part of all the work.
 *
 * @throws {DifyError} `not_dify`, after the events before it
 */
export async function* readBatches(body: AsyncIterable<Uint8Array>): AsyncGenerator<DifyEvent[]> {
	const blocks: string[] = [];
	const parser = createParser({ onEvent: ({ data }) => blocks.push(data) });
	const decode = utf8Decoder();
	for await (const bytes of body) {
		parser.feed(decode(bytes));
		// Not `yield*`, which makes promises of its own.
		if (blocks.length) for (const events of batchIn(blocks)) yield events;
	}
	// The parser holds a last CR back, it might be half a CRLF. One LF releases it, and completes no cut-off line.
	parser.feed('\n');
	yield* batchIn(blocks);
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* batchIn(blocks: string[]): Generator<DifyEvent[]> {
	const events: DifyEvent[] = [];
	for (const data of blocks.splice(0)) {
		const value = json(data);
		if (!isObject(value)) {
			yield events;
			throw new DifyError(`The stream holds what Dify does not send: ${data.slice(0, 100)}`, { code: 'not_dify' });
		}
		if (isEvent(value)) events.push(value);
	}
	yield events;
}

function isEvent(value: Record<string, unknown>): value is DifyEvent {
	return typeof value.event === 'string';
}

function json(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
