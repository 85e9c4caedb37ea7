import type { Emulator } from '../emulator';
import { isObject } from '../emulator/json';
import { routes } from '../emulator/routes';
import { Comparison, type Difference, type Reply, type Variety } from './comparison';
import { isMeant, reasonToSkip } from './exceptions';
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

const gaveUp = ({ status, sse }: Recording) => {
	if (status === null) return true;
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

/** A path or a method that no version of the server has. */
const isNoRoute = ({ route, status, headers }: Recording) =>
	status === 405 || (!route.includes('{') && status === 404 && headers['content-type'].startsWith('text/html'));

const bringsFiles = (body: unknown) => isObject(body) && Array.isArray(body.files) && body.files.length > 0;

const stopRoute = 'POST /chat-messages/{task_id}/stop';

/** Replays one journey on an emulator. */
export class Replay {
	private readonly ids = new Identities();
	private readonly outcome: Outcome = { compared: 0, skipped: new Map(), differences: [] };
	private readonly done = new Set<Recording>();

	constructor(
		private readonly emulator: Emulator,
		private readonly recordings: Recording[],
		private readonly variety: Variety,
	) {}

	async run(prepare: (ids: Identities) => Promise<void>): Promise<Outcome> {
		await prepare(this.ids);
		for (const [index, recording] of this.recordings.entries()) {
			if (this.done.has(recording)) continue;
			const reason = this.reasonToSkip(recording, this.recordings[index + 1]);
			if (reason) this.outcome.skipped.set(reason, (this.outcome.skipped.get(reason) ?? 0) + 1);
			else await this.replay(recording);
		}
		return this.outcome;
	}

	private reasonToSkip(recording: Recording, next: Recording | undefined) {
		const { route, request } = recording;
		if (isSigned(request.path)) return this.ids.signed(request.path) ? undefined : 'needs something from outside';
		if (!routes[route] && !isNoRoute(recording)) return 'route not emulated';
		if (isPoll(recording) && next && isPoll(next) && next.request.path === request.path) return 'poll in between';
		if (gaveUp(recording)) return 'the client gave up';
		const foreign = this.ids.unknown(`${request.path} ${request.query ?? ''}`);
		if (foreign.length && !this.streamOf(recording)) return 'needs something from outside';
		if (bringsFiles(request.json)) return 'files in messages are not emulated';
		return missingApp(request) ?? reasonToSkip(recording.id);
	}

	private async replay(recording: Recording) {
		const [method] = recording.route.split(' ');
		const stream = this.streamOf(recording);
		if (stream) return await this.replayStopped(recording, stream);
		let reply = await send(this.emulator, method, recording.request, this.ids);
		while (isPoll(recording) && reply.status === 200 && behind(reply, recording)) {
			reply = await send(this.emulator, method, recording.request, this.ids);
		}
		this.compare(recording, reply);
	}

	/** The stream that a stop request ends; it was recorded later because it ended later. */
	private streamOf({ route, request }: Recording) {
		if (route !== stopRoute) return undefined;
		const [, , taskId] = request.path.split('/');
		return this.recordings.find(({ sse }) => sse?.some(({ raw }) => raw.includes(`"task_id":"${taskId}"`)));
	}

	private async replayStopped(stop: Recording, stream: Recording) {
		this.done.add(stream);
		const recorded = eventsOf((stream.sse ?? []).map(({ raw }) => raw));
		let stopped = false;
		const reply = await send(this.emulator, 'POST', stream.request, this.ids, async (frame) => {
			const [event] = eventsOf([frame]);
			if (stopped || event === 'ping' || !['message', 'agent_message'].includes(String(event.event))) return;
			if (!event.answer) return;
			stopped = true;
			this.ids.learn(recorded.find((other) => other !== 'ping'), event);
			this.compare(stop, await send(this.emulator, 'POST', stop.request, this.ids));
		});
		this.compare(stream, reply);
	}

	private compare(recording: Recording, reply: Reply) {
		this.outcome.compared += 1;
		const opaque = (at: string) => isMeant(recording.id, recording.route, at);
		const differences = new Comparison(recording.route, this.variety, opaque).answers(recording, reply);
		const found = differences.filter(({ at }) => !opaque(at));
		this.outcome.differences.push(...found.map((difference) => ({ id: recording.id, ...difference })));
		this.ids.learn(recording.body, reply.body);
		if (!recording.sse || !reply.frames) return;
		const [recorded, actual] = [recording.sse.map(({ raw }) => raw), reply.frames].map((frames) =>
			eventsOf(frames).find((event) => event !== 'ping'),
		);
		this.ids.learn(recorded, actual);
	}
}
