import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';

import { readText, send, sendForJson } from '../../../src/transport/client';
import { closeAll, connectionTo, json, refused, serve, serveRaw, until } from './server';

afterEach(closeAll);

describe('sendForJson', () => {
	it('sends JSON with the key and gives the JSON of the answer', async () => {
		const server = await serve((request, response) => {
			let text = '';
			request.on('data', (part: Buffer) => (text += part.toString()));
			request.on('end', () => json(response, 200, { got: JSON.parse(text) as unknown, url: request.url }));
		});
		const answer = await sendForJson(connectionTo(server), {
			method: 'POST',
			path: '/datasets',
			query: { tag: ['a', 'b'] },
			body: { name: '知识', list: [1] },
		});
		expect(answer).toEqual({ got: { name: '知识', list: [1] }, url: '/v1/datasets?tag=a&tag=b' });
		expect(server.requests[0].headers).toMatchObject({
			authorization: 'Bearer app-SECRETKEY0123456789',
			'content-type': 'application/json',
			'accept-encoding': 'identity',
			'user-agent': 'n8n-nodes-dify-oapi',
		});
	});

	it('sends an empty object where Dify demands a body, and none with GET', async () => {
		const bodies: string[] = [];
		const server = await serve(async (request, response) => {
			bodies.push(`${request.headers['content-type']} ${await readText(request)}`);
			json(response, 200, {});
		});
		await sendForJson(connectionTo(server), { method: 'DELETE', path: '/x' });
		await sendForJson(connectionTo(server), { method: 'GET', path: '/x' });
		expect(bodies).toEqual(['application/json {}', 'undefined ']);
	});

	it.each([
		['204 that claims to be JSON', 204, '', {}],
		['200 without a body', 200, '', {}],
		['200 with blanks', 200, ' \n', {}],
		['200 with the number 204', 200, '204', 204],
		['200 with null', 200, 'null', null],
		['201 with a list', 201, '[1]', [1]],
	])('%s', async (_, status, text, expected) => {
		const server = await serve((_request, response) => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(text);
		});
		expect(await sendForJson(connectionTo(server), { method: 'DELETE', path: '/x' })).toEqual(expected);
	});

	it('passes over 1xx answers', async () => {
		const server = await serve((_request, response) => {
			response.writeProcessing();
			response.writeEarlyHints({ link: '</a>; rel=preload' });
			json(response, 200, { late: true });
		});
		expect(await sendForJson(connectionTo(server), { method: 'GET', path: '/x' })).toEqual({ late: true });
	});

	it('names a web page with status 200 for what it is', async () => {
		const server = await serve((_request, response) => response.end('<!doctype html><title>Sign in</title>'));
		const error = await refused(sendForJson(connectionTo(server), { method: 'GET', path: '/info', query: { a: 1 } }));
		expect(error).toMatchObject({
			code: 'not_dify',
			status: 200,
			url: `GET ${server.origin}/v1/info`,
			message: 'The address answers, but not as Dify does',
		});
	});

	it('names a server that speaks no HTTP', async () => {
		const server = await serveRaw((socket) => socket.end('220 mail.example.org ESMTP ready\r\n'));
		const error = await refused(sendForJson(connectionTo(server), { method: 'GET', path: '/info' }));
		expect(error).toMatchObject({ code: 'not_dify', message: 'The address answers, but not in HTTP' });
	});

	it('refuses compressed answers in words', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
			response.end(Buffer.from([0x1f, 0x8b, 8, 0]));
		});
		const error = await refused(sendForJson(connectionTo(server), { method: 'GET', path: '/info' }));
		expect(error).toMatchObject({
			code: 'not_dify',
			status: 200,
			message: 'A proxy compresses the answers (gzip), although the request forbids it',
		});
	});
});

describe('send', () => {
	it('passes on what the reader throws, as it is and without a second attempt', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const bug = new TypeError('x is not a function');
		const call = send(connectionTo(server, { retries: 3 }), { method: 'GET', path: '/x' }, () => {
			throw bug;
		});
		expect(await refused(call)).toBe(bug);
		expect(server.requests).toHaveLength(1);
	});

	it('reuses sockets after bodies that nobody read', async () => {
		const server = await serve((_request, response) => json(response, 200, { text: 'x'.repeat(5000) }));
		for (let i = 0; i < 5; i++) await send(connectionTo(server), { method: 'GET', path: '/x' }, () => undefined);
		expect(server.requests).toHaveLength(5);
		expect(server.sockets.length).toBeLessThanOrEqual(2);
	});

	it('closes the socket of a stream that is left by break', async () => {
		const server = await serve((_request, response) => {
			response.write('one');
		});
		const first = await send(connectionTo(server), { method: 'GET', path: '/x' }, async ({ body }) => {
			for await (const chunk of body) return Buffer.from(chunk).toString();
			return undefined;
		});
		expect(first).toBe('one');
		await until(() => server.sockets[0].destroyed, 'the socket to close');
	});

	it('leaves a body that is read on in the background alone', async () => {
		const server = await serve((_request, response) => {
			response.write('one');
			setTimeout(() => response.end('two'), 100);
		});
		const rest = await send(connectionTo(server), { method: 'GET', path: '/x' }, async ({ body }) => {
			const chunks = body[Symbol.asyncIterator]();
			await chunks.next();
			return { chunks };
		});
		expect(Buffer.from((await rest.chunks.next()).value as Uint8Array).toString()).toBe('two');
		expect((await rest.chunks.next()).done).toBe(true);
		await sendForJson(connectionTo(server), { method: 'GET', path: '/x' }).catch(() => undefined);
		expect(server.sockets).toHaveLength(1);
	});

	it('gives status, headers and the address', async () => {
		const server = await serve((_request, response) => json(response, 201, {}, { 'x-version': '1.14.2' }));
		const reply = await send(connectionTo(server), { method: 'GET', path: '/x', query: { q: 1 } }, (each) => each);
		expect(reply).toMatchObject({ status: 201, url: `${server.origin}/v1/x?q=1`, headers: { 'x-version': '1.14.2' } });
	});
});

