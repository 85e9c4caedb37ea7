import { setTimeout as pause } from 'node:timers/promises';

import type { Emulator } from '../emulator';
import { dialects } from '../emulator/dialects';
import { isObject, type Json } from '../emulator/json';
import { Comparison, type Difference, type Reply, type Variety } from './comparison';
import { routes } from '../emulator/routes';
import type { Exceptions } from './exceptions';
import { Identities, isSigned } from './identities';
import { eventsOf, type Recording } from './recordings';
import { missingApp, send } from './requests';

/** What came of one journey. */
export interface Outcome {
	compared: number;
	/** Number of recordings left out, by reason. */
	skipped: Map<string, number>;
	differences: Array<Difference & { id: string }>;
}

const ends = ['message_end', 'workflow_finished', 'workflow_paused', 'error', 'datasource_error'];
const stages = ['waiting', 'parsing', 'cleaning', 'splitting', 'indexing', 'completed'];

/** After so long without an event it is the server that gives up. */
const serverPatienceMs = 300_000;

const gaveUp = ({ status, sse, elapsed_ms: elapsed }: Recording) => {
	if (status === null) return true;
	if (elapsed >= serverPatienceMs) return false;
	const events = eventsOf((sse ?? []).map(({ raw }) => raw));
	return events.length > 0 && !events.some((event) => event !== 'ping' && ends.includes(String(event.event)));
};

const indexingStatus = ({ body }: { body: unknown }) => {
	const rows = isObject(body) && Array.isArray(body.data) ? body.data : [];
	return rows.map((row) => (isObject(row) ? String(row.indexing_status) : ''));
};

/** How far the slowest document is; an error is an end like completion. */
const stageOf = (answer: { body: unknown }) =>
	Math.min(...indexingStatus(answer).map((status) => (status === 'error' ? stages.length - 1 : stages.indexOf(status))));

const behind = (reply: { body: unknown }, recording: Recording) => stageOf(reply) < stageOf(recording);

const isPoll = ({ route, status }: Recording) => route.endsWith('/indexing-status') && status === 200;

const isWaiting = ({ body }: { body: unknown }) => isObject(body) && body.job_status === 'waiting';

/** Whether only a document that is not indexed yet refuses what the server took. */
const isTooEarly = ({ status }: Recording, { body }: Reply) =>
	status === 200 && isObject(body) && /^Document is not (available|completed)/.test(String(body.message));

/** Whether the emulator has not come as far as the server had when it answered. */
const mustWait = (recording: Recording, reply: Reply) => {
	if (reply.status !== 200) return isTooEarly(recording, reply);
	if (isPoll(recording)) return behind(reply, recording);
	return recording.route.endsWith('/status/{job_id}') && isWaiting(reply) && !isWaiting(recording);
};

/** A path or a method that no version of the server has. */
const isNoRoute = ({ route, status, headers }: Recording) =>
	status === 405 || (!route.includes('{') && status === 404 && headers['content-type'].startsWith('text/html'));

const dataEvents = (frames: string[]) => eventsOf(frames).filter((event): event is Json => event !== 'ping');

const recordedEvents = ({ sse }: Recording) => dataEvents((sse ?? []).map(({ raw }) => raw));

const isStop = ({ route }: Recording) => route.endsWith('/{task_id}/stop');
const isSubmit = ({ route, status }: Recording) => route === 'POST /form/human_input/{form_token}' && status === 200;
const isJoin = ({ route }: Recording) => route === 'GET /workflow/{workflow_run_id}/events';

const lastPart = (path: string) => path.split('/').filter((part) => part !== 'stop').at(-1) ?? '';

/** Whether an event brings some of the answer's text. */
const isText = ({ answer, data }: Json) => Boolean(answer) || (isObject(data) && Boolean(data.text));

/** What the next longer run of the app was recorded beside; longer because it ended later. */
const isBeside = ({ note }: Recording) => /^second call|while [AB] runs$/.test(note ?? '');
const longMs = 10_000;
const isLater = ({ note }: Recording) => /\d s after drop$/.test(note ?? '');
const laterMs = 100;

/** How long a client waits that gives up before it is answered. */
const patienceMs = 100;
/** Longer than any document takes. */
const indexingPatienceMs = 10_000;
/** Until a run is over that nobody listens to. */
const unheardMs = 800;

const leftReason = 'the client gave up';

/** Replays one journey on an emulator. */
export class Replay {
	private readonly ids = new Identities();
	private readonly outcome: Outcome = { compared: 0, skipped: new Map(), differences: [] };
	private readonly done = new Set<Recording>();
	/** Streams that were joined, and runs that were begun, before what was recorded earlier. */
	private readonly joined = new Map<Recording, Promise<Reply>>();

	constructor(
		private readonly emulator: Emulator,
		private readonly version: string,
		private readonly recordings: Recording[],
		private readonly variety: Variety,
		private readonly exceptions: Exceptions,
	) {}

	async run(prepare: (ids: Identities) => Promise<void>): Promise<Outcome> {
		await prepare(this.ids);
		for (const [index, recording] of this.recordings.entries()) {
			if (this.done.has(recording)) continue;
			if (isLater(recording)) await pause(laterMs);
			if (isBeside(recording)) await this.beginBefore(recording, this.recordings.slice(index + 1));
			const reason = this.reasonToSkip(recording, this.recordings[index + 1]);
			if (reason) this.outcome.skipped.set(reason, (this.outcome.skipped.get(reason) ?? 0) + 1);
			if (reason === leftReason) await this.leave(recording);
			if (!reason) await this.replay(recording);
		}
		return this.outcome;
	}

