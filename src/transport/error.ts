/** What a {@link DifyError} knows besides its message. */
export interface DifyErrorDetails {
	/** Dify's `code`, or one of this transport's own: see {@link TransportCode}. */
	code: string;
	/** HTTP status; none when no answer came. */
	status?: number;
	/** Method and resolved URL without query, never with the key. */
	url?: string;
	/** The server's `X-Version`. */
	version?: string;
	/** Seconds the server asked to wait (`Retry-After`). */
	retryAfter?: number;
	/** True when the server cannot have seen the request, so that sending it again is safe. */
	unsent?: boolean;
	/** What is known of an answer that broke off: partial text and ids. */
	partial?: Record<string, unknown>;
	cause?: unknown;
}

/** Codes for what happens before or instead of a Dify answer. */
export type TransportCode =
	| 'aborted'
	| 'connection_lost'
	| 'connection_refused'
	| 'connection_timeout'
	| 'dns_failed'
	| 'domain_invalid'
	| 'domain_not_allowed'
	| 'endpoint_missing'
	| 'host_blocked'
	| 'idle_timeout'
	| 'key_invalid'
	| 'not_dify'
	| 'proxy_cut'
	| 'proxy_refused'
	| 'proxy_too_large'
	| 'redirected'
	| 'server_page'
	| 'tls_failed'
	| 'too_many_requests'
	| 'total_timeout'
	| 'upload_changed'
	| 'upload_unreadable';

/** Everything that goes wrong between the nodes and Dify, HTTP or not. */
export class DifyError extends Error {
	readonly code: string;
	readonly status?: number;
	readonly url?: string;
	readonly version?: string;
	readonly retryAfter?: number;
	readonly unsent: boolean;
	readonly partial?: Record<string, unknown>;

	constructor(message: string, details: DifyErrorDetails) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.name = 'DifyError';
		this.code = details.code;
		this.status = details.status;
		this.url = details.url;
		this.version = details.version;
		this.retryAfter = details.retryAfter;
		this.unsent = details.unsent ?? false;
		this.partial = details.partial;
	}

	/** The same with its address, and with `***` wherever the key stood: servers and proxies may echo it. */
	locatedAt(url: string, key: string): DifyError {
		const { message, code, status, version, retryAfter, unsent, partial } = this;
		const known = { message, code, status, url: this.url ?? url, version, retryAfter, unsent, partial };
		const clean = withoutKey(known, key);
		return this.url && clean === known ? this : new DifyError(clean.message, clean);
	}
}

const HTML = /^\s*(?:<!doctype html|<html|<head|<\?xml)/i;
const MAX_PAGE_TEXT = 300;
const SHORTEST_KEY = 8;

/**
 * The error in an answer with status ≥ 400. Dify has three JSON shapes for it, by version: `{code, message, status}`,
 * `{errors, message}` (1.8.0–1.10.1) and `{code, message, params}` (≤ 1.7); chunk creation adds `{error}`. Proxies add HTML.
 */
export function errorFromAnswer(
	status: number,
	text: string,
	details: Omit<DifyErrorDetails, 'code' | 'status'>,
): DifyError {
	const answer = parseObject(text);
	if (!answer) return new DifyError(pageText(status, text), { ...details, status, code: pageCode(status) });
	const message = readableMessage(textOf(answer.message ?? answer.error));
	const params = typeof answer.params === 'string' ? `(${answer.params})` : '';
	return new DifyError([message, textOf(answer.errors), params].filter(Boolean).join(' ') || `HTTP ${status}`, {
		...details,
		status,
		code: typeof answer.code === 'string' ? answer.code : codeOf(status),
	});
}

/**
 * Dify's message as people should read it: without the framework's "did you mean" hint, and without the JSON text and
 * the prefixes around a model provider's own words.
 */
export function readableMessage(message: string): string {
	const text = message.replace(/\.? You have requested this URI \[.*$/s, '.');
	const start = text.indexOf('{');
	const inner = start >= 0 ? parseObject(text.slice(start).replace(/, code: -?\d+$/, '')) : undefined;
	if (typeof inner?.message !== 'string') return text;
	const prefix = text
		.slice(0, start)
		.replace(/(?:\[[\w./-]+\] Error: )?(?:req_id: \w* )?(?:PluginInvokeError: )?$/, '');
	return `${prefix}${inner.message}`;
}

/** The error of an in-stream `error` event; launch errors carry no `code` and mean what a 400 `invalid_param` means. */
export function errorFromEvent(event: Record<string, unknown>, details: Partial<DifyErrorDetails> = {}): DifyError {
	const code = typeof event.code === 'string' ? event.code : 'invalid_param';
	const status = typeof event.code === 'string' && typeof event.status === 'number' ? event.status : 400;
	const message = readableMessage(textOf(event.message)) || 'The run ended without a reason';
	return new DifyError(message, { ...details, code, status });
}

/** Old versions put an object of fields where a text belongs. */
function textOf(value: unknown): string {
	if (!isObject(value)) return typeof value === 'string' ? value : '';
	const fields = Object.entries(value).map(([field, reason]) => `${field}: ${typeof reason === 'string' ? reason : JSON.stringify(reason)}`);
	return fields.join(' ');
}

function codeOf(status: number): string {
	const known: Record<number, string> = {
		400: 'invalid_param',
		401: 'unauthorized',
		403: 'forbidden',
		404: 'not_found',
		429: 'too_many_requests',
	};
	return known[status] ?? 'unknown';
}

/** For what proxies, web servers and the framework answer: HTML or plain text. */
function pageCode(status: number): TransportCode {
	if (status === 404) return 'endpoint_missing';
	if (status === 413) return 'proxy_too_large';
	if (status === 429) return 'too_many_requests';
	if (status === 502 || status === 503 || status === 504 || (status >= 520 && status <= 524)) return 'proxy_cut';
	return status >= 500 ? 'server_page' : 'not_dify';
}

function pageText(status: number, text: string): string {
	const title = HTML.test(text) ? /<title>([^<]*)<\/title>/i.exec(text)?.[1] : text;
	const words = title?.replace(/\s+/g, ' ').trim().slice(0, MAX_PAGE_TEXT);
	if (!words) return `HTTP ${status}`;
	return words.startsWith(String(status)) ? `HTTP ${words}` : `HTTP ${status}: ${words}`;
}

function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Itself if the key stands nowhere in it. Text shorter than any key is left alone: hiding it would garble messages. */
function withoutKey<T extends object>(value: T, key: string): T {
	if (key.length < SHORTEST_KEY || !JSON.stringify(value).includes(JSON.stringify(key).slice(1, -1))) return value;
	const hide = (_: string, each: unknown) => (typeof each === 'string' ? each.replaceAll(key, '***') : each);
	return JSON.parse(JSON.stringify(value, hide)) as T;
}
