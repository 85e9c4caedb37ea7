import { setTimeout as sleep } from 'node:timers/promises';

/** Waits that many seconds; ends early, without complaint, when the signal fires. */
export async function wait(seconds: number, signal?: AbortSignal): Promise<void> {
	await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
}
