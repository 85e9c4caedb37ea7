import { dataOf, payload } from './envelope';
import type { DifyEvent } from './events';

type Data = Record<string, unknown>;

/** What an agent thought and which tools it called: an agent app, or an agent among the nodes of a chatflow. */
export class Thoughts {
	private readonly thoughts = new Map<unknown, Data>();
	private readonly logs = new Map<string, Data>();

	/** Each is told several times while it fills up. */
	take(event: DifyEvent): void {
		if (event.event === 'agent_thought') this.thoughts.set(event.id, payload(event));
		else if (event.event === 'agent_log') this.takeLog(dataOf(event));
	}

	get all(): Data[] {
		const thoughts = [...this.thoughts.values()];
		return [...thoughts.sort((a, b) => positionOf(a) - positionOf(b)), ...this.rounds];
	}

	private takeLog(log: Data): void {
		if (typeof log.id === 'string') this.logs.set(log.id, log);
	}

	/** The rounds of an agent with the calls that they made. */
	private get rounds(): Data[] {
		const children = new Map<unknown, Data[]>([...this.logs.keys()].map((id) => [id, []]));
		const rounds = [...this.logs.values()].filter((log) => !children.get(log.parent_id)?.push(log));
		const withChildren = (log: Data): Data => {
			const own = (children.get(log.id) ?? []).map(withChildren);
			return own.length ? { ...log, children: own } : log;
		};
		return rounds.map(withChildren);
	}
}

function positionOf({ position }: Data): number {
	return typeof position === 'number' ? position : 0;
}
