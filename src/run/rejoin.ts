import type { Call, Request } from '../operation/types';
import type { Answer } from '../streaming/answer';
import { collect, type CollectOptions } from '../streaming/collect';
import type { DifyEvent } from '../streaming/events';
import { DifyError } from '../transport/error';
import { pauseAbout, resultOf } from './detail';
import { isBefore } from '../transport/version';

/** In a row, of which nothing comes: a proxy may cut a long run any number of times. */
const ATTEMPTS = 6;
const LONGEST_PAUSE_S = 15;
const MISSING = ['endpoint_missing', 'method_not_allowed'];
/** What a connection dies of, while the run may go on. */
const LOSSES = ['connection_lost', 'connection_refused', 'connection_timeout', 'dns_failed', 'idle_timeout', 'proxy_cut'];

/** Whether the connection broke, not the run. */
export function isLoss(error: unknown): error is DifyError {
	return error instanceof DifyError && LOSSES.includes(error.code);
}

/** Whether the server lacks the route. */
export function isMissing(error: unknown): error is DifyError {
	return error instanceof DifyError && MISSING.includes(error.code);
}

/** The request that follows a run by its id; Dify ≥ 1.14 has it. */
export function eventsRequest(runId: string, user: string, continueOnPause: boolean): Request {
	const path = `/workflow/${encodeURIComponent(runId)}/events`;
	const query = { user, include_state_snapshot: true, ...(continueOnPause && { continue_on_pause: true }) };
	return { method: 'GET', path, query };
}

/**
 * Goes on with the answer of a run whose stream broke off: by its events, or on Dify 1.9 to 1.13 by asking for its result.
 * Older servers give up a run whose reader has gone.
 */
export async function rejoin(
	call: Call,
	answer: Answer,
	request: Request,
	runId: string,
	options: CollectOptions,
): Promise<void> {
	for (let tries = 0; ; tries++) {
		await pauseAbout(Math.min(LONGEST_PAUSE_S, 0.5 * 2 ** tries), request.signal);
		const onEvent = (event: DifyEvent) => {
			tries = 0;
			options.onEvent?.(event);
		};
		const joining = call.send(request, async ({ body }) => await collect(body, answer, { ...options, onEvent }));
		const error: unknown = await joining.then(() => undefined, (reason: unknown) => reason);
		if (isMissing(error) && !isBefore(error.version, '1.9')) {
			answer.push({ event: 'workflow_finished', workflow_run_id: runId, data: await resultOf(call, request, runId) });
			return;
		}
		if (!isLoss(error) || tries + 1 >= ATTEMPTS) return await joining;
	}
}
