import type { Call, Json, Reply, Request } from '../operation/types';
import { isConcurrencyRefusal } from '../transport/client';
import { DifyError } from '../transport/error';
import { pauseAbout } from './detail';
import type { Kind } from './kinds';
import { isBefore } from '../transport/version';

const FIRST_PAUSE_S = 1;
const LONGEST_PAUSE_S = 10;
/** The refusal tells more than that the time is over. */
const SHORTEST_PAUSE_S = 0.5;
const WAIT_S = 300;
/** A blocking call is silent until its end. */
const SILENCE_S = 600;

const HINT =
	'The app may run one request at a time, which streaming runs cannot share in this version of Dify: it was asked to answer at once instead. Raise Max Active Requests of the app to get answers piece by piece.';

/**
 * Sends the request of a run; while Dify refuses it because others are running, again after 1 to 10 seconds, for up to
 * five minutes or the item's own time. Where the app's limit is 1 and no streaming run can ever start, it is run blocking, if
 * that server answers such a call.
 */
export async function launch<T>(
	call: Call,
	request: Request,
	{ kind, seconds }: { kind: Kind; seconds?: number },
	read: (reply: Reply) => Promise<T>,
): Promise<T> {
	const ends = Date.now() + (seconds || WAIT_S) * 1000;
	let sent = request;
	for (let next = FIRST_PAUSE_S; ; next = Math.min(LONGEST_PAUSE_S, next * 1.5)) {
		const answering = call.send(sent, read);
		const refusal = await answering.then(() => undefined, refusalIn);
		if (!refusal) return await answering;
		const left = (ends - Date.now()) / 1000;
		if (kind.detached && isStreaming(sent) && cannotStream(refusal)) {
			if (kind.hangsOn !== undefined && refusal.version === kind.hangsOn) return await answering;
			call.n8n.addExecutionHints?.({ message: HINT, location: 'outputPane' });
			sent = { ...sent, body: { ...(sent.body as Json), response_mode: 'blocking' }, idleTimeout: SILENCE_S };
		} else if (left < SHORTEST_PAUSE_S) return await answering;
		else await pauseAbout(Math.min(next, left / 2), request.signal);
	}
}

function refusalIn(error: unknown): DifyError | undefined {
	return error instanceof DifyError && isConcurrencyRefusal(error) ? error : undefined;
}

function isStreaming({ body }: Request): boolean {
	return (body as Json | undefined)?.response_mode === 'streaming';
}

/** From 1.13 a streaming run needs two free places at its start. */
function cannotStream({ message, version }: DifyError): boolean {
	return / is 1\.?$/.test(message.trim()) && !isBefore(version, '1.13');
}
