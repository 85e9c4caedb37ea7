/** Something that goes wrong on order. */
export interface Fault {
	/** Route string such as `POST /datasets`; absent = any. */
	route?: string;
	/** How often; default 1. */
	times?: number;
	/** Answer this instead of executing. */
	status?: number;
	/** A JSON object, or text for HTML. */
	body?: unknown;
	headers?: Record<string, string>;
	/** Close the connection after so many bytes of the real answer's body. */
	cutAfterBytes?: number;
	/** Send nothing more after so many bytes, without closing. */
	stallAfterBytes?: number;
	/** Put invalid UTF-8 and broken JSON into the body after so many bytes. */
	garbageAfterBytes?: number;
	/** Send the body in pieces of so many bytes. */
	chunkSize?: number;
	/** Wait so long before the answer. */
	delayMs?: number;
	/** Close the connection without an answer, before executing. */
	drop?: boolean;
	/** Execute, then close the connection without answering. */
	dropAfter?: boolean;
	/** The next created document ends in `error` with this text. */
	indexingError?: string;
	/** The next created document stays waiting. */
	indexingNever?: boolean;
	/** Somebody pauses the next created document while it is read. */
	indexingPaused?: boolean;
}

interface Order {
	fault: Fault;
	left: number;
}

const concernsIndexing = ({ indexingError, indexingNever, indexingPaused }: Fault) =>
	indexingError !== undefined || Boolean(indexingNever ?? indexingPaused);

/** The faults that are still to come, oldest first. */
export class Faults {
	private orders: Order[] = [];

	add(fault: Fault) {
		this.orders.push({ fault, left: fault.times ?? 1 });
	}

	clear() {
		this.orders = [];
	}

	/** The fault of a request to this route, counted as used. */
	take(route: string) {
		return this.use((fault) => !concernsIndexing(fault) && (!fault.route || fault.route === route));
	}

	/** The fault of a document that begins to be indexed. */
	takeIndexing() {
		return this.use(concernsIndexing);
	}

	private use(fits: (fault: Fault) => boolean) {
		const order = this.orders.find(({ fault, left }) => left > 0 && fits(fault));
		if (!order) return undefined;
		order.left -= 1;
		this.orders = this.orders.filter(({ left }) => left > 0);
		return order.fault;
	}
}
