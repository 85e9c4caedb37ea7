import type { Call } from '../operation/types';
import { DifyError } from '../transport/error';
import { limitOf } from '../transport/limit';
import { wait } from '../transport/wait';

const STOP_WITHIN_S = 1.5;

/**
 * Ends a run when the execution is cancelled, a sibling item has failed or the time is over: Dify is asked to stop it, what
 * it still says is read, for of an answer that nobody reads to its end Dify keeps nothing, and then the connection closes,
 * within two seconds in all.
 */
export class Ending {
	private readonly limit;
	private readonly closing = new AbortController();
	private readonly onEnd = () => void this.close();

	/** `stop` asks Dify; false where there is nothing to stop yet. */
	constructor(
		call: Call,
		seconds: number | undefined,
		private readonly stop: () => Promise<boolean>,
	) {
		this.limit = limitOf(call.signal, seconds);
		if (this.limit.signal.aborted) this.onEnd();
		else this.limit.signal.addEventListener('abort', this.onEnd, { once: true });
	}

	/** Fires when the connection is to close. */
	get signal(): AbortSignal {
		return this.closing.signal;
	}

	/** Why it ends; none while it may go on. */
	get reason(): DifyError | undefined {
		return this.limit.signal.aborted ? (this.limit.signal.reason as DifyError) : undefined;
	}

	/** The run is over. */
	release(): void {
		this.limit.signal.removeEventListener('abort', this.onEnd);
		this.limit.release();
		if (this.reason) this.closing.abort();
	}

	private async close(): Promise<void> {
		const over = wait(STOP_WITHIN_S, this.signal);
		const stopping = this.stop().then(async (isStopping) => await (isStopping ? over : undefined));
		await Promise.race([stopping.catch(() => undefined), over]);
		this.closing.abort();
	}
}
