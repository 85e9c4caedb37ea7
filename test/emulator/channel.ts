import type { Json } from './json';

/** The events of a run in the order in which they happen, for any number of readers. */
export class Channel {
	private readonly events: Json[] = [];
	private readonly waiting: Array<() => void> = [];
	private closed = false;

	/** How many events there were. */
	get length() {
		return this.events.length;
	}

	publish(event: Json) {
		this.events.push(event);
		this.wake();
	}

	/** Nothing will follow. */
	close() {
		this.closed = true;
		this.wake();
	}

	/** Events from this index on, as they come; ends when the channel is closed. */
	async *from(index: number): AsyncGenerator<Json> {
		for (let next = index; ; next += 1) {
			while (next >= this.events.length) {
				if (this.closed) return;
				await new Promise<void>((resolve) => this.waiting.push(resolve));
			}
			yield this.events[next];
		}
	}

	private wake() {
		for (const resolve of this.waiting.splice(0)) resolve();
	}
}
