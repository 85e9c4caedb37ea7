import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { send, sendForJson } from '../../../src/transport/client';
import { closePools, egressIsProtected, poolFor } from '../../../src/transport/pool';
import { closeAll, connectionTo, json, serve, until } from './server';

afterEach(closeAll);

const GET = { method: 'GET', path: '/x' } as const;

describe('the pool', () => {
	it('is one per settings, shared by callers with equal settings', async () => {
		const settings = { maxConnections: 5, keepAlive: 30, ignoreSslIssues: false };
		const url = 'http://example.org/v1';
		expect(poolFor({ ...settings }, url)).toBe(poolFor({ ...settings }, 'https://elsewhere.example/v1'));
		expect(poolFor({ ...settings, keepAlive: 31 }, url)).not.toBe(poolFor(settings, url));
		expect(poolFor({ ...settings, maxConnections: 6 }, url)).not.toBe(poolFor(settings, url));
		expect(poolFor({ ...settings, ignoreSslIssues: true }, url)).not.toBe(poolFor(settings, url));
	});

	it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)(
		'sends 30 times %s in series over 1 connection',
		async (method) => {
			const server = await serve((_request, response) => json(response, 200, { ok: true }));
			for (let i = 0; i < 30; i++)
				await sendForJson(
					{ ...connectionTo(server) },
					{ method, path: '/x', body: method === 'GET' ? undefined : { i } },
				);
			expect(server.requests).toHaveLength(30);
			expect(server.sockets).toHaveLength(1);
		},
	);

	it('keeps the socket over refusals', async () => {
		const server = await serve((_request, response) => json(response, 404, { code: 'not_found', message: 'no' }));
		for (let i = 0; i < 10; i++) await sendForJson(connectionTo(server), GET).catch(() => undefined);
		expect(server.sockets).toHaveLength(1);
	});

	it('opens no more than maxConnections and queues the rest', async () => {
		let running = 0;
		let most = 0;
		const server = await serve((_request, response) => {
			most = Math.max(most, ++running);
			setTimeout(() => {
				running--;
				json(response, 200, {});
			}, 20);
		});
		const connection = connectionTo(server, { maxConnections: 3 });
		await Promise.all(Array.from({ length: 20 }, async () => await sendForJson(connection, GET)));
		expect(server.requests).toHaveLength(20);
		expect(server.sockets).toHaveLength(3);
		expect(most).toBe(3);
	});

	it.each([0, -1])('takes maxConnections %d for 1', async (maxConnections) => {
		const server = await serve((_request, response) => setTimeout(() => json(response, 200, {}), 10));
		const connection = connectionTo(server, { maxConnections });
		await Promise.all(Array.from({ length: 4 }, async () => await sendForJson(connection, GET)));
		expect(server.sockets).toHaveLength(1);
	});

	it('closes an idle socket after keepAlive, keeps nothing of it, and opens a new one afterwards', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const connection = connectionTo(server, { keepAlive: 0.2 });
		await sendForJson(connection, GET);
		expect(server.sockets[0].destroyed).toBe(false);
		await until(() => server.sockets[0].destroyed, 'the idle socket to close');
		await until(() => originsIn(connection) === 0, 'the pool to forget the server');
		await sendForJson(connection, GET);
		expect(server.sockets).toHaveLength(2);
	});

	it('takes keepAlive 0 for closing at once', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		await sendForJson(connectionTo(server, { keepAlive: 0 }), GET);
		await until(() => server.sockets[0].destroyed, 'the socket to close');
	});

	function originsIn(connection: ReturnType<typeof connectionTo>): number {
		const { stats } = poolFor(connection, connection.domain) as unknown as { stats: object };
		return Object.keys(stats).length;
	}

	it('closes all and starts anew', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		await sendForJson(connectionTo(server), GET);
		const before = poolFor(connectionTo(server), server.origin);
		await closePools();
		await until(() => server.sockets[0].destroyed, 'the socket to close');
		expect(poolFor(connectionTo(server), server.origin)).not.toBe(before);
		await sendForJson(connectionTo(server), GET);
		expect(server.sockets).toHaveLength(2);
	});

	it('uses no socket that the server has closed in the meantime, so that a POST survives', async () => {
		const server = await serve((request, response) => {
			request.resume().on('end', () => json(response, 200, {}));
		});
		for (let i = 0; i < 10; i++) {
			await sendForJson(connectionTo(server), { method: 'POST', path: '/x', body: { i } });
			server.sockets.at(-1)?.destroy();
		}
		expect(server.requests).toHaveLength(10);
		expect(server.sockets).toHaveLength(10);
	});

	it('heeds the server’s shorter keep-alive', async () => {
		const server = await serve((_request, response) => json(response, 200, {}, { 'keep-alive': 'timeout=1' }));
		await sendForJson(connectionTo(server), GET);
		await sendForJson(connectionTo(server), GET);
		expect(server.sockets).toHaveLength(2);
	});

	it('lets the process end at once while sockets are idle', async () => {
		const server = await serve((_request, response) => json(response, 200, { pid: true }));
		const client = path.resolve(__dirname, '../../../src/transport/client.ts');
		const script = `
			const { sendForJson } = require(${JSON.stringify(client)});
			const connection = ${JSON.stringify({ ...connectionTo(server), keepAlive: 300, idleTimeout: 300 })};
			sendForJson(connection, { method: 'GET', path: '/x', timeout: 300 }).then((answer) => {
				process.on('exit', () => console.log(JSON.stringify(answer), Math.round(performance.now() - start)));
				const start = performance.now();
			});`;
		const run = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', '--eval', script], {
			cwd: path.resolve(__dirname, '../../..'),
			timeout: 30_000,
		});
		const [answer, elapsed] = run.stdout.trim().split(' ');
		expect(answer).toBe('{"pid":true}');
		expect(Number(elapsed)).toBeLessThan(2000);
	}, 40_000);

	it('frees its sockets after 200 cancelled streams', async () => {
		const server = await serve((_request, response) => {
			response.write('data: 1\n\n');
		});
		// After an abort undici opens a fresh socket in place of the closed one, which then idles.
		const connection = connectionTo(server, { maxConnections: 20, keepAlive: 0.5 });
		const one = async () => {
			const controller = new AbortController();
			const reading = send(connection, { ...GET, signal: controller.signal }, async ({ body }) => {
				for await (const chunk of body) controller.abort(chunk);
			});
			await reading.catch(() => undefined);
		};
		for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 20 }, one));
		expect(server.requests).toHaveLength(200);
		await until(() => server.sockets.every(({ destroyed }) => destroyed), 'all sockets to close');
		await until(() => originsIn(connection) === 0, 'the pool to be empty');
	}, 20_000);
});

describe('egressIsProtected', () => {
	afterEach(() => delete process.env.N8N_SSRF_PROTECTION_ENABLED);

	it.each([
		['true', true],
		['TRUE', true],
		['false', false],
		['', false],
	])('%j is %s', (value, expected) => {
		process.env.N8N_SSRF_PROTECTION_ENABLED = value;
		expect(egressIsProtected()).toBe(expected);
	});

	it('is off by default', () => expect(egressIsProtected()).toBe(false));
});
