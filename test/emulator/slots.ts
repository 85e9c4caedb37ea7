import { type Answer, ApiError, invalidParam, isWhole } from './answers';
import type { App, AppKind } from './apps';
import type { RunLimit } from './index';
import type { AppCall, Result } from './route';

/** How many runs each app may have at a time, and how many hold a place. */
export class Slots {
	private readonly limits = new Map<AppKind, RunLimit>();
	private readonly places = new Map<AppKind, Set<symbol>>();

	/** From now on; none lifts it. */
	limit(kind: AppKind, limit?: RunLimit) {
		if (limit) this.limits.set(kind, limit);
		else this.limits.delete(kind);
	}

	get held() {
		return [...this.places.values()].reduce((sum, { size }) => sum + size, 0);
	}

	/** Takes a place where there are as many as a run needs; gives back how to leave it. */
	enter({ id, kind }: App, needed: number, holds: boolean): () => void {
		const places = this.places.get(kind) ?? new Set();
		this.places.set(kind, places);
		const limit = this.limits.get(kind);
		if (limit && places.size + needed > limit.requests) throw refusal(id, limit);
		const place = Symbol();
		if (holds) places.add(place);
		return () => places.delete(place);
	}

	empty() {
		this.limits.clear();
		this.places.clear();
	}
}

const refusal = (id: string, { requests, status = 400 }: RunLimit) => {
	const message = `Too many requests. Please try again later. The current maximum concurrent requests allowed for ${id} is ${requests}.`;
	return status === 429 ? new ApiError(status, 'too_many_requests', message) : invalidParam(message);
};

/** Whether a worker makes the run: it needs a place beside that of its stream when it begins, and holds none. */
const isWorkers = ({ app, body, dialect }: AppCall) => {
	if (dialect.launchedBy !== 'worker' || !['advanced-chat', 'workflow'].includes(app.mode)) return false;
	const hangs = app.mode === 'advanced-chat' && dialect.blockingChatflow === 'hangs';
	return body.response_mode === 'streaming' || hangs;
};

async function* until<T>(body: AsyncIterable<T>, leave: () => void) {
	try {
		yield* body;
	} finally {
		leave();
	}
}

/** A handler that begins runs, within the limit of its app; a stream holds its place until it ends or nobody reads it. */
export const limited = (handle: (call: AppCall) => Result) => async (call: AppCall): Promise<Answer> => {
	const workers = isWorkers(call);
	const leave = call.workspace.slots.enter(call.app, workers ? 2 : 1, !workers);
	let answer: Answer | undefined;
	try {
		answer = await handle(call);
	} finally {
		if (!answer || isWhole(answer.body)) leave();
	}
	return isWhole(answer.body) ? answer : { ...answer, body: until(answer.body, leave) };
};
