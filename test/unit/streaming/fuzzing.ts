import type { DifyEvent } from '../../../src/streaming/events';

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

const VALUES: unknown[] = [
	...[null, true, 0, -1, 1e308, '', 'x', '\u2028', '<think>', '</think>', '0E-7', 'r2', [], [null], [[]], {}, { id: null }],
	...['message_end', 'workflow_finished', 'workflow_paused', 'error', 'node_started', 'agent_log', 'loop_started'],
	...['succeeded', 'failed', 'stopped', 'paused', 'Stopped by user.', 'x'.repeat(5000), { toString: 1, valueOf: 1 }],
];

/** Spoils streams, always in the same way. */
export class Fuzzer {
	constructor(private readonly random: () => number) {}

	/** A stream of these events in which some are missing, doubled, moved, spoilt or of another stream. */
	events(own: readonly DifyEvent[], other: readonly DifyEvent[]): DifyEvent[] {
		const events = [...own];
		for (let times = this.below(4); times > 0; times--) this.change(events, other);
		return events;
	}

	/** These bytes in pieces, often with some that are missing, doubled, changed or put in. */
	pieces(bytes: Buffer): Buffer[] {
		let spoilt = bytes;
		for (let times = this.below(3); times > 0; times--) spoilt = this.spoil(spoilt);
		const pieces: Buffer[] = [];
		const longest = this.pick([8, 64, 512, 4096]);
		for (let at = 0; at < spoilt.length; at += pieces.at(-1)?.length ?? 1) {
			pieces.push(spoilt.subarray(at, at + 1 + this.below(longest)));
		}
		return pieces;
	}

	pick<T>(from: readonly T[]): T {
		return from[this.below(from.length)];
	}

	below(limit: number): number {
		return Math.floor(this.random() * limit);
	}

	private change(events: DifyEvent[], other: readonly DifyEvent[]): void {
		const [at, to] = [this.below(events.length), this.below(events.length + 1)];
		const [event] = events.slice(at);
		if (!event) return;
		const changes = [
			() => events.splice(at, 1 + this.below(3)),
			() => events.splice(to, 0, event),
			() => events.splice(to, 0, ...events.splice(at, 1)),
			() => events.splice(to, 0, this.pick(other)),
			() => events.splice(at, 1, this.spoiltEvent(event)),
			() => events.splice(at, 1, this.spoiltEvent(event)),
		];
		this.pick(changes)();
	}

	private spoiltEvent(event: DifyEvent): DifyEvent {
		const copy = structuredClone(event);
		let part: Record<string, unknown> = copy;
		for (;;) {
			const key = this.pick(Object.keys(part));
			const inner = part[key];
			if (typeof inner === 'object' && inner !== null && Object.keys(inner).length && this.random() < 0.8) {
				part = inner as Record<string, unknown>;
				continue;
			}
			if (this.random() < 0.2) delete part[key];
			else part[key] = this.pick(VALUES);
			return copy;
		}
	}

	private spoil(bytes: Buffer): Buffer {
		const [at, length] = [this.below(bytes.length), 1 + this.below(this.pick([1, 8, 200]))];
		const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
		const noise = Buffer.from(Array.from({ length: Math.min(length, 16) }, () => this.below(256)));
		const ways = [
			() => before,
			() => Buffer.concat([before, after.subarray(length)]),
			() => Buffer.concat([before, after.subarray(0, length), after]),
			() => Buffer.concat([before, noise, after]),
			() => Buffer.concat([before, Buffer.from(this.pick(['\n', '\n\n', '\r', 'data:', '"', '{', '\u2028'])), after]),
		];
		return this.pick(ways)();
	}
}
