import type { AppKind } from './apps';
import type { Fault } from './faults';
import type { ReceivedFile } from './forms';
import { start } from './server';

export type { Fault } from './faults';

/** How an emulator is set up. */
export interface EmulatorOptions {
	/** 0 = a free port (default). */
	port?: number;
	/** Dialect: `0.15.3`, `1.4.3`, `1.10.1`, `1.13.0`, `1.14.2`, `1.16` or `main-2026-06` (default). */
	version?: string;
	/** Unknown query or body keys are a 400 (default false). */
	strict?: boolean;
	/** Time of each step of the indexing life cycle (default 20). */
	indexingMs?: number;
	/** Pause between streamed pieces of an answer (default 0). */
	tokenMs?: number;
	/** How many times faster than on a real server its own waits pass: pings, silent streams, a slow model (default 1). */
	pace?: number;
	/** Beginning of signed file URLs; default the emulator's own address, '' makes them relative. */
	filesUrl?: string;
	/** Serve https. */
	certificate?: { key: string; cert: string };
}

/** The cloud's limit of requests with the knowledge key. Refused ones count, too, as in Dify's source. */
export interface KnowledgeLimit {
	requests: number;
	/** Length of the sliding window; 60,000 on the cloud. */
	windowMs: number;
	/** Seconds that a proxy in front names in `Retry-After`; Dify names none. */
	retryAfter?: number;
}

/** How many runs an app may have at a time: its Max Active Requests. */
export interface RunLimit {
	requests: number;
	/** Status of a refusal; 429 of Dify 0.6.14 to 0.14.1, which its documentation still promises (default 400). */
	status?: 400 | 429;
}

/** A request as the log keeps it. */
export interface ReceivedRequest {
	method: string;
	/** Path on the wire, `/v1` included, without the query. */
	path: string;
	/** Route string such as `GET /datasets`; empty where no route fits. */
	route: string;
	query: Record<string, string | string[]>;
	/** Parsed JSON, else the text; undefined without a body. */
	body: unknown;
	multipart?: { fields: Record<string, string>; files: ReceivedFile[] };
	/** Null until answered, and where the connection was dropped instead. */
	status: number | null;
	/** Milliseconds since the epoch. */
	at: number;
}

/** A running emulator. */
export interface Emulator {
	/** `http://127.0.0.1:PORT`; the API is below `/v1`. */
	url: string;
	keys: {
		dataset: string;
		chat: string;
		form: string;
		agent: string;
		chatflow: string;
		/** Waits for a person before it answers. */
		chatflowHuman: string;
		completion: string;
		/** Gives back its inputs. */
		workflow: string;
		workflowFail: string;
		/** A word each 200 ms, or as `tokenMs` says. */
		workflowSlow: string;
		/** Waits for a person, with a form of every input type. */
		workflowHuman: string;
		/** Waits for a person twice. */
		workflowTwice: string;
		/** Gives arrays, objects and files. */
		workflowTypes: string;
	};
	/** Everything received since the start or the last reset. */
	requests: ReceivedRequest[];
	faults: { add(fault: Fault): void; clear(): void };
	/** From now on; none lifts it. */
	limitKnowledge(limit?: KnowledgeLimit): void;
	/** From now on, until a reset; none lifts it. */
	limitRuns(app: AppKind, limit?: RunLimit): void;
	/** `runs` go on now, `places` of the limits of apps are held; `connections` counts TCP connections ever accepted, `sockets` those open now. */
	counts(): Record<'datasets' | 'documents' | 'segments' | 'runs' | 'places' | 'sockets' | 'connections', number>;
	/** Empties the workspace, the log and the faults. */
	reset(): void;
	/** Ends open sockets too. */
	close(): Promise<void>;
}

/** Starts a strict, stateful Dify Service API on the loopback interface. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	return await start(options);
}
