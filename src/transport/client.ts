import { Readable } from 'node:stream';

import { DifyError } from './error';
import { exchange, keyOf } from './exchange';
import { throughGate } from './gate';
import { limitOf } from './limit';
import type { Multipart } from './multipart';
import type { PoolSettings } from './pool';
import { addressOf, detailsOf, readText, type OpenReply, type Reply } from './reply';
import { isAmbiguous, isConcurrencyRefusal, isWindowRefusal, waitBeforeRetry } from './retry';
import { apiRoot } from './url';
import { wait } from './wait';

export { isConcurrencyRefusal, readText, type Reply };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A Dify server and how to reach it. */
export interface Connection extends PoolSettings {
	/** In any form {@link apiRoot} reads. */
	domain: string;
	/** App key or knowledge key; appears in no error, log or URL. */
	apiKey: string;
	/** Seconds without a byte after which a call is given up; undici's clock may add one. */
	idleTimeout: number;
	/** Repetitions of a failed call that is safe to repeat. */
	retries: number;
	/** Throws when the credential does not allow this address. */
	assertAllowed?(url: string): void;
}

/** One HTTP exchange. */
export interface Request {
	method: Method;
	/** After `/v1`, encoded. */
	path: string;
	query?: Record<string, unknown>;
	/** Objects travel as JSON. */
	body?: Record<string, unknown> | Multipart;
	signal?: AbortSignal;
	/** Seconds without a byte; default: the connection's. */
	idleTimeout?: number;
	/** Seconds for the whole exchange with all its repetitions; default: none. */
	timeout?: number;
}

/** Seconds for which a request may be kept back by Dify's limit of requests to knowledge bases. */
const LONGEST_KEPT_BACK_S = 600;

type Limited = Request & { signal: AbortSignal };
type Read<T> = (reply: Reply) => Promise<T> | T;
/** `executed`: the server may have carried out the request. */
type Outcome<T> = { value: T } | { error: unknown; executed: boolean };

/**
 * One answer with status 2xx; its body is read by `read`, within the same repetitions.
 *
 * Repeats on lost connections, silence, 429, 502, 503 and 504 with exponential back-off, jitter and `Retry-After` (up to
 * 60 s), what can be repeated: GET, PUT, PATCH and DELETE always, POST only when Dify cannot have executed it. The limit of
 * Dify's cloud for knowledge requests is waited out for up to 10 minutes, however many repetitions are allowed, unless none.
 *
 * @throws {DifyError} and whatever else `read` throws
 */
export async function send<T>(connection: Connection, request: Request, read: Read<T>): Promise<T> {
	const key = keyOf(connection);
	const limit = limitOf(request.signal, request.timeout);
	let url = request.path;
	try {
		const root = apiRoot(connection.domain);
		url = root + request.path;
		return await repeat(connection, { ...request, signal: limit.signal }, root, read);
	} catch (caught) {
		throw located(caught, addressOf(request.method, url), key);
	} finally {
		limit.release();
	}
}

/**
 * The JSON of one exchange; `{}` for an empty answer.
 *
 * @throws {DifyError}
 */
export async function sendForJson(connection: Connection, request: Request): Promise<unknown> {
	return await send(connection, request, asJson(request));
}

/** Reads a JSON answer to the request; `{}` where Dify answers nothing. */
export function asJson(request: Request): Read<unknown> {
	return async (reply) => {
		const text = await reply.text();
		if (reply.status === 204 || !text.trim()) return {};
		const answer = parsed(text);
		if (answer !== undefined) return answer;
		const details = { ...detailsOf(reply, request.method), code: 'not_dify', status: reply.status };
		throw new DifyError('The address answers, but not as Dify does', details);
	};
}

async function repeat<T>(connection: Connection, request: Limited, root: string, read: Read<T>): Promise<T> {
	const { method, path, signal } = request;
	let maybeDone = false;
	const keptBackUntil = Date.now() + LONGEST_KEPT_BACK_S * 1000;
	for (let tries = 0; ; tries++) {
		const outcome = await attempt(connection, request, root, read);
		if ('value' in outcome) return outcome.value;
		const { error, executed } = outcome;
		if (isWindowRefusal(error) && connection.retries > 0 && Date.now() < keptBackUntil) {
			tries -= 1;
			continue;
		}
		if (maybeDone && method === 'DELETE' && isMissing(error)) return await read(nothingAt(root + path));
		maybeDone ||= executed;
		const allowed = tries < connection.retries && !(method === 'POST' && executed);
		const seconds = allowed ? waitBeforeRetry(error, tries) : undefined;
		if (seconds === undefined) throw error;
		await wait(seconds, signal);
		if (signal.aborted) throw interrupted(signal.reason as DifyError, error);
	}
}

async function attempt<T>(connection: Connection, request: Limited, root: string, read: Read<T>): Promise<Outcome<T>> {
	let reply: OpenReply | undefined;
	try {
		const { signal } = request;
		const answering = async () => await exchange(connection, request, root);
		reply = await (connection.retries > 0 ? throughGate(`${root} ${connection.apiKey}`, signal, answering) : answering());
		return { value: await read(reply) };
	} catch (error) {
		return { error, executed: reply !== undefined || isAmbiguous(error) };
	} finally {
		reply?.release();
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isMissing(error: unknown): boolean {
	return error instanceof DifyError && error.status === 404 && error.code !== 'endpoint_missing';
}

function nothingAt(url: string): Reply {
	return { status: 204, url, headers: {}, body: Readable.from([]), text: async () => await Promise.resolve('') };
}

/** What ended the wait, and what it was waiting for. */
function interrupted({ message, code }: DifyError, last: unknown): DifyError {
	return new DifyError(last instanceof DifyError ? `${message} (${last.message})` : message, { code });
}

function located(caught: unknown, url: string, key: string): unknown {
	return caught instanceof DifyError ? caught.locatedAt(url, key) : caught;
}
