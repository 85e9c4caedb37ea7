import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { apiRoot } from '../../src/transport/url';

/** A way to a Dify on which the first stream breaks off. */
export interface BrokenWay {
	domain: string;
	/** Requests that went this way: method and path. */
	requests: string[];
	/** Streams that were broken. */
	cuts(): number;
	close(): void;
}

/** Passes everything on; the first stream ends, connection and all, with the event that this marks. */
export async function brokenWay(domain: string, mark: string): Promise<BrokenWay> {
	const requests: string[] = [];
	let cuts = 0;
	const server = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		domain: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		cuts: () => cuts,
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	};

	async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = 'GET', url = '', headers } = request;
		requests.push(`${method} ${url.split('?')[0]}`);
		const sent = await buffer(request);
		const answer = await fetch(apiRoot(domain).replace(/\/v1$/, '') + url, {
			method,
			headers: { authorization: String(headers.authorization), 'content-type': 'application/json' },
			body: sent.length ? sent : undefined,
		});
		const type = answer.headers.get('content-type') ?? '';
		response.writeHead(answer.status, { 'content-type': type, 'x-version': answer.headers.get('x-version') ?? '' });
		const breaks = method === 'POST' && type.startsWith('text/event-stream') && cuts === 0;
		const decoder = new TextDecoder();
		let text = '';
		for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) {
			text += decoder.decode(bytes, { stream: true });
			const end = breaks && text.includes(mark) ? text.indexOf('\n\n', text.indexOf(mark)) : -1;
			if (end >= 0) {
				cuts += 1;
				await new Promise<void>((resolve) => response.write(text.slice(0, end + 2), () => resolve()));
				response.destroy();
				return;
			}
			if (!breaks) response.write(bytes);
		}
		response.end(breaks ? text : undefined);
	}
}
