import { isObject, type DifyEvent } from './events';

const IDS = ['conversation_id', 'message_id', 'task_id', 'workflow_run_id'];
const KEYS = [...IDS, 'created_at'];

/** What every event of an answer's stream carries: its ids. */
export class Envelope {
	private readonly known: Record<string, unknown> = {};

	/**
	 * Learns the ids; false when the event belongs to another run. Not by `task_id`: the one line that a finished run is
	 * told in has the run's id there.
	 */
	take(event: DifyEvent): boolean {
		const { message_id, workflow_run_id } = this.known;
		if (differs(event.message_id, message_id) || differs(event.workflow_run_id, workflow_run_id)) return false;
		for (const key of KEYS) this.known[key] ??= event[key] ?? undefined;
		return true;
	}

	get(key: string): unknown {
		return this.known[key];
	}

	get ids(): Record<string, unknown> {
		return withContent(picked(this.known, IDS));
	}
}

/** An event's `data`. */
export function dataOf(event: DifyEvent): Record<string, unknown> {
	return isObject(event.data) ? event.data : {};
}

/** An event's own fields, without those that every event has. */
export function payload(event: DifyEvent): Record<string, unknown> {
	return Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'event' && !KEYS.includes(key)));
}

/** The entries that hold something. */
export function withContent(entries: Record<string, unknown>): Record<string, unknown> {
	const holds = (value: unknown) => (Array.isArray(value) ? value.length > 0 : (value ?? '') !== '');
	return Object.fromEntries(Object.entries(entries).filter(([, value]) => holds(value)));
}

/** These keys in this order, as far as the object has them. */
export function picked(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
	return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
}

function differs(one: unknown, other: unknown): boolean {
	return (one ?? undefined) !== undefined && other !== undefined && one !== other;
}
