import { setTimeout as sleep } from 'node:timers/promises';
import { request as exchange, type Dispatcher } from 'undici';

import { DifyError, errorFromAnswer, type DifyErrorDetails } from './error';
import { Multipart } from './multipart';
import { poolFor, type PoolSettings } from './pool';
import { apiRoot, queryString } from './url';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A Dify server and how to reach it. */
export interface Connection extends PoolSettings {
	/** In any form {@link apiRoot} reads. */
	domain: string;
	/** App key or knowledge key; appears in no error, log or URL. */
	apiKey: string;
	/** Seconds without a byte after which a call is given up. */
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

export interface Reply {
	status: number;
	/** The address that answered, after redirects. */
	url: string;
	headers: Record<string, string | string[] | undefined>;
	/** Read it to the end or leave it by `break`: either frees the socket. */
	body: AsyncIterable<Uint8Array>;
}

const USER_AGENT = 'n8n-nodes-dify-oapi';
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_REDIRECTS = 3;
const LONGEST_WAIT_S = 60;

/**
 * One answer with status 2xx; its body is read by `read`, within the same repetitions.
 *
 * Repeats on lost connections, 429, 502, 503 and 504 with exponential back-off, jitter and `Retry-After`, what can be
 * repeated: GET, PUT, PATCH and DELETE always, POST only when Dify cannot have executed it.
 *
 * @throws {DifyError}
 */
export async function send<T>(
	connection: Connection,
	request: Request,
	read: (reply: Reply) => Promise<T> | T,
): Promise<T> {
	const deadline = request.timeout ? AbortSignal.timeout(request.timeout * 1000) : undefined;
	const signals = [request.signal, deadline].filter((each) => each !== undefined);
	const signal = signals.length ? AbortSignal.any(signals) : undefined;

	for (let attempt = 0; ; attempt++) {
		try {
			return await read(await attemptOnce(connection, { ...request, signal }));
		} catch (caught) {
			const error = describe(caught, connection, request, deadline);
			if (attempt && request.method === 'DELETE' && error.status === 404 && error.code !== 'endpoint_missing') {
				return await read({ status: 204, headers: {}, url: '', body: none() });
			}
			if (attempt >= connection.retries || signal?.aborted || !isRepeatable(error, request.method)) throw error;
			await pause(error.retryAfter ?? backOff(attempt), signal).catch(() => undefined);
			if (signal?.aborted) throw describe(signal.reason, connection, request, deadline);
		}
	}
}

/** The JSON of one exchange; `{}` for an empty answer. */
export async function sendForJson(connection: Connection, request: Request): Promise<unknown> {
	return await send(connection, request, async (reply) => {
		const text = await readText(reply.body);
		if (reply.status === 204 || !text) return {};
		const answer = parsed(text);
		if (answer !== undefined) return answer;
		throw new DifyError('The address answers, but not as Dify does', { code: 'not_dify', ...about(reply, request, reply.url) });
	});
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Whether Dify refused because too many runs are going on: 429, or 400 in most versions; nothing was executed. */
export function isConcurrencyRefusal(error: DifyError): boolean {
	if (error.code === 'rate_limit_error') return false;
	return error.status === 429 || (error.status === 400 && error.message.startsWith('Too many requests'));
}

export async function readText(body: AsyncIterable<Uint8Array>, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const part of body) {
		parts.push(part);
		size += part.byteLength;
		if (size >= maxBytes) break;
	}
	return Buffer.concat(parts).toString('utf8');
}

async function attemptOnce(connection: Connection, request: Request): Promise<Reply> {
	const root = apiRoot(connection.domain);
	let url = `${root}${request.path}${queryString(request.query ?? {})}`;
	for (let hop = 0; ; hop++) {
		await assertReachable(connection, url);
		const reply = await open(connection, request, url);
		const location = reply.headers.location;
		if (reply.status >= 300 && reply.status < 400 && typeof location === 'string') {
			await readText(reply.body, MAX_ERROR_BYTES);
			url = redirectTarget(url, location, request, reply.status, hop);
			continue;
		}
		if (reply.status < 300) return reply;
		throw errorFromAnswer(reply.status, await readText(reply.body, MAX_ERROR_BYTES), about(reply, request, url));
	}
}

async function open(connection: Connection, request: Request, url: string): Promise<Reply> {
	const idle = (request.idleTimeout ?? connection.idleTimeout) * 1000;
	const payload = await bodyOf(request);
	const answer = await exchange(url, {
		method: request.method,
		dispatcher: poolFor(connection),
		headers: { authorization: `Bearer ${validKey(connection.apiKey)}`, 'user-agent': USER_AGENT, ...payload.headers },
		body: payload.body,
		signal: request.signal,
		headersTimeout: idle,
		bodyTimeout: idle,
	});
	return { status: answer.statusCode, url, headers: answer.headers, body: answer.body };
}

async function bodyOf({ method, body }: Request): Promise<{ headers: Record<string, string>; body?: Dispatcher.DispatchOptions['body'] }> {
	if (body instanceof Multipart) return await body.open();
	if (!body && method === 'GET') return { headers: {} };
	return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) };
}

