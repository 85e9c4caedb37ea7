import type { Include } from './answer';
import { dataOf, picked } from './envelope';
import { isObject, type DifyEvent } from './events';

type Entry = Record<string, unknown>;

const FINISHED = ['status', 'error', 'elapsed_time', 'finished_at'];
const PLACE = ['iteration_id', 'loop_id'];

/** What the nodes of a run did, and what an agent among them thought; of each execution its last state. */
export class Trace {
	private readonly nodes = new Map<unknown, Entry>();
	private readonly logs = new Map<unknown, Entry>();
	private reasoning = '';

	take(event: DifyEvent): void {
		const [, of, what] = /^(node|iteration|loop)_(started|finished|completed|retry|next)$/.exec(event.event) ?? [];
		if (of) this.update(of, what, dataOf(event));
		else if (event.event === 'agent_log') this.logs.set(dataOf(event).id, dataOf(event));
		else if (event.event === 'reasoning_chunk') this.reasoning += String(dataOf(event).reasoning ?? '');
	}

	/** Those of the extras that were asked for. */
	extras(include: readonly Include[]): Entry {
		const all = { nodeTrace: [...this.nodes.values()], agentThoughts: this.nestedLogs, reasoning: this.reasoning };
		return picked(all, include);
	}

	private update(of: string, what: string, data: Entry): void {
		const id = data.id ?? data.node_id;
		const known = this.nodes.get(id) ?? { node_id: data.node_id, title: data.title, node_type: data.node_type, ...place(data) };
		if (what === 'retry') known.retries = Number(known.retries ?? 0) + 1;
		else if (what === 'next') known.steps = Number(known.steps ?? 0) + 1;
		else if (what === 'started') known.started_at = data.created_at;
		else Object.assign(known, picked(data, FINISHED), totals(data), of !== 'node' && picked(data, ['steps']));
		this.nodes.set(id, known);
	}

	/** Calls under the rounds that made them. */
	private get nestedLogs(): Entry[] {
		const entries = new Map([...this.logs].map(([id, log]) => [id, { ...log, children: [] as Entry[] }]));
		const roots: Entry[] = [];
		for (const entry of entries.values()) (entries.get((entry as Entry).parent_id)?.children ?? roots).push(entry);
		return roots;
	}
}

/** The iteration or loop that a node ran in. */
function place(data: Entry): Entry {
	return Object.fromEntries(PLACE.filter((key) => data[key]).map((key) => [key, data[key]]));
}

function totals({ execution_metadata: metadata, total_tokens: tokens }: Entry): Entry {
	const total = isObject(metadata) ? metadata.total_tokens : tokens;
	return total === undefined ? {} : { total_tokens: total };
}
