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
	| 'proxy_too_large'
	| 'redirected'
	| 'server_page'
	| 'tls_failed'
	| 'total_timeout'
	| 'upload_changed';

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
		super(message, { cause: details.cause });
		this.name = 'DifyError';
		this.code = details.code;
		this.status = details.status;
		this.url = details.url;
		this.version = details.version;
		this.retryAfter = details.retryAfter;
		this.unsent = details.unsent ?? false;
		this.partial = details.partial;
	}
}

const HTML = /^\s*(?:<!doctype html|<html|<head|<\?xml)/i;

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
	if (!answer) {
		const html = HTML.test(text);
		const message = html || !text.trim() ? `HTTP ${status}` : text.trim().slice(0, 300);
		return new DifyError(message, { ...details, status, code: pageCode(status, html) });
	}
	const message = readableMessage(String(answer.message ?? answer.error ?? ''));
	const fields = Object.entries(asObject(answer.errors)).map(([field, reason]) => `${field}: ${String(reason)}`);
	const params = typeof answer.params === 'string' ? [`(${answer.params})`] : [];
	return new DifyError([message, ...fields, ...params].filter(Boolean).join(' '), {
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
	const json = /^(.*?)(?:\[[\w./-]+\] Error: )?(?:req_id: \w+ )?(?:PluginInvokeError: )?(\{.*\})\s*$/s.exec(text);
	const inner = json && parseObject(json[2]);
	if (json && inner && typeof inner.message === 'string') return `${json[1]}${inner.message}`.trim();
	return text;
}

/** The error of an in-stream `error` event; launch errors carry no `code` and mean what a 400 `invalid_param` means. */
export function errorFromEvent(event: Record<string, unknown>, details: Partial<DifyErrorDetails> = {}): DifyError {
	const code = typeof event.code === 'string' ? event.code : 'invalid_param';
	const status = typeof event.code === 'string' && typeof event.status === 'number' ? event.status : 400;
	return new DifyError(readableMessage(String(event.message ?? 'The run ended without a reason')), {
		...details,
		code,
		status,
	});
}

function codeOf(status: number): string {
	const known: Record<number, string> = { 400: 'invalid_param', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' };
	return known[status] ?? 'unknown';
}

function pageCode(status: number, html: boolean): TransportCode {
	if (status === 404) return 'endpoint_missing';
	if (status === 413) return 'proxy_too_large';
	if (status === 502 || status === 503 || status === 504 || (status >= 520 && status <= 524)) return 'proxy_cut';
	return html || status < 500 ? 'not_dify' : 'server_page';
}

function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function asObject(value: unknown): Record<string, unknown> {
	return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
