import { DifyError } from '../transport/error';
import type { Answer } from './answer';
import { readBatches, type DifyEvent } from './events';

/** How {@link collect} reads. */
export interface CollectOptions {
	/** Milliseconds to wait for a second terminal marker; default 2000. */
	graceMs?: number;
	/** Milliseconds within which the first data event must come; pings do not count. Default: no limit. */
	firstEventMs?: number;
	/** Milliseconds to wait for a paused run to go on; default: until the stream ends. */
	pauseMs?: number;
	/** Milliseconds to read in all: what is known by then is enough. Default: until the answer is complete. */
	lookMs?: number;
	/** Told after each event that the answer took. */
	onEvent?(event: DifyEvent): void;
	/** Whether what is known is enough, although the answer is not complete. */
	isEnough?(): boolean;
}

type Next = IteratorResult<DifyEvent[], void>;

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
		await readInto(answer, readBatches({ [Symbol.asyncIterator]: () => bytes }), options);
	} finally {
		void drain(body, bytes);
	}
}

async function readInto(answer: Answer, batches: AsyncGenerator<DifyEvent[]>, options: CollectOptions): Promise<void> {
	const { firstEventMs, lookMs } = options;
	const clock = new Clock(options);
	while (!isOver(answer, options)) {
		const next = await before(
			clock.deadline,
			batches.next().catch((error: unknown) => broken(answer, error)),
		);
		const isLast = next === LATE || next.done;
		if (isLast && (answer.state === 'grace' || answer.state === 'paused')) return;
		if (next === LATE && lookMs !== undefined) return;
		if (next === LATE) throw lost(answer, 'run_not_started', `The run did not start within ${firstEventMs} ms`);
		if (next.done) throw lost(answer, 'connection_lost', 'The stream ended before the answer was complete');
		for (const event of next.value) {
			answer.push(event);
			options.onEvent?.(event);
			clock.tick(answer.state);
			if (isOver(answer, options)) return;
		}
	}
}

function isOver(answer: Answer, { isEnough }: CollectOptions): boolean {
	return answer.state === 'done' || isEnough?.() === true;
}

/** Until when the next event must come. */
class Clock {
	deadline?: number;
	private readonly end?: number;
	private graceEnd?: number;

	constructor(private readonly options: CollectOptions) {
		const { firstEventMs, lookMs } = options;
		this.end = after(lookMs);
		this.deadline = earliest(this.end, after(firstEventMs));
	}

	tick(state: Answer['state']): void {
		const { graceMs = 2000, pauseMs } = this.options;
		if (state === 'grace') this.graceEnd ??= after(graceMs);
		this.deadline = earliest(this.end, this.graceEnd, state === 'paused' ? after(pauseMs) : undefined);
	}
}

function after(ms: number | undefined): number | undefined {
	return ms === undefined ? undefined : Date.now() + ms;
}

function earliest(...times: Array<number | undefined>): number | undefined {
	const known = times.filter((time) => time !== undefined);
	return known.length ? Math.min(...known) : undefined;
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
