import { DifyError } from '../transport/error';
import { throwIfCanceled } from '../transport/limit';
import { isBefore } from '../transport/version';
import { wait } from '../transport/wait';
import type { Call, Json } from '../operation/types';
import { documentsNamed, documentsPath, isSettled } from './documents';

const FIRST_POLL_S = 0.3;
const LONGEST_POLL_S = 5;
/** Up to so many documents are asked for one by one: smaller answers than a page of the list. */
const FEW = 2;

/** A document when its indexing has ended, or when its time is over. */
export interface Indexed {
	/** As the list shows it. */
	document: Json;
	/** Its entry of the batch's indexing status; without counts of chunks where the batch is not known. */
	progress: Json;
}

interface Waiter {
	call: Call;
	document: Json;
	batch?: string;
	ends: number;
	status: unknown;
	/** Whether the first page of the list showed it, as it does what is new. */
	isOnFirstPage: boolean;
	resolve(indexed: Indexed): void;
	reject(reason: unknown): void;
}

/**
 * Waits for a document, by one loop for all that wait in the base: it polls at intervals of 0.3 to 5 s, shorter again when
 * something changes.
 *
 * @param batch of the call that wrote it; none where an earlier execution did
 * @throws {DifyError} `aborted` when the execution ends
 */
export async function indexed(call: Call, datasetId: string, document: Json, batch?: string): Promise<Indexed> {
	const watch = await call.once(`indexing ${datasetId}`, async () => await Promise.resolve(new IndexingWatch(datasetId)));
	return await watch.ended(call, document, batch);
}

/** The documents of one base that an execution waits for. */
class IndexingWatch {
	private readonly waiting = new Set<Waiter>();
	private delay = FIRST_POLL_S;
	private nextAt = 0;
	private isPolling = false;
	private wake = () => {};

	constructor(private readonly datasetId: string) {}

	async ended(call: Call, document: Json, batch?: string): Promise<Indexed> {
		const ends = Date.now() + call.param('options.indexingTimeout', 600) * 1000;
		return await new Promise((resolve, reject) => {
			this.waiting.add({ call, document, batch, ends, status: document.indexing_status, isOnFirstPage: true, resolve, reject });
			this.delay = FIRST_POLL_S;
			this.nextAt = Math.min(this.isPolling ? this.nextAt : Infinity, Date.now() + FIRST_POLL_S * 1000);
			if (this.isPolling) this.wake();
			else void this.poll(call.signal);
		});
	}

	private async poll(signal: AbortSignal): Promise<void> {
		this.isPolling = true;
		try {
			while (this.waiting.size) {
				await this.pause(signal);
				const hasChanged = await this.round();
				this.delay = hasChanged ? FIRST_POLL_S : Math.min(LONGEST_POLL_S, this.delay * 1.5);
				const earliest = Math.min(...[...this.waiting].map(({ ends }) => ends));
				this.nextAt = Math.min(Date.now() + this.delay * 1000, earliest);
			}
		} catch (error) {
			for (const waiter of this.waiting) waiter.reject(error);
			this.waiting.clear();
		}
		this.isPolling = false;
	}

	/** Until the next poll, which a further document may bring forward. */
	private async pause(signal: AbortSignal): Promise<void> {
		while (Date.now() < this.nextAt) {
			const woken = new AbortController();
			this.wake = () => woken.abort();
			await wait((this.nextAt - Date.now()) / 1000, AbortSignal.any([signal, woken.signal]));
			throwIfCanceled(signal);
		}
	}

	/** Looks at all once; whether anything is other than before. */
	private async round(): Promise<boolean> {
		const waiters = [...this.waiting];
		const rows = waiters.length > FEW ? await this.rows(waiters) : new Map<unknown, Json>();
		const changes = waiters.map(async (waiter) => {
			const row = rows.get(waiter.document.id);
			const isOver = Date.now() >= waiter.ends;
			if (row && !isOver && !isSettled(statusOf(row))) return noted(waiter, statusOf(row));
			return await this.look(waiter, row).catch((error: unknown) => {
				this.waiting.delete(waiter);
				waiter.reject(error);
				return true;
			});
		});
		return (await Promise.all(changes)).some(Boolean);
	}

	/**
	 * What lists say about them, by id: the first page, and for those it does not show the lists of what is not indexed yet,
	 * which servers before 1.10.1 do not part from the rest. A list that fails tells nothing.
	 */
	private async rows(waiters: Waiter[]): Promise<Map<unknown, Json>> {
		const rows = new Map<unknown, Json>();
		const [{ call }] = waiters;
		const read = async (query: Json) => {
			const page = call.json({ method: 'GET', path: documentsPath(this.datasetId), query: { ...query, page: 1, limit: 100 } });
			const { data } = await page.catch(() => ({ data: [] }));
			throwIfCanceled(call.signal);
			for (const row of data as Json[]) rows.set(row.id, row);
		};
		if (waiters.some(({ isOnFirstPage }) => isOnFirstPage)) await read({});
		for (const waiter of waiters) waiter.isOnFirstPage &&= rows.has(waiter.document.id);
		const others = waiters.filter(({ document }) => !rows.has(document.id));
		if (others.length <= FEW || isBefore(call.version, '1.10.1')) return rows;
		// In the order of the life cycle, so that one that goes on between both is not overlooked.
		for (const status of ['queuing', 'indexing']) await read({ status });
		return rows;
	}

	/** Asks for one document; ends its wait when it is settled or its time is over. */
	private async look(waiter: Waiter, row: Json | undefined): Promise<boolean> {
		const { call, document, batch, ends } = waiter;
		const progress = batch === undefined ? undefined : await this.progress(waiter, batch);
		if (progress && !isSettled(progress.indexing_status) && Date.now() < ends) return noted(waiter, progress.indexing_status);
		const found = row && isSettled(statusOf(row)) ? row : await this.named(waiter);
		if (!found && !progress) throw new DifyError('Document not found.', { code: 'not_found', status: 404 });
		const current: Json = found ? { ...found, indexing_status: statusOf(found) } : { ...document, word_count: null, indexing_status: progress?.indexing_status };
		if (!progress && !isSettled(current.indexing_status) && Date.now() < ends) return noted(waiter, current.indexing_status);
		this.waiting.delete(waiter);
		throwIfCanceled(call.signal);
		waiter.resolve({ document: current, progress: progress ?? current });
		return true;
	}

	private async progress({ call, document }: Waiter, batch: string): Promise<Json> {
		const path = `${documentsPath(this.datasetId)}/${encodeURIComponent(batch)}/indexing-status`;
		const entries = (await call.json({ method: 'GET', path })).data as Json[];
		return entries.find(({ id }) => id === document.id) ?? entries[0];
	}

	private async named({ call, document }: Waiter): Promise<Json | undefined> {
		const found = await documentsNamed(call, this.datasetId, String(document.name));
		return found.find(({ id }) => id === document.id);
	}
}

/** A list shows a pause by the display status alone. */
function statusOf({ display_status, indexing_status }: Json): Json[string] {
	return display_status === 'paused' ? 'paused' : indexing_status;
}

function noted(waiter: Waiter, status: unknown): boolean {
	const hasChanged = waiter.status !== status;
	waiter.status = status;
	return hasChanged;
}
