import { setTimeout as sleep } from 'node:timers/promises';

import { throwIfCanceled } from './limit';

/** Waits that many seconds; ends early, without complaint, when the signal fires. */
export async function wait(seconds: number, signal?: AbortSignal): Promise<void> {
	await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

/**
 * Waits that many seconds.
 *
 * @throws {DifyError} `aborted` when the signal fires
 */
export async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
	await wait(seconds, signal);
	throwIfCanceled(signal);
}
