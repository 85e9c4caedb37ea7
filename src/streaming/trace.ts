import { dataOf, picked, withContent } from './envelope';
import { isObject, type DifyEvent } from './events';

type Data = Record<string, unknown>;

const NODE = ['node_id', 'title', 'node_type', 'iteration_id', 'loop_id'];
const END = ['status', 'error', 'elapsed_time', 'finished_at', 'steps'];
/** Which round of an iteration or loop a node ran in is told at its end. */
const COUNTS = ['total_tokens', 'iteration_index', 'loop_index'];
const CONTAINERS: unknown[] = ['iteration', 'loop'];
const [RUNNING, PAUSED] = ['running', 'paused'];

/** What the nodes of a run did: one entry for each execution, in its last known state. */
export class Trace {
	private readonly entries: Data[] = [];
	private readonly known = new Map<unknown, Data>();

	take(event: DifyEvent): void {
		const data = dataOf(event);
		switch (event.event) {
			case 'iteration_started':
			case 'loop_started':
				return this.begin(data, true);
			case 'node_started':
				return this.begin(data);
			case 'node_retry':
				return this.retry(data);
			case 'node_finished':
			case 'iteration_completed':
			case 'loop_completed':
				return this.end(data);
			case 'workflow_paused':
				return this.pause(data.paused_nodes);
		}
	}

	get nodes(): Data[] {
		return this.entries.map(withContent);
	}

	/** A loop inside an iteration has the same id each time it runs. */
	private begin(data: Data, isContainer = false): void {
		const before = this.known.get(keyOf(data))?.status ?? RUNNING;
		if (isContainer && before !== RUNNING) this.known.delete(keyOf(data));
		const entry = this.entryOf(data);
		if (before === PAUSED) entry.status = RUNNING;
	}

	/** Several times before the end. */
	private retry(data: Data): void {
		const entry = this.entryOf(data);
		const before = typeof entry.retries === 'number' ? entry.retries : 0;
		entry.retries = typeof data.retry_index === 'number' ? data.retry_index : before + 1;
	}

	private end(data: Data): void {
		const counts = isObject(data.execution_metadata) ? data.execution_metadata : data;
		Object.assign(this.entryOf(data), picked(data, END), picked(counts, COUNTS));
	}

	private pause(nodes: unknown): void {
		const waiting = Array.isArray(nodes) ? new Set<unknown>(nodes) : new Set();
		for (const entry of this.entries) {
			if (entry.status === RUNNING && waiting.has(entry.node_id)) entry.status = PAUSED;
		}
	}

	private entryOf(data: Data): Data {
		const key = keyOf(data);
		const known = this.known.get(key);
		if (known) return known;
		const entry: Data = { ...picked(data, NODE), status: RUNNING, started_at: data.created_at };
		this.known.set(key, entry);
		this.entries.push(entry);
		return entry;
	}
}

/** The execution; iterations and loops are told under the node's id. */
function keyOf({ id, node_id, node_type }: Data): unknown {
	return CONTAINERS.includes(node_type) ? node_id : (id ?? node_id);
}
