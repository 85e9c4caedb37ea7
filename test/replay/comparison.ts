import type { Json } from '../emulator/json';
import { isObject } from '../emulator/json';
import { masked } from './identities';
import { eventsOf, type Recording } from './recordings';

/** One thing that the emulator answers otherwise than the server did. */
export interface Difference {
	at: string;
	recorded: string;
	emulator: string;
}

/** What the emulator answered. */
export interface Reply {
	status: number;
	contentType: string;
	/** Parsed where it is JSON. */
	body: unknown;
	frames: string[] | null;
}

const kindOf = (value: unknown) => {
	if (value === null || value === undefined) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
};

/** The type of every place of a body, list elements under one place. */
const placesOf = (value: unknown, at: string, visit: (at: string, kind: string) => void) => {
	visit(at, kindOf(value));
	if (Array.isArray(value)) value.forEach((item) => placesOf(item, `${at}[]`, visit));
	else if (isObject(value)) Object.entries(value).forEach(([key, item]) => placesOf(item, `${at}.${key}`, visit));
};

const dataEvents = (frames: string[]) => eventsOf(frames).filter((event): event is Json => event !== 'ping');

/** The types that the recordings themselves show at each place of an answer. */
export class Variety {
	private readonly kinds = new Map<string, Set<string>>();

	constructor(recordings: Recording[]) {
		for (const recording of recordings) {
			const note = (at: string, kind: string) => this.note(`${recording.route} ${at}`, kind);
			if (recording.sse) {
				for (const event of dataEvents(recording.sse.map(({ raw }) => raw))) placesOf(event, String(event.event), note);
			} else placesOf(recording.body, 'body', note);
		}
	}

	/** Whether null and a value are both seen at a place, so that either is right. */
	allowsNull(route: string, at: string) {
		const kinds = this.kinds.get(`${route} ${at}`);
		return Boolean(kinds?.has('null') && kinds.size > 1);
	}

	private note(place: string, kind: string) {
		const kinds = this.kinds.get(place) ?? new Set();
		this.kinds.set(place, kinds.add(kind));
	}
}

/** Places whose content depends on what an app or a ranking is like. */
export type Opaque = (at: string) => boolean;

/** Places where the value itself tells right from wrong and does not differ from run to run. */
const telling = /\.(has_more|limit|page|total|doc_form|mode|event|job_status|enabled|archived|parent_mode|query\.content)$/;
/** The same, once indexing has come to its end. */
const tellingAtTheEnd = /\.(indexing_status|error|completed_segments|total_segments)$/;
const ends = ['completed', 'error'];

/** Compares answers to one route. */
export class Comparison {
	private readonly found: Difference[] = [];

	constructor(
		private readonly route: string,
		private readonly variety: Variety,
		private readonly opaque: Opaque,
	) {}

	answers(recording: Recording, reply: Reply): Difference[] {
		this.same('status', String(recording.status), String(reply.status));
		const type = (recording.headers['content-type'] ?? '').split(';')[0];
		this.same('content-type', type, reply.contentType.split(';')[0]);
		if (this.found.length) return this.found;
		if (recording.sse && reply.frames) this.streams(recording.sse.map(({ raw }) => raw), reply.frames);
		else if (isObject(recording.body) && isObject(reply.body) && ('code' in recording.body || 'errors' in recording.body)) {
			this.refusals(recording.body, reply.body);
		} else this.bodies(recording.body, reply.body, 'body');
		return this.found;
	}

	private refusals(recorded: Json, actual: Json) {
		this.bodies(recorded, actual, 'body');
		this.same('code', String(recorded.code), String(actual.code));
		this.same('message', masked(String(recorded.message)), masked(String(actual.message)));
		this.same('errors', masked(JSON.stringify(recorded.errors) ?? ''), masked(JSON.stringify(actual.errors) ?? ''));
	}

	private streams(recorded: string[], actual: string[]) {
		this.same('events', sequence(recorded), sequence(actual));
		const samples = new Map(dataEvents(actual).map((event) => [event.event, event]).reverse() as Array<[string, Json]>);
		for (const event of dataEvents(recorded)) {
			const sample = samples.get(String(event.event));
			if (sample) this.bodies(event, sample, String(event.event));
			samples.delete(String(event.event));
		}
	}

	private bodies(recorded: unknown, actual: unknown, at: string) {
		if (this.opaque(at)) return;
		const [left, right] = [kindOf(recorded), kindOf(actual)];
		if (left !== right) {
			const tolerated = [left, right].includes('null') && this.variety.allowsNull(this.route, at);
			if (!tolerated) this.same(at, left, right);
			return;
		}
		if (Array.isArray(recorded) && Array.isArray(actual)) this.lists(recorded, actual, at);
		else if (isObject(recorded) && isObject(actual)) this.objects(recorded, actual, at);
		else if (telling.test(at)) this.same(at, String(recorded), String(actual));
	}

	private lists(recorded: unknown[], actual: unknown[], at: string) {
		this.same(`${at}[]`, recorded.length ? 'filled' : 'empty', actual.length ? 'filled' : 'empty');
		const common = Math.min(recorded.length, actual.length);
		for (let index = 0; index < common; index += 1) this.bodies(recorded[index], actual[index], `${at}[]`);
	}

	private objects(recorded: Json, actual: Json, at: string) {
		const keys = (object: Json) => Object.keys(object).sort().join(' ');
		this.same(`${at} keys`, keys(recorded), keys(actual));
		const ended = ends.includes(String(recorded.indexing_status)) && 'completed_segments' in recorded;
		for (const key of Object.keys(recorded)) {
			const place = `${at}.${key}`;
			if (key in actual) this.bodies(recorded[key], actual[key], place);
			if (ended && tellingAtTheEnd.test(place)) this.same(place, masked(String(recorded[key])), masked(String(actual[key])));
		}
	}

	private same(at: string, recorded: string, emulator: string) {
		const repeated = this.found.some((difference) => difference.at === at);
		if (recorded !== emulator && !repeated) this.found.push({ at, recorded, emulator });
	}
}

/**
 * Event names in order: equal neighbours once, pings only where a stream begins with one, and pairs of a whole node
 * once, as their number is the flow's own.
 */
const sequence = (frames: string[]) => {
	const names = eventsOf(frames)
		.map((event) => (event === 'ping' ? 'ping' : String(event.event)))
		.filter((name, index) => name !== 'ping' || index === 0);
	return names
		.filter((name, index) => name !== names[index - 1])
		.join(' ')
		.replace(/(node_started node_finished )+/g, 'node_started node_finished ');
};
