import { DifyError } from '../transport/error';
import type { Answer } from './answer';
import { readEvents, type DifyEvent } from './events';

/** How {@link collect} reads. */
export interface CollectOptions {
	/** Milliseconds to wait for a second terminal marker; default 2000. */
	graceMs?: number;
	/** Milliseconds within which the first data event must come; pings do not count. Default: no limit. */
	firstEventMs?: number;
	/** Sees every event before the answer does. */
	onEvent?(event: DifyEvent): void;
}

type Next = IteratorResult<DifyEvent, void>;

const DRAIN_MS = 2000;
const DRAIN_BYTES = 256 * 1024;
const LATE = Symbol('late');
const END: Next = { done: true, value: undefined };

/**
 * Reads until the answer is complete. Never waits for the end of the body: Dify keeps it open for another second, and
 * after some answers for 300; the rest is read in the background, within limits, so that the socket can be used again.
 *
 * @throws {DifyError} with `partial`; `connection_lost` when the body ends early, `run_not_started` when nothing comes
 */
export async function collect(
	body: AsyncIterable<Uint8Array>,
	answer: Answer,
	options: CollectOptions = {},
): Promise<void> {
	const bytes = body[Symbol.asyncIterator]();
	try {
		await readInto(answer, readEvents({ [Symbol.asyncIterator]: () => bytes }), options);
	} finally {
		void drain(body, bytes);
	}
}

async function readInto(answer: Answer, events: AsyncGenerator<DifyEvent>, options: CollectOptions): Promise<void> {
	const { graceMs = 2000, firstEventMs, onEvent } = options;
	let deadline = firstEventMs === undefined ? undefined : Date.now() + firstEventMs;
	let grace: number | undefined;
	while (answer.state !== 'done') {
		const next = await before(
			deadline,
			events.next().catch((error: unknown) => broken(answer, error)),
		);
		if (answer.state === 'grace' && (next === LATE || next.done)) return;
		if (next === LATE) throw lost(answer, 'run_not_started', `The run did not start within ${firstEventMs} ms`);
		if (next.done && answer.state === 'paused') return;
		if (next.done) throw lost(answer, 'connection_lost', 'The stream ended before the answer was complete');
		onEvent?.(next.value);
		answer.push(next.value);
		if (answer.state === 'grace') grace ??= Date.now() + graceMs;
		deadline = grace;
	}
}

/** The value, or {@link LATE} when it does not come before the deadline. */
async function before<T>(deadline: number | undefined, value: Promise<T>): Promise<T | typeof LATE> {
	if (deadline === undefined) return await value;
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<typeof LATE>((resolve) => {
		timer = setTimeout(() => resolve(LATE), Math.max(0, deadline - Date.now())).unref();
	});
	return await Promise.race([value, late]).finally(() => clearTimeout(timer));
}

/** Ends a stream that broke when its answer was already known; else the failure, with what is known so far. */
function broken(answer: Answer, error: unknown): Next {
	if (answer.state === 'grace') return END;
	const partial = answer.partial();
	if (error instanceof DifyError) throw new DifyError(error.message, { ...error, partial, cause: error });
	const reason = error instanceof Error ? error.message : String(error);
	throw new DifyError(`The connection broke off: ${reason}`, { code: 'connection_lost', partial, cause: error });
}

function lost(answer: Answer, code: string, message: string): DifyError {
	return new DifyError(message, { code, partial: answer.partial() });
}

async function drain(body: AsyncIterable<Uint8Array>, bytes: AsyncIterator<Uint8Array>): Promise<void> {
	const timer = setTimeout(() => close(body, bytes), DRAIN_MS).unref();
	let size = 0;
	try {
		for (let next = await bytes.next(); !next.done; next = await bytes.next()) {
			size += next.value.byteLength;
			if (size > DRAIN_BYTES) close(body, bytes);
		}
	} catch {
		// The answer is known: what happens to the rest concerns nobody.
	} finally {
		clearTimeout(timer);
	}
}

/** A Node stream can be closed while a read is pending; the `return` of its iterator waits for that read. */
function close(body: AsyncIterable<Uint8Array>, bytes: AsyncIterator<Uint8Array>): void {
	if ('destroy' in body && typeof body.destroy === 'function') body.destroy();
	else bytes.return?.().catch(() => undefined);
}
