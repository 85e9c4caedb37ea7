import { getEventListeners } from 'node:events';

import { readText, send, sendForJson } from '../../../src/transport/client';
import { Multipart } from '../../../src/transport/multipart';
import { closeAll, connectionTo, json, refused, serve, serveRaw, until } from './server';

afterEach(closeAll);

const GET = { method: 'GET', path: '/x' } as const;

/** An upload that gives `first` bytes and then nothing for ever. */
function stuckUpload(first = 10, opened?: () => void): Multipart {
	async function* source() {
		opened?.();
		yield new Uint8Array(first);
		await new Promise(() => undefined);
	}
	return new Multipart(
		{},
		{ file: { fileName: 'a.bin', mimeType: 'a/b', size: 1_000_000, open: () => Promise.resolve(source()) } },
	);
}

describe('deadlines', () => {
	it('gives up a connection that does not come to stand', async () => {
		const server = await serveRaw(() => undefined);
		const connection = connectionTo({ origin: server.origin.replace('http:', 'https:') }, { connectTimeout: 1 });
		const error = await refused(sendForJson(connection, GET));
		expect(error).toMatchObject({
			code: 'connection_timeout',
			unsent: true,
			status: undefined,
			message: 'The server did not accept a connection within 1 seconds',
		});
		await until(() => server.sockets[0].destroyed, 'the socket to close');
	});

	it('gives up a server that sends no headers', async () => {
		const server = await serve(() => undefined);
		const error = await refused(sendForJson(connectionTo(server, { idleTimeout: 1 }), GET));
		expect(error).toMatchObject({
			code: 'idle_timeout',
			unsent: false,
			url: `GET ${server.origin}/v1/x`,
			message: 'The server sent nothing for 1 seconds',
		});
		await until(() => server.sockets[0].destroyed, 'the socket to close');
	});

	it('gives up a server that goes silent in its answer, and not one that is slow', async () => {
		const server = await serve((request, response) => {
			let sent = 0;
			const timer = setInterval(() => {
				response.write('x');
				if (++sent === 6) {
					clearInterval(timer);
					if (request.url?.includes('ends')) response.end();
				}
			}, 350);
		});
		const read = async (path: string) =>
			await send(connectionTo(server), { ...GET, path, idleTimeout: 1 }, async ({ body }) => await readText(body));
		const [slow, silent] = await Promise.all([read('/ends'), refused(read('/stops'))]);
		expect(slow).toBe('xxxxxx');
		expect(silent).toMatchObject({
			code: 'idle_timeout',
			message: 'The server went silent for 1 seconds in the middle of its answer',
		});
		await until(() => server.sockets.some(({ destroyed }) => destroyed), 'the socket to close');
	}, 15_000);

	it('does not take a reader’s own pause for silence', async () => {
		const server = await serve((_request, response) => response.end('x'.repeat(3_000_000)));
		const size = await send(connectionTo(server, { idleTimeout: 1 }), GET, async ({ body }) => {
			let read = 0;
			for await (const chunk of body) {
				if (!read) await new Promise((resolve) => setTimeout(resolve, 2000));
				read += chunk.byteLength;
			}
			return read;
		});
		expect(size).toBe(3_000_000);
	}, 15_000);

	it('gives up a server that does not take an upload', async () => {
		const server = await serveRaw((socket) => socket.pause());
		const file = {
			fileName: 'a',
			mimeType: 'a/b',
			size: 50_000_000,
			open: () => Promise.resolve(new Uint8Array(50_000_000)),
		};
		const body = new Multipart({}, { file });
		const error = await refused(
			sendForJson(connectionTo(server, { idleTimeout: 1 }), { method: 'POST', path: '/x', body }),
		);
		expect(error).toMatchObject({ code: 'idle_timeout', unsent: false });
	});

	it('gives up a file that gives nothing more', async () => {
		const server = await serve((request) => request.resume());
		const call = sendForJson(connectionTo(server, { idleTimeout: 1 }), {
			method: 'POST',
			path: '/x',
			body: stuckUpload(),
		});
		expect(await refused(call)).toMatchObject({ code: 'idle_timeout', message: 'The file gave nothing for 1 seconds' });
		await until(() => server.sockets[0].destroyed, 'the socket to close');
	});

	it('does not count the time in the queue against a file', async () => {
		const server = await serve((request, response) => {
			if (request.method === 'GET') setTimeout(() => json(response, 200, {}), 1600);
			else request.resume().on('end', () => json(response, 200, { taken: true }));
		});
		const connection = connectionTo(server, { maxConnections: 1 });
		const file = {
			fileName: 'a',
			mimeType: 'a/b',
			size: 300_000,
			open: () => Promise.resolve(new Uint8Array(300_000)),
		};
		const first = sendForJson(connection, GET);
		const second = sendForJson(connection, {
			method: 'POST',
			path: '/x',
			idleTimeout: 1,
			body: new Multipart({}, { file }),
		});
		expect(await second).toEqual({ taken: true });
		await first;
	});

	it.each([0, -5, Number.NaN])('never waits for ever: idleTimeout %d means the default', async (idleTimeout) => {
		const server = await serve((_request, response) => json(response, 200, { ok: true }));
		expect(await sendForJson(connectionTo(server, { idleTimeout }), GET)).toEqual({ ok: true });
	});

	it('ends a call as a whole, body included, however alive it is', async () => {
		const server = await serve((_request, response) => {
			const timer = setInterval(() => response.write('x'), 50);
			response.on('close', () => clearInterval(timer));
		});
		const started = Date.now();
		const call = send(
			connectionTo(server, { retries: 5 }),
			{ ...GET, timeout: 0.5 },
			async ({ body }) => await readText(body),
		);
		expect(await refused(call)).toMatchObject({
			code: 'total_timeout',
			status: undefined,
			url: `GET ${server.origin}/v1/x`,
			message: 'Not finished within 0.5 seconds',
		});
		expect(Date.now() - started).toBeLessThan(4000);
		expect(server.requests).toHaveLength(1);
		await until(() => server.sockets[0].destroyed, 'the socket to close');
	});

	it('ends the wait between attempts and tells what it was waiting for', async () => {
		const server = await serve((_request, response) =>
			json(response, 503, { message: 'busy' }, { 'retry-after': '30' }),
		);
		const error = await refused(sendForJson(connectionTo(server, { retries: 5 }), { ...GET, timeout: 0.3 }));
		expect(error).toMatchObject({ code: 'total_timeout', message: 'Not finished within 0.3 seconds (busy)' });
	});

	it('takes a very long timeout for what it is', async () => {
		const server = await serve((_request, response) => setTimeout(() => json(response, 200, { ok: 1 }), 50));
		expect(await sendForJson(connectionTo(server), { ...GET, timeout: 10_000_000 })).toEqual({ ok: 1 });
	});
});

