import type { Answer } from './answers';
import { isObject, type Json, parsedJson } from './json';
import { pythonJson } from './pythonJson';

/** Keys that answers or events have more or less than main's. */
export interface KeyChange {
	/** Routes, or names of events; without it every event. */
	of?: string[];
	/** Places such as `data[].icon_info`; default the whole body, or an event's `data`. */
	at?: string[];
	without?: string[];
	/** Also replaces what is there. */
	with?: Json | ((object: Json) => Json);
}

const apply = (change: KeyChange, object: Json) => {
	const added = typeof change.with === 'function' ? change.with(object) : change.with;
	for (const key of change.without ?? []) delete object[key];
	Object.assign(object, added);
	for (const key of Object.keys(object)) if (object[key] === undefined) delete object[key];
};

const visit = (value: unknown, steps: string[], change: KeyChange) => {
	if (Array.isArray(value)) return value.forEach((item) => visit(item, steps, change));
	if (!isObject(value)) return;
	const [step, ...rest] = steps;
	if (step) visit(value[step], rest, change);
	else apply(change, value);
};

/** Lists count as their items. */
const changeAt = (value: unknown, change: KeyChange, place: string) =>
	visit(value, place.replace(/\[\]/g, '').split('.').filter(Boolean), change);

/** Changes the keys of a body or an event in place. */
export function changeKeys(value: unknown, changes: KeyChange[], home = '') {
	for (const change of changes) for (const place of change.at ?? [home]) changeAt(value, change, place);
}

const dataLine = /^data: (.*)\n\n$/s;

async function* reworded(frames: AsyncIterable<string>, reword: (event: Json) => string) {
	for await (const frame of frames) {
		const event = parsedJson(dataLine.exec(frame)?.[1] ?? '');
		yield isObject(event) ? `data: ${reword(event)}\n\n` : frame;
	}
}

/** What decides how an answer looks on the wire. */
interface Look {
	keys: KeyChange[];
	asciiEvents: boolean;
}

/** An answer as a version with these keys gives it. */
export function inOwnKeys(answer: Answer, route: string, { keys, asciiEvents }: Look): Answer {
	const type = answer.headers['content-type'];
	if (type.startsWith('text/event-stream') && (keys.length || asciiEvents)) {
		const write = asciiEvents ? pythonJson : JSON.stringify;
		const reword = (event: Json) => {
			changeKeys(event, keys.filter(({ of }) => !of || of.includes(String(event.event))), 'data');
			return write(event);
		};
		return { ...answer, body: reworded(answer.body as AsyncIterable<string>, reword) };
	}
	const own = keys.filter(({ of }) => of?.includes(route));
	if (!own.length || typeof answer.body !== 'string' || !type.startsWith('application/json')) return answer;
	const body = parsedJson(answer.body);
	changeKeys(body, own);
	return { ...answer, body: JSON.stringify(body) + '\n' };
}