describe('the key', () => {
	const KEY = 'app-SECRETKEY0123456789';

	it.each(['app-a\nX-Evil: 1', 'app-schlüssel', 'app-钥', 'two words', '', '   ', 'Bearer '])(
		'%j is refused unsent',
		async (apiKey) => {
			const server = await serve((_request, response) => json(response, 200, {}));
			const error = await refused(sendForJson(connectionTo(server, { apiKey }), { method: 'GET', path: '/info' }));
			expect(error).toMatchObject({
				code: 'key_invalid',
				unsent: true,
				message: 'The API key is empty or holds characters that no key has',
			});
			expect(server.sockets).toHaveLength(0);
		},
	);

	it.each([` ${KEY}\n`, `Bearer ${KEY}`, `\tbearer  ${KEY} `])('%j is taken for the key in it', async (apiKey) => {
		const server = await serve((_request, response) => json(response, 200, {}));
		await sendForJson(connectionTo(server, { apiKey }), { method: 'GET', path: '/info' });
		expect(server.requests[0].headers.authorization).toBe(`Bearer ${KEY}`);
	});

	function expectNoKey(error: Error): void {
		const everything = [
			error.message,
			error.stack,
			JSON.stringify(error),
			inspect(error, { depth: 20, showHidden: true }),
		];
		expect(everything.join()).not.toContain(KEY);
	}

	it.each([
		['JSON', (text: string) => JSON.stringify({ code: `c-${text}`, message: `No such key ${text}!` })],
		['HTML', (text: string) => `<html><title>Bad key ${text}</title></html>`],
		['text', (text: string) => text],
	])('is hidden where the server echoes it as %s', async (_, echo) => {
		const server = await serve((_request, response) => {
			response.writeHead(401, { 'x-version': KEY });
			response.end(echo(KEY));
		});
		const error = await refused(sendForJson(connectionTo(server), { method: 'GET', path: '/info' }));
		expectNoKey(error);
		expect(error.message).toContain('***');
		expect(error).toMatchObject({ status: 401, version: '***', url: `GET ${server.origin}/v1/info` });
	});

	it('is hidden in redirects, in the domain and in broken protocol', async () => {
		const redirecting = await serve((_request, response) => {
			response.writeHead(302, { location: `https://example.org/${KEY}` });
			response.end();
		});
		const garbling = await serveRaw((socket) => socket.end(`${KEY} ${KEY}\r\n\r\n`));
		const cutting = await serveRaw((socket) => socket.destroy());
		const calls = [
			connectionTo(redirecting),
			connectionTo(garbling),
			connectionTo(cutting),
			connectionTo({ origin: `x y ${KEY}` }),
		];
		for (const connection of calls) {
			const error = await refused(sendForJson(connection, { method: 'GET', path: '/info' }));
			expectNoKey(error);
			expect(error.cause).toBeUndefined();
			expect(error.url).toMatch(/^GET .*\/info$/);
		}
	});

	it('is hidden in what a stream tells in its own errors', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const { DifyError } = await import('../../../src/transport/error');
		const error = await refused(
			send(connectionTo(server), { method: 'POST', path: '/x' }, () => {
				throw new DifyError(`Bad ${KEY}`, { code: 'a', partial: { answer: [`It is ${KEY}`], id: 7 } });
			}),
		);
		expectNoKey(error);
		expect(error).toMatchObject({ message: 'Bad ***', partial: { answer: ['It is ***'], id: 7 } });
	});
});

describe('the caller’s signal', () => {
	it('carries no listener after success and after refusal', async () => {
		const { signal } = new AbortController();
		const server = await serve((request, response) => json(response, request.url === '/v1/bad' ? 400 : 200, {}));
		await sendForJson(connectionTo(server), { method: 'GET', path: '/good', signal, timeout: 60 });
		await refused(sendForJson(connectionTo(server), { method: 'GET', path: '/bad', signal, timeout: 60 }));
		expect(getEventListeners(signal, 'abort')).toHaveLength(0);
	});
});