describe('cancelling', () => {
	function cancelled(url: string) {
		return { code: 'aborted', status: undefined, url, message: 'The execution was canceled' };
	}

	it('before anything is sent', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const signal = AbortSignal.abort(new Error('whatever'));
		const error = await refused(sendForJson(connectionTo(server, { retries: 3 }), { ...GET, signal }));
		expect(error).toMatchObject(cancelled(`GET ${server.origin}/v1/x`));
		expect(error.cause).toBeUndefined();
		expect(server.sockets).toHaveLength(0);
	});

	it.each([
		['while waiting for headers', GET],
		['during an upload', { method: 'POST', path: '/x', body: stuckUpload(100_000) }],
	] as const)('%s', async (_, request) => {
		const controller = new AbortController();
		const server = await serve((incoming) => {
			incoming.resume();
			setTimeout(() => controller.abort(), 50);
		});
		const call = sendForJson(connectionTo(server, { retries: 3 }), { ...request, signal: controller.signal });
		expect(await refused(call)).toMatchObject(cancelled(`${request.method} ${server.origin}/v1/x`));
		await until(() => server.sockets[0].destroyed, 'the socket to close');
		expect(server.requests).toHaveLength(1);
		expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
	});

	it('in the middle of the body', async () => {
		const controller = new AbortController();
		const server = await serve((_request, response) => {
			response.write('data: 1\n\n');
		});
		const call = send(connectionTo(server), { ...GET, signal: controller.signal }, async ({ body }) => {
			for await (const chunk of body) controller.abort(chunk);
		});
		expect(await refused(call)).toMatchObject(cancelled(`GET ${server.origin}/v1/x`));
		await until(() => server.sockets[0].destroyed, 'the socket to close');
		expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
	});

	it('in the queue for a socket, at once; nothing of it is sent later', async () => {
		const controller = new AbortController();
		let release = () => undefined as unknown;
		const server = await serve((_request, response) => {
			release = () => json(response, 200, {});
		});
		const connection = connectionTo(server, { maxConnections: 1 });
		const running = sendForJson(connection, GET);
		await until(() => server.requests.length === 1, 'the first request');
		let opened = 0;
		const body = stuckUpload(10, () => opened++);
		const queued = sendForJson(connection, { method: 'POST', path: '/late', body, signal: controller.signal });
		setTimeout(() => controller.abort(), 50);
		expect(await refused(queued)).toMatchObject({ code: 'aborted' });
		release();
		await running;
		const after = sendForJson(connection, { method: 'GET', path: '/after' });
		await until(() => server.requests.length > 1, 'the next request');
		release();
		await after;
		expect(server.requests.map(({ url }) => url)).toEqual(['/v1/x', '/v1/after']);
		expect(opened).toBeLessThanOrEqual(1);
	});

	it('while a connection is being opened, at once', async () => {
		const server = await serveRaw(() => undefined);
		const controller = new AbortController();
		const call = sendForJson(connectionTo({ origin: server.origin.replace('http:', 'https:') }), {
			...GET,
			signal: controller.signal,
		});
		const started = Date.now();
		setTimeout(() => controller.abort(), 50);
		expect(await refused(call)).toMatchObject({ code: 'aborted' });
		expect(Date.now() - started).toBeLessThan(3000);
	});

	it('in the wait between two attempts', async () => {
		const controller = new AbortController();
		const server = await serve((_request, response) => {
			json(response, 503, { message: 'busy' }, { 'retry-after': '30' });
			setTimeout(() => controller.abort(), 50);
		});
		const call = sendForJson(connectionTo(server, { retries: 3 }), { ...GET, signal: controller.signal });
		expect(await refused(call)).toMatchObject({ code: 'aborted' });
		expect(server.requests).toHaveLength(1);
	});
});