async function assertReachable(connection: Connection, url: string): Promise<void> {
	connection.assertAllowed?.(url);
	const verdict = await connection.egress?.validateUrl(url);
	if (verdict && !verdict.ok) {
		throw new DifyError(verdict.error.message, { code: 'host_blocked', url, unsent: true, cause: verdict.error });
	}
}

function redirectTarget(from: string, location: string, { method }: Request, status: number, hop: number): string {
	const target = new URL(location, from);
	const keepsMethod = method === 'GET' || status === 307 || status === 308;
	if (target.origin === new URL(from).origin && keepsMethod && hop < MAX_REDIRECTS) return target.href;
	throw new DifyError(`The server redirects to ${target.origin}${target.pathname}`, { code: 'redirected', status, url: from });
}

/** Keys are pasted with blanks around; anything else outside visible ASCII cannot stand in a header. */
function validKey(apiKey: string): string {
	const key = apiKey.trim().replace(/^Bearer\s+/i, '');
	if (/^[\x21-\x7e]+$/.test(key)) return key;
	throw new DifyError('The API key is empty or holds characters that no key has', { code: 'key_invalid' });
}

function about(reply: Reply, request: Request, url?: string): Omit<DifyErrorDetails, 'code' | 'status'> {
	const header = (name: string) => [reply.headers[name]].flat()[0];
	const wait = header('retry-after');
	const seconds = wait && (/^\d+$/.test(wait) ? Number(wait) : (Date.parse(wait) - Date.now()) / 1000);
	return {
		url: url && `${request.method} ${url.split('?')[0]}`,
		version: header('x-version'),
		retryAfter: seconds && seconds > 0 ? Math.min(seconds, LONGEST_WAIT_S) : undefined,
	};
}

const NETWORK: Record<string, [code: string, message: string]> = {
	ECONNREFUSED: ['connection_refused', 'Nothing answers at this address'],
	EHOSTUNREACH: ['connection_refused', 'The address cannot be reached'],
	ENETUNREACH: ['connection_refused', 'The address cannot be reached'],
	ENOTFOUND: ['dns_failed', 'The name of the server is not known'],
	EAI_AGAIN: ['dns_failed', 'The name of the server could not be looked up'],
	UND_ERR_CONNECT_TIMEOUT: ['connection_timeout', 'The server did not accept a connection within 10 seconds'],
	UND_ERR_HEADERS_TIMEOUT: ['idle_timeout', 'The server sent nothing within the idle timeout'],
	UND_ERR_BODY_TIMEOUT: ['idle_timeout', 'The server went silent in the middle of its answer'],
	UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: ['upload_changed', 'The file changed its size while it was read'],
};
const NEVER_SENT = new Set(['connection_refused', 'connection_timeout', 'dns_failed', 'tls_failed']);

/** Any failure of an attempt as a {@link DifyError} that names the address and not the key. */
function describe(caught: unknown, connection: Connection, request: Request, deadline?: AbortSignal): DifyError {
	if (caught instanceof DifyError) return caught;
	const url = `${request.method} ${apiRoot(connection.domain)}${request.path}`;
	if (deadline?.aborted) {
		return new DifyError(`Not finished within ${request.timeout} seconds`, { code: 'total_timeout', url, cause: caught });
	}
	if (request.signal?.aborted) return new DifyError('The execution was cancelled', { code: 'aborted', url, cause: caught });

	const cause = rootCause(caught);
	const reason = String(cause.code ?? '');
	const tls = /CERT|SSL|TLS|SIGNED|ALTNAME|ISSUER/.test(reason);
	const [code, message] = tls
		? ['tls_failed', `No secure connection: ${cause.message}`]
		: (NETWORK[reason] ?? ['connection_lost', `The connection broke off: ${cause.message}`]);
	const safe = connection.apiKey ? message.replaceAll(connection.apiKey, '***') : message;
	return new DifyError(safe, { code, url, unsent: NEVER_SENT.has(code), cause: caught });
}

function rootCause(caught: unknown): Error & { code?: string } {
	if (caught instanceof AggregateError && caught.errors.length) return rootCause(caught.errors[0]);
	const error = caught instanceof Error ? caught : new Error(String(caught));
	return error.cause instanceof Error && !(error as { code?: string }).code ? rootCause(error.cause) : error;
}

function isRepeatable(error: DifyError, method: Method): boolean {
	if (isConcurrencyRefusal(error)) return true;
	if (['aborted', 'total_timeout', 'tls_failed', 'upload_changed', 'host_blocked'].includes(error.code)) return false;
	if (error.code === 'dns_failed') return /looked up/.test(error.message);
	if (error.unsent) return true;
	if (method === 'POST') return false;
	return error.status === undefined ? ['connection_lost', 'idle_timeout'].includes(error.code) : [502, 503, 504].includes(error.status);
}

/** Seconds: 0.5, 1, 2, … up to 30, each shortened by up to a half. */
function backOff(attempt: number): number {
	return Math.min(30, 0.5 * 2 ** attempt) * (1 - Math.random() / 2);
}

async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
	await sleep(seconds * 1000, undefined, { signal });
}

async function* none(): AsyncGenerator<Uint8Array> {}
