import { request } from 'node:https';

import { generate } from 'selfsigned';

import { type Emulator, type EmulatorOptions, startEmulator } from '../emulator';
import { Client } from '../emulator/client';
import type { Json } from '../emulator/json';

const running: Emulator[] = [];

const start = async (options: EmulatorOptions = {}) => {
	const emulator = await startEmulator(options);
	running.push(emulator);
	return emulator;
};

afterEach(() => Promise.all(running.splice(0).map((emulator) => emulator.close())));

describe('the wall before the routes', () => {
	it('answers as the server and its framework do', async () => {
		const emulator = await start();
		const answer = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
			const response = await fetch(`${emulator.url}${path}`, { method, headers, body });
			expect(response.headers.get('x-version')).toBe('1.14.2');
			return [response.status, (response.headers.get('content-type') ?? '').split(';')[0]];
		};
		const dataset = { Authorization: `Bearer ${emulator.keys.dataset}` };
		const chat = { Authorization: `bearer  ${emulator.keys.chat}` };
		expect(await answer('GET', '/v1/info')).toEqual([401, 'application/json']);
		expect(await answer('GET', '/v1/info', { Authorization: 'Basic x' })).toEqual([401, 'application/json']);
		expect(await answer('GET', '/v1/info', dataset)).toEqual([401, 'application/json']);
		expect(await answer('GET', '/v1/info', chat)).toEqual([200, 'application/json']);
		expect(await answer('GET', '/v1/datasets', chat)).toEqual([401, 'application/json']);
		expect(await answer('GET', '/v1/')).toEqual([404, 'text/html']);
		expect(await answer('GET', '/v1/info/', chat)).toEqual([404, 'text/html']);
		expect(await answer('GET', '/v1/datasets/bad', dataset)).toEqual([404, 'text/html']);
		expect(await answer('DELETE', '/v1/info', chat)).toEqual([405, 'application/json']);
		expect(await answer('POST', '/v1/chat-messages', chat, '{}')).toEqual([415, 'application/json']);
		const json = { ...chat, 'Content-Type': 'application/json; charset=utf-8' };
		expect(await answer('POST', '/v1/chat-messages', json, '{bad')).toEqual([400, 'application/json']);
		expect(await answer('POST', '/v1/chat-messages', json, '[]')).toEqual([500, 'application/json']);
		expect(await answer('POST', '/v1/chat-messages', json, '{}')).toEqual([400, 'application/json']);
	});

	it('ignores unknown keys, or refuses them when strict', async () => {
		for (const strict of [false, true]) {
			const dify = new Client(await start({ strict }));
			const status = strict ? 400 : 200;
			expect((await dify.call('POST', '/datasets', { name: 'n', typo: 1 })).status).toBe(status);
			expect((await dify.call('GET', '/datasets?typo=1')).status).toBe(status);
			const base = await dify.base({ name: 'm' });
			const form = new FormData();
			form.append('file', new Blob(['x']), 'x.txt');
			form.append('data', JSON.stringify({ process_rule: { mode: 'automatic', typo: 1 } }));
			expect((await dify.call('POST', `/datasets/${base}/document/create-by-file`, form)).status).toBe(status);
		}
	});

	it('gives the same ids in every run', async () => {
		const emulator = await start();
		const dify = new Client(emulator);
		const id = await dify.base();
		expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
		emulator.reset();
		expect(emulator.counts().datasets).toBe(0);
		expect(emulator.requests).toEqual([]);
		expect(await dify.base()).toBe(id);
		expect(await new Client(await start()).base()).toBe(id);
	});

	it('serves https', async () => {
		const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
		const emulator = await start({ certificate: { key, cert } });
		const headers = { Authorization: `Bearer ${emulator.keys.chat}` };
		const status = await new Promise((resolve, reject) => {
			request(`${emulator.url}/v1/info`, { ca: cert, headers, checkServerIdentity: () => undefined }, (response) => {
				response.resume();
				resolve(response.statusCode);
			})
				.on('error', reject)
				.end();
		});
		expect(status).toBe(200);
		expect(emulator.counts().connections).toBe(1);
	});

	it('does not speak every version', async () => {
		await expect(startEmulator({ version: '0.1' })).rejects.toThrow('main-2026-06');
	});
});

