import { type Answer, type ApiError, eventStream } from './answers';
import type { Flow } from './flow';
import type { Json } from './json';
import type { AppCall } from './route';
import { frame, ping, withPings } from './sse';

/** The relay of a workflow's stream looks once a second whether there is more to come. */
const relayLagMs = 1_000;
/** How long a stream stays open on which nothing comes. */
const silenceMs = 300_000;

const ends = ['workflow_finished', 'workflow_paused'];

/** Whether a run ends or pauses with this event. */
export const isEnd = ({ event }: Json) => ends.includes(String(event));

/** Whether an event is the last one of this run's stream. */
const lastOf = ({ subject, execution }: Flow) => {
	if (!subject.chat || execution.call.dialect.chatflowEnd !== 'workflow_finished first') return isEnd;
	return ({ event }: Json) => ['message_end', 'error', 'workflow_paused'].includes(String(event));
};

/** Lets a run go its way, whether anyone listens or not. */
export function drive(flow: Flow, events: AsyncGenerator<Json>) {
	const { workspace } = flow.execution.call;
	const work = async () => {
		for await (const event of events) {
			if (flow.left) break;
			flow.channel.publish(event);
		}
		workspace.tasks.delete(flow.execution.taskId);
	};
	workspace.inBackground(work());
}

/** Events of a run from this index on, until one of them is the last. */
export async function* eventsUntil(flow: Flow, index: number, isLast: (event: Json) => boolean) {
	for await (const event of flow.channel.from(index)) {
		yield event;
		if (isLast(event)) return;
	}
}

/** Waits until the run ends or pauses for the first time. */
export async function settled(flow: Flow) {
	for await (const event of flow.channel.from(0)) if (isEnd(event)) return;
}

async function* framesOf(events: AsyncGenerator<Json>) {
	for await (const event of events) yield frame(event);
}

/** Frames of a run as its relay sends them; the relay also ends when nothing comes for too long. */
export async function* relayed(call: AppCall, events: AsyncGenerator<Json>) {
	const end = yield* withPings(call, framesOf(events), silenceMs);
	if (end === 'done') await call.workspace.sleep(relayLagMs / call.pace);
}

/** Says what is wrong with the run, and then nothing until the connection is given up. */
async function* launchError(call: AppCall, error: ApiError) {
	const event = call.dialect.launchError(error.message);
	if (event) yield frame(event);
	await call.workspace.sleep(silenceMs / call.pace);
}

/** What a worker makes of a call. */
export type Launched = Flow | ApiError | AsyncGenerator<Json>;

const isFlow = (launched: Launched): launched is Flow => 'channel' in launched;

/**
 * The stream of a run. It is a worker's business, so what is wrong with it comes inside the stream, followed by silence;
 * an answer that takes no run ends in silence as well.
 */
async function* stream(call: AppCall, launch: () => Promise<Launched>) {
	yield ping;
	const launched = await launch();
	if (launched instanceof Error) return yield* launchError(call, launched);
	if (isFlow(launched)) return yield* relayed(call, eventsUntil(launched, 0, lastOf(launched)));
	yield* framesOf(launched);
	await call.workspace.sleep(silenceMs / call.pace);
}

/** The stream of a run that is launched before anything is answered. */
async function* directStream(call: AppCall, launched: Flow | AsyncGenerator<Json>) {
	const events = isFlow(launched) ? eventsUntil(launched, 0, lastOf(launched)) : launched;
	try {
		yield* withPings(call, framesOf(events), silenceMs);
	} finally {
		if (isFlow(launched)) launched.left = call.dialect.droppedRuns === 'stay';
	}
}

/** Answers with the stream of a run. */
export async function flowStream(call: AppCall, launch: () => Promise<Launched>): Promise<Answer> {
	if (call.dialect.launchedBy === 'worker') return eventStream(stream(call, launch), true);
	const launched = await launch();
	if (launched instanceof Error) throw launched;
	return eventStream(directStream(call, launched));
}

async function* silence(call: AppCall, launch: () => Promise<Launched>) {
	yield ping;
	await launch();
	await call.workspace.sleep(silenceMs / call.pace);
}

/** Answers with a stream on which nothing comes of the run that is going on. */
export const silentStream = (call: AppCall, launch: () => Promise<Launched>): Answer => eventStream(silence(call, launch), true);
