import type { Call, Json } from '../operation/types';
import { DifyError } from '../transport/error';
import { wait } from '../transport/wait';

const GATHERED_S = 0.003;
const MOST_DOCUMENTS = 100;

/** What one document shall get, and who waits for it. */
interface Write {
	call: Call;
	operation: Json;
	resolve(): void;
	reject(reason: unknown): void;
}

/**
 * Writes of metadata to the documents of one base: where items run side by side, those that come within 3 ms go in one
 * request. Where Dify refuses that, each goes by itself, so that the fault of one document is not that of others.
 */
export class MetadataWrites {
	private waiting: Write[] = [];

	/**
	 * @param send an entry of `operation_data` for each document
	 * @param isGathering whether others may come at the same time
	 */
	constructor(
		private readonly send: (call: Call, operations: Json[]) => Promise<unknown>,
		private readonly isGathering = true,
	) {}

	async write(call: Call, operation: Json): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.waiting.push({ call, operation, resolve, reject });
			if (!this.isGathering) this.flush();
			else if (this.waiting.length === 1) void wait(GATHERED_S, call.signal).then(() => this.flush());
		});
	}

	private flush(): void {
		const writes = this.waiting;
		this.waiting = [];
		for (let at = 0; at < writes.length; at += MOST_DOCUMENTS) void this.sent(writes.slice(at, at + MOST_DOCUMENTS));
	}

	private async sent(writes: Write[]): Promise<void> {
		const sending = this.send(writes[0].call, writes.map(({ operation }) => operation));
		await sending.then(
			() => writes.forEach(({ resolve }) => resolve()),
			(error: unknown) => {
				const isRefusal = error instanceof DifyError && [400, 404].includes(error.status ?? 0);
				for (const write of writes) {
					if (isRefusal && writes.length > 1) void this.sent([write]);
					else write.reject(error);
				}
			},
		);
	}
}