	private reasonToSkip(recording: Recording, next: Recording | undefined) {
		const { route, request } = recording;
		if (isSigned(request.path)) return this.ids.signed(request.path) ? undefined : 'needs something from outside';
		if (!routes[route] && !dialects[this.version].routes[route] && !isNoRoute(recording)) return 'route not emulated';
		if (isPoll(recording) && next && isPoll(next) && next.request.path === request.path) return 'poll in between';
		const reason = missingApp(request) ?? this.exceptions.reasonToSkip(recording.id);
		if (reason) return reason;
		const foreign = this.ids.unknown(`${request.path} ${request.query ?? ''}`);
		if (foreign.length && !this.streamOf(recording)) return 'needs something from outside';
		return gaveUp(recording) ? leftReason : undefined;
	}

	private async replay(recording: Recording) {
		const [method] = recording.route.split(' ');
		const stream = this.streamOf(recording);
		if (stream) return await this.replayStopped(recording, stream);
		if (isSubmit(recording)) await this.joinBefore(recording);
		const request = () => send(this.emulator, method, recording.request, this.ids);
		let reply = await (this.joined.get(recording) ?? request());
		const until = Date.now() + indexingPatienceMs;
		while (mustWait(recording, reply) && Date.now() < until) reply = await request();
		this.compare(recording, reply);
	}

	/** Sends a request and goes away once the answer's text begins. */
	private async leave(recording: Recording) {
		const events = recordedEvents(recording);
		if (recording.status !== null && !events.length) return;
		const [method] = recording.route.split(' ');
		const gone = new AbortController();
		const timer = setTimeout(() => gone.abort(), patienceMs);
		const onFrame = (frame: string) => {
			const [event] = dataEvents([frame]);
			if (event) this.ids.learn(events[0], event);
			if (event && isText(event)) gone.abort();
			return Promise.resolve();
		};
		await send(this.emulator, method, recording.request, this.ids, onFrame, gone.signal).catch(() => undefined);
		clearTimeout(timer);
		if (recording.status === null) await pause(unheardMs);
	}

	/** The stream that a stop request ends; it was recorded later because it ended later. */
	private streamOf(recording: Recording) {
		if (!isStop(recording)) return undefined;
		const id = lastPart(recording.request.path);
		return this.recordings.find(
			(other) => !this.done.has(other) && !gaveUp(other) && other.sse?.some(({ raw }) => new RegExp(`_id": ?"${id}"`).test(raw)),
		);
	}

	private async replayStopped(stop: Recording, stream: Recording) {
		this.done.add(stream);
		const [first] = recordedEvents(stream);
		let stopped = false;
		const reply = await send(this.emulator, 'POST', stream.request, this.ids, async (frame) => {
			const [event] = dataEvents([frame]);
			if (stopped || !event || !isText(event)) return;
			stopped = true;
			this.ids.learn(first, event);
			this.compare(stop, await send(this.emulator, 'POST', stop.request, this.ids));
		});
		this.compare(stream, reply);
	}

	/** Begins the run that a recording was made beside; its answer is compared when its turn comes. */
	private async beginBefore({ request: { auth } }: Recording, later: Recording[]) {
		const long = later.find(({ request, elapsed_ms: elapsed }) => request.auth === auth && elapsed > longMs);
		if (!long || this.joined.has(long) || missingApp(long.request)) return;
		await new Promise<void>((resolve) => {
			const [method] = long.route.split(' ');
			const onFrame = () => Promise.resolve(resolve());
			this.joined.set(long, send(this.emulator, method, long.request, this.ids, onFrame));
			setTimeout(resolve, patienceMs);
		});
	}

	/** Opens the streams of a run that show how a form is submitted; they were recorded later because they ended later. */
	private async joinBefore(submit: Recording) {
		const token = lastPart(submit.request.path);
		const shown = this.recordings.flatMap(recordedEvents).find((event) => JSON.stringify(event).includes(`"${token}"`));
		const runId = String(shown?.workflow_run_id);
		const streams = this.recordings.filter(
			(recording) =>
				isJoin(recording) &&
				!this.joined.has(recording) &&
				!this.exceptions.reasonToSkip(recording.id) &&
				recording.request.path.includes(runId) &&
				recordedEvents(recording).some(({ event }) => event === 'human_input_form_filled'),
		);
		await Promise.all(
			streams.map(
				(stream) =>
					new Promise<void>((resolve) => {
						const onFrame = () => Promise.resolve(resolve());
						this.joined.set(stream, send(this.emulator, 'GET', stream.request, this.ids, onFrame));
					}),
			),
		);
	}

	private compare(recording: Recording, reply: Reply) {
		this.outcome.compared += 1;
		const opaque = (at: string) => this.exceptions.isMeant(recording.id, recording.route, at);
		const differences = new Comparison(recording.route, this.variety, opaque).answers(recording, reply);
		const found = differences.filter(({ at }) => !opaque(at));
		this.outcome.differences.push(...found.map((difference) => ({ id: recording.id, ...difference })));
		this.ids.learn(recording.body, reply.body);
		if (!recording.sse || !reply.frames) return;
		const [recorded, actual] = [recordedEvents(recording), dataEvents(reply.frames)];
		this.ids.learn(recorded[0], actual[0]);
		const forms = [recorded, actual].map((events) => events.filter(({ event }) => event === 'human_input_required'));
		this.ids.learn(forms[0], forms[1]);
	}
}
