import type { Dispatcher } from 'undici';

type Controller = Dispatcher.DispatchController;
type Headers = Record<string, string | string[] | undefined>;

/** Bytes that wait for their reader before the server has to wait. */
const MAX_WAITING = 64 * 1024;
/** Bytes that are read of an answer nobody wants, to keep its socket. */
const MAX_UNWANTED = 128 * 1024;

/**
 * Sends a request; the answer as soon as its head is there. The signal's reason ends it at any time, and closes its socket.
 *
 * Without the stream, the listeners and the promises of `undici.request`, which for a small answer cost as much as all else.
 */
export async function dispatched(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, signal: AbortSignal): Promise<Incoming> {
	return await new Promise((resolve, reject) => {
		signal.throwIfAborted();
		dispatcher.dispatch(options, new Incoming(signal, resolve, reject));
	});
}

/** The answer to one request, for one reader. */
export class Incoming implements Dispatcher.DispatchHandler {
	status = 0;
	headers: Headers = {};
	private controller?: Controller;
	private parts: Buffer[] = [];
	/** Bytes in `parts`. */
	private size = 0;
	private maxWaiting = MAX_WAITING;
	private isTaken = false;
	private isUnwanted = false;
	private isOver = false;
	private failure?: { reason: unknown };
	private wake?: () => void;

	constructor(
		private readonly signal: AbortSignal,
		private readonly opened: (self: Incoming) => void,
		private readonly refused: (reason: unknown) => void,
	) {
		signal.addEventListener('abort', this.cancel, { once: true });
	}

	/** The whole body as UTF-8, without a byte order mark. */
	async text(): Promise<string> {
		this.isTaken = true;
		this.maxWaiting = Number.POSITIVE_INFINITY;
		this.controller?.resume();
		while (!this.isOver && !this.failure) await this.change();
		if (this.failure) throw this.failure.reason;
		const text = (this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts)).toString('utf8');
		return text.startsWith('\ufeff') ? text.slice(1) : text;
	}

	/** The body as it comes; a reader that leaves early closes the socket. */
	async *chunks(): AsyncGenerator<Uint8Array> {
		this.isTaken = true;
		try {
			for (;;) {
				while (!this.parts.length && !this.isOver && !this.failure) await this.change();
				const parts = this.taken();
				yield* parts;
				if (parts.length) continue;
				if (this.failure) throw this.failure.reason;
				return;
			}
		} finally {
			this.destroy();
		}
	}

	/** Nobody wants what is still to come. A short rest is read all the same, to keep the socket. */
	discard(): void {
		if (this.isTaken) return;
		this.isTaken = true;
		this.isUnwanted = true;
		this.skip(Number(this.headers['content-length'] ?? 0));
		this.controller?.resume();
	}

	destroy(): void {
		if (!this.isOver) this.fail(new Error('The reader left'));
	}

	onRequestStart(controller: Controller): void {
		this.controller = controller;
		if (this.failure) controller.abort(this.failure.reason as Error);
	}

	onResponseStart(_: Controller, status: number, headers: Headers): void {
		if (status < 200) return;
		this.status = status;
		this.headers = headers;
		this.opened(this);
	}

	onResponseData(controller: Controller, chunk: Buffer): void {
		this.parts.push(chunk);
		this.size += chunk.byteLength;
		if (this.isUnwanted) this.skip(this.size);
		else if (this.size >= this.maxWaiting) controller.pause();
		if (this.maxWaiting === MAX_WAITING) this.wake?.();
	}

	/** The socket is free only after a turn of the event loop; a caller faster than that would open another one. */
	onResponseEnd(): void {
		this.signal.removeEventListener('abort', this.cancel);
		queueMicrotask(() => setImmediate(() => {
			this.isOver = true;
			this.wake?.();
		}));
	}

	onResponseError(_: Controller | undefined, error: Error): void {
		this.fail(error);
	}

	private readonly cancel = () => {
		this.parts = [];
		this.fail(this.signal.reason);
	};

	private fail(reason: unknown): void {
		if (this.failure) return;
		this.failure = { reason };
		this.signal.removeEventListener('abort', this.cancel);
		this.controller?.abort(reason as Error);
		this.refused(reason);
		this.wake?.();
	}

	private async change(): Promise<void> {
		await new Promise<void>((resolve) => (this.wake = resolve));
	}

	private taken(): Buffer[] {
		const { parts } = this;
		this.parts = [];
		this.size = 0;
		this.controller?.resume();
		return parts;
	}

	/** Lets go of what came of an answer that nobody wants, and of the socket once that is too much. */
	private skip(bytes: number): void {
		this.parts = [];
		if (bytes > MAX_UNWANTED) this.destroy();
	}
}
