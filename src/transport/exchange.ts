import { Readable } from 'node:stream';

import type { Connection, Request } from './client';
import { DifyError } from './error';
import { dispatched } from './incoming';
import { unless } from './limit';
import { Multipart } from './multipart';
import { networkError, type Deadlines } from './network';
import { blocked, CONNECT_TIMEOUT, poolFor } from './pool';
import { addressOf, detailsOf, encodingOf, headerOf, refusal, replyOf, type OpenReply } from './reply';
import { queryString } from './url';

type Limited = Request & { signal: AbortSignal };

const USER_AGENT = 'n8n-nodes-dify-oapi';
const MAX_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];
const DEFAULT_IDLE_S = 60;
const LONGEST_IDLE_S = 2_000_000;

/** One attempt: the answer with status 2xx, after redirects within the same origin. */
export async function exchange(connection: Connection, request: Limited, root: string): Promise<OpenReply> {
	let url = `${root}${request.path}${queryString(request.query ?? {})}`;
	for (let hop = 0; ; hop++) {
		const reply = await open(connection, request, url);
		const { status } = reply;
		if (status >= 200 && status < 300) return plain(reply, request);
		const location = headerOf(reply, 'location');
		if (!location || !REDIRECTS.includes(status)) throw await refusal(reply, request.method);
		reply.release();
		url = redirectTarget(url, location, request, status, hop);
	}
}

/** The key as it travels. It is pasted with blanks around; outside visible ASCII nothing can stand in a header. */
export function keyOf({ apiKey }: Connection): string {
	const key = apiKey.trim().replace(/^Bearer(?:\s+|$)/i, '');
	if (/^[\x21-\x7e]+$/.test(key)) return key;
	throw new DifyError('The API key is empty or holds characters that no key has', {
		code: 'key_invalid',
		unsent: true,
	});
}

async function open(connection: Connection, request: Limited, url: string): Promise<OpenReply> {
	const { signal, method } = request;
	const deadlines = deadlinesOf(connection, request);
	await assertReachable(connection, request, url, deadlines);
	const payload = payloadOf(request, deadlines.idle);
	try {
		const { headers, body } = payload instanceof Promise ? await unless(signal, payload) : payload;
		const { origin, pathname, search } = new URL(url);
		const options = {
			method,
			origin,
			path: pathname + search,
			headers: { ...headersOf(connection), ...headers },
			body,
			headersTimeout: deadlines.idle * 1000,
			bodyTimeout: deadlines.idle * 1000,
			// undici closes the socket after a DELETE with a body unless told not to.
			reset: false,
		};
		return replyOf(await dispatched(poolFor(connection, url), options, signal), url, deadlines);
	} catch (caught) {
		void Promise.resolve(payload).then(({ body }) => body instanceof Readable && body.destroy()).catch(() => undefined);
		throw networkError(caught, deadlines);
	}
}

function headersOf(connection: Connection): Record<string, string> {
	return { authorization: `Bearer ${keyOf(connection)}`, 'user-agent': USER_AGENT, 'accept-encoding': 'identity' };
}

function payloadOf({ method, body }: Request, idle: number): Payload | Promise<Payload> {
	if (body instanceof Multipart) return body.open(idle);
	if (!body && method === 'GET') return { headers: {} };
	return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) };
}

interface Payload {
	headers: Record<string, string>;
	body?: string | Readable;
}

function deadlinesOf(connection: Connection, request: Request): Deadlines {
	const idle = request.idleTimeout ?? connection.idleTimeout;
	return {
		idle: idle > 0 ? Math.min(idle, LONGEST_IDLE_S) : DEFAULT_IDLE_S,
		connect: connection.connectTimeout ?? CONNECT_TIMEOUT,
	};
}

async function assertReachable(
	connection: Connection,
	request: Limited,
	url: string,
	deadlines: Deadlines,
): Promise<void> {
	connection.assertAllowed?.(url);
	if (!connection.egress) return;
	const verdict = await unless(request.signal, connection.egress.validateUrl(url)).catch((caught: unknown) => {
		throw networkError(caught, deadlines);
	});
	if (!verdict.ok) throw blocked(verdict.error).locatedAt(addressOf(request.method, url), '');
}

/** No compression was asked for; bytes that come so all the same are nothing a caller can read. */
function plain(reply: OpenReply, { method }: Request): OpenReply {
	const encoding = encodingOf(reply);
	if (!encoding) return reply;
	reply.release();
	const message = `A proxy compresses the answers (${encoding}), although the request forbids it`;
	throw new DifyError(message, { ...detailsOf(reply, method), code: 'not_dify', status: reply.status });
}

function redirectTarget(
	from: string,
	location: string,
	{ method, path }: Request,
	status: number,
	hop: number,
): string {
	const target = URL.canParse(location, from) ? new URL(location, from) : undefined;
	const sameOrigin = target?.origin === new URL(from).origin;
	const keepsMethod = method === 'GET' || status === 307 || status === 308;
	if (target && sameOrigin && keepsMethod && hop < MAX_REDIRECTS) return target.href;

	const where = target ? `${target.origin}${target.pathname}` : location;
	const way = hop < MAX_REDIRECTS ? 'to' : 'in circles, at last to';
	const domain =
		target && !sameOrigin && where.endsWith(path) ? `. Enter ${where.slice(0, -path.length)} as the domain` : '';
	const details = { code: 'redirected', status, url: addressOf(method, from) };
	throw new DifyError(`The server redirects ${way} ${where}${domain}`, details);
}
