import { DifyError } from './error';
import { isConcurrencyRefusal, isWindowRefusal } from './retry';
import { wait } from './wait';

/** How many requests run at once when a limit counts as forgotten. */
const WIDEST = 50;
const QUEUE_POLL_S = 0.1;
/** Dify counts its knowledge requests over so many seconds, refused ones too. */
const WINDOW_S = 60;

/** What a limit has left of the requests of one server and key. */
interface Gate {
	/** Milliseconds since the epoch before which none starts. */
	opensAt: number;
	/** How many may wait for an answer at once: one after a refusal, one more with each that passes. */
	width: number;
	running: number;
}

/** Of the whole process: what one execution does counts for the others. */
const gates = new Map<string, Gate>();

/**
 * Sends when the limit that an earlier answer spoke of lets it, and keeps the others back when the answer speaks of one.
 *
 * @param id of server and key
 */
export async function throughGate<T>(id: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
	const gate = gates.has(id) ? await entered(id, signal) : undefined;
	const sending = send();
	sending.catch((error: unknown) => close(id, closingTime(error)));
	try {
		const reply = await sending;
		if (gate && ++gate.width >= WIDEST) gates.delete(id);
		return reply;
	} finally {
		if (gate) gate.running -= 1;
	}
}

async function entered(id: string, signal: AbortSignal): Promise<Gate | undefined> {
	for (let gate = gates.get(id); gate; gate = gates.get(id)) {
		const seconds = (gate.opensAt - Date.now()) / 1000;
		const isFull = gate.running >= gate.width;
		if (signal.aborted || (seconds <= 0 && !isFull)) {
			gate.running += 1;
			return gate;
		}
		// Spread, so that several executions do not come back at the same moment.
		await wait(seconds > 0 ? seconds * (1 + Math.random() / 10) : QUEUE_POLL_S, signal);
	}
	return undefined;
}

/** Seconds for which nothing more should be sent; none where the answer does not concern others. */
function closingTime(error: unknown): number | undefined {
	if (!(error instanceof DifyError)) return undefined;
	if (isWindowRefusal(error)) return error.retryAfter ?? WINDOW_S;
	return isConcurrencyRefusal(error) ? error.retryAfter : undefined;
}

function close(id: string, seconds: number | undefined): void {
	if (!seconds) return;
	const gate = gates.get(id) ?? { opensAt: 0, width: 1, running: 0 };
	gate.opensAt = Math.max(gate.opensAt, Date.now() + seconds * 1000);
	gate.width = 1;
	gates.set(id, gate);
}
