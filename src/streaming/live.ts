import type { Answer } from './answer';
import { ReasoningFilter } from './reasoning';

/** Where the pieces of an answer go while it is made. */
export interface Outlet {
	begin(): void;
	item(text: string): void;
	end(): void;
}

export interface LiveOptions {
	/** Shows `<think>` blocks too. */
	keepReasoning?: boolean;
	/** Milliseconds between two pieces; default 40. */
	pauseMs?: number;
}

/**
 * Hands an answer's text on while it grows: the first piece at once, further ones at most every 40 ms. The pieces joined
 * are the answer's text, unless Dify replaced what had already gone out: see {@link Live.replaced}.
 */
export class Live {
	/** What went out is not how the answer reads in the end; nothing can be unsent. */
	replaced = false;
	private begun = false;
	private ended = false;
	private paused = false;
	private read = 0;
	private sent = '';
	private lastFlush = 0;
	private timer?: NodeJS.Timeout;
	private readonly filter = new ReasoningFilter();
	private readonly revision: number;

	constructor(
		private readonly answer: Answer,
		private readonly outlet: Outlet,
		private readonly options: LiveOptions = {},
	) {
		this.revision = answer.revision;
	}

	/** To be called after each event. */
	update(): void {
		if (this.timer || this.ended || this.paused) return;
		this.begin();
		const rest = (this.options.pauseMs ?? 40) - (Date.now() - this.lastFlush);
		if (rest <= 0) this.flush();
		else this.timer = setTimeout(() => this.flush(), rest).unref();
	}

	/** After a gap the text has a hole: the rest goes out at the end. */
	pause(): void {
		this.flush();
		this.paused = true;
	}

	/** Hands out what is still missing of the final text. */
	finish(text: string): void {
		this.flush();
		this.begin();
		if (!this.paused && !this.options.keepReasoning) this.put(this.filter.end());
		this.replaced = !text.startsWith(this.sent);
		if (!this.replaced) this.put(text.slice(this.sent.length));
		this.end();
	}

	/** Hands out what there is; the reason follows by other means. */
	fail(): void {
		if (this.ended || !this.begun) return;
		this.flush();
		this.end();
	}

	private flush(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		if (this.paused || this.ended) return;
		this.lastFlush = Date.now();
		const { text, revision } = this.answer;
		if (revision !== this.revision) {
			this.paused = true;
			return;
		}
		const piece = text.slice(this.read);
		this.read = text.length;
		this.put(this.options.keepReasoning ? piece : this.filter.push(piece));
	}

	private put(text: string): void {
		if (!text) return;
		this.sent += text;
		this.outlet.item(text);
	}

	private begin(): void {
		if (this.begun) return;
		this.begun = true;
		this.outlet.begin();
	}

	private end(): void {
		clearTimeout(this.timer);
		if (this.ended) return;
		this.ended = true;
		this.outlet.end();
	}
}
