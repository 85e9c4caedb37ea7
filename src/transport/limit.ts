import { setMaxListeners } from 'node:events';

import { DifyError } from './error';

export interface Limit {
	/** Its reason is a {@link DifyError}: `aborted` or `total_timeout`. */
	signal: AbortSignal;
	/** Lets go of the caller's signal and of the clock. */
	release(): void;
}

const LONGEST_TIMER_S = 2_000_000;

/** The caller's signal and a deadline of so many seconds, as one signal. */
export function limitOf(caller: AbortSignal | undefined, timeout: number | undefined): Limit {
	const controller = new AbortController();
	const cancel = () => controller.abort(canceled());
	const expire = () =>
		controller.abort(new DifyError(`Not finished within ${timeout} seconds`, { code: 'total_timeout' }));
	const timer = timeout ? setTimeout(expire, Math.min(timeout, LONGEST_TIMER_S) * 1000) : undefined;
	if (caller?.aborted) cancel();
	caller?.addEventListener('abort', cancel, { once: true });
	return {
		signal: controller.signal,
		release() {
			clearTimeout(timer);
			caller?.removeEventListener('abort', cancel);
		},
	};
}

/** @throws {DifyError} `aborted` when the signal has fired */
export function throwIfCanceled(signal?: AbortSignal): void {
	if (signal?.aborted) throw canceled();
}

/** Fires with the first of these. As many items as run at a time may listen to it without a warning by Node. */
export function firstOf(...signals: AbortSignal[]): AbortSignal {
	const signal = AbortSignal.any(signals);
	setMaxListeners(Infinity, signal);
	return signal;
}

/** The work's outcome, or the signal's reason as soon as it fires, whatever becomes of the work. */
export async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	const fired = new Promise<never>((_, reject) => {
		const refuse = () => reject(signal.reason as DifyError);
		if (signal.aborted) refuse();
		else signal.addEventListener('abort', refuse, { once: true });
	});
	return await Promise.race([work, fired]);
}

function canceled(): DifyError {
	return new DifyError('The execution was canceled', { code: 'aborted' });
}
