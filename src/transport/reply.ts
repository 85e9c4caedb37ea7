import { Readable } from 'node:stream';

import { errorFromAnswer, type DifyError, type DifyErrorDetails } from './error';
import type { Incoming } from './incoming';
import { networkError, type Deadlines } from './network';

export interface Reply {
	status: number;
	/** The address that answered, after redirects. */
	url: string;
	headers: Record<string, string | string[] | undefined>;
	/** Read it to the end, leave it by `break` or do not touch it: each frees the socket. `destroy` does so during a read. */
	body: AsyncIterable<Uint8Array> & { destroy(): void };
	/** The whole body as UTF-8, at less cost than chunk by chunk. */
	text(): Promise<string>;
}

/** A reply's body as a Node stream, for n8n's binary store. */
export function asReadable({ body }: Reply): Readable {
	return Readable.from(body, { objectMode: false });
}

/** A reply as long as nobody has decided what to do with its body. */
export interface OpenReply extends Reply {
	/** Frees the socket unless somebody has begun to read. */
	release(): void;
}

const MAX_REFUSAL_BYTES = 64 * 1024;

/** The body as UTF-8 text; of a longer one the first chunks up to `maxBytes`, and the socket is closed. */
export async function readText(body: AsyncIterable<Uint8Array>, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
	const parts: Uint8Array[] = [];
	await collect(body, maxBytes, parts);
	return Buffer.concat(parts).toString('utf8');
}

export function replyOf(incoming: Incoming, url: string, deadlines: Deadlines): OpenReply {
	const { status, headers } = incoming;
	const body = {
		async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
			try {
				yield* incoming.chunks();
			} catch (caught) {
				throw networkError(caught, deadlines);
			}
		},
		destroy: () => incoming.destroy(),
	};
	const text = async () =>
		await incoming.text().catch((caught: unknown) => {
			throw networkError(caught, deadlines);
		});
	return { status, url, headers, body, text, release: () => incoming.discard() };
}

/** What an answer with another status than 2xx says; if it breaks off, what has arrived of it. */
export async function refusal(reply: Reply, method: string): Promise<DifyError> {
	const parts: Uint8Array[] = [];
	await collect(reply.body, MAX_REFUSAL_BYTES, parts).catch(() => undefined);
	const text = encodingOf(reply) ? '' : Buffer.concat(parts).toString('utf8');
	return errorFromAnswer(reply.status, text, detailsOf(reply, method));
}

export function detailsOf(reply: Reply, method: string): Omit<DifyErrorDetails, 'code' | 'status'> {
	const wait = headerOf(reply, 'retry-after');
	const seconds = /^\d+$/.test(wait) ? Number(wait) : (Date.parse(wait) - Date.now()) / 1000;
	return {
		url: addressOf(method, reply.url),
		version: headerOf(reply, 'x-version') || undefined,
		retryAfter: seconds > 0 ? seconds : undefined,
	};
}

/** How errors name an address. */
export function addressOf(method: string, url: string): string {
	return `${method} ${url.split('?')[0]}`;
}

/** The compression of the body, which nobody asked for; empty for none. */
export function encodingOf(reply: Reply): string {
	return headerOf(reply, 'content-encoding').replace(/^identity$/i, '');
}

export function headerOf({ headers }: Reply, name: string): string {
	return [headers[name]].flat()[0]?.trim() ?? '';
}

async function collect(body: AsyncIterable<Uint8Array>, maxBytes: number, parts: Uint8Array[]): Promise<void> {
	let size = 0;
	for await (const part of body) {
		parts.push(part);
		size += part.byteLength;
		if (size >= maxBytes) break;
	}
}