describe('faults', () => {
	it('answers, delays or drops as ordered, so many times', async () => {
		const emulator = await start();
		const dify = new Client(emulator);
		emulator.faults.add({ route: 'GET /datasets', status: 429, body: { code: 'too_many_requests' }, headers: { 'retry-after': '1' } });
		emulator.faults.add({ status: 502, body: '<h1>Bad gateway</h1>', times: 2 });
		const first = await dify.call('GET', '/datasets');
		expect([first.status, first.json, first.headers.get('retry-after')]).toEqual([429, { code: 'too_many_requests' }, '1']);
		for (const status of [502, 502, 200]) expect((await dify.call('GET', '/datasets')).status).toBe(status);
		emulator.faults.add({ delayMs: 100 });
		const before = Date.now();
		await dify.call('GET', '/datasets');
		expect(Date.now() - before).toBeGreaterThanOrEqual(99);
	});

	it('drops before executing, or after', async () => {
		const emulator = await start();
		const dify = new Client(emulator);
		emulator.faults.add({ drop: true });
		await expect(dify.call('POST', '/datasets', { name: 'a' })).rejects.toThrow();
		expect(emulator.counts().datasets).toBe(0);
		emulator.faults.add({ dropAfter: true });
		await expect(dify.call('POST', '/datasets', { name: 'a' })).rejects.toThrow();
		expect(emulator.counts().datasets).toBe(1);
		expect(emulator.requests.map(({ status }) => status)).toEqual([null, null]);
	});

	it('breaks a body after so many bytes', async () => {
		const emulator = await start();
		const chat = new Client(emulator, emulator.keys.chat);
		const body = { query: 'MAGIC_LONG', inputs: {}, user: 'u', response_mode: 'streaming' };
		const read = async (limit = Infinity) => {
			let bytes = Buffer.alloc(0);
			const response = await chat.fetch('POST', '/chat-messages', body);
			for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
				bytes = Buffer.concat([bytes, chunk]);
				if (bytes.length >= limit) break;
			}
			return bytes;
		};
		emulator.faults.add({ cutAfterBytes: 1000 });
		await expect(read()).rejects.toThrow();
		emulator.faults.add({ stallAfterBytes: 1000 });
		expect(await read(1000)).toHaveLength(1000);
		emulator.faults.add({ garbageAfterBytes: 1000 });
		const spoiled = await read();
		expect(spoiled.subarray(1000).toString()).toMatch(/^\ndata: \{"event": garbage \ufffd/);
		expect(spoiled.toString()).toContain('message_end');
	});

	it('cuts and slices finished answers too', async () => {
		const emulator = await start();
		const dify = new Client(emulator);
		emulator.faults.add({ cutAfterBytes: 10 });
		await expect(dify.call('GET', '/datasets')).rejects.toThrow();
		emulator.faults.add({ chunkSize: 7 });
		const response = await dify.fetch('GET', '/datasets');
		const sizes: number[] = [];
		for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) sizes.push(chunk.length);
		expect(sizes.length).toBeGreaterThan(3);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(14);
	});
});

describe('control over HTTP', () => {
	it('takes faults, shows what came and empties', async () => {
		const emulator = await start();
		const dify = new Client(emulator);
		const control = async (method: string, path: string, body?: Json) => {
			const init = body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
			return (await (await fetch(`${emulator.url}/_emulator/${path}`, { method, ...init })).json()) as Json;
		};
		await control('POST', 'faults', { route: 'GET /datasets', status: 503, times: 2 });
		expect((await dify.call('GET', '/datasets?limit=5')).status).toBe(503);
		await control('DELETE', 'faults');
		expect((await dify.call('GET', '/datasets')).status).toBe(200);
		await dify.base();
		expect(await control('GET', 'counts')).toMatchObject({ datasets: 1, documents: 0 });
		expect(await control('GET', 'requests')).toMatchObject([
			{ method: 'GET', path: '/v1/datasets', route: 'GET /datasets', query: { limit: '5' }, status: 503 },
			{ status: 200 },
			{ method: 'POST', body: { name: 'base' } },
		]);
		await control('POST', 'reset');
		expect(await control('GET', 'requests')).toEqual([]);
	});
});

describe('close', () => {
	it('ends streams that are still open', async () => {
		const emulator = await startEmulator();
		const chat = new Client(emulator, emulator.keys.chat);
		const stream = chat.events({ query: 'MAGIC_SLOW' });
		const outcome = expect(stream).rejects.toThrow();
		while (!emulator.requests.length) await new Promise((resolve) => setImmediate(resolve));
		await emulator.close();
		await outcome;
		expect(emulator.counts().sockets).toBe(0);
	});
});
