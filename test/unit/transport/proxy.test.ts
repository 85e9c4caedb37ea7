import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

import { sendForJson } from '../../../src/transport/client';
import { poolFor } from '../../../src/transport/pool';
import { proxyFor } from '../../../src/transport/proxy';
import { closeAll, connectionTo, freePort, json, refused, serve, serveTls, until } from './server';

const NAMES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);
const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
const GET = { method: 'GET', path: '/x' } as const;

function environment(values: Record<string, string>): void {
	for (const name of NAMES) delete process.env[name];
	Object.assign(process.env, values);
}

const proxies: Array<{ server: http.Server; sockets: Socket[] }> = [];

beforeEach(() => environment({}));
afterEach(async () => {
	await closeAll();
	for (const { server, sockets } of proxies.splice(0)) {
		sockets.forEach((socket) => socket.destroy());
		server.close();
	}
});
afterAll(() =>
	environment(
		Object.fromEntries(Object.entries(before).filter(([, value]) => value !== undefined)) as Record<string, string>,
	),
);

/** A forward proxy that notes what it was asked; `status` is what it says to a CONNECT, 0 for nothing at all. */
async function proxy({ status = 200 } = {}) {
	const seen: string[] = [];
	const headers: IncomingMessage['headers'][] = [];
	const sockets: Socket[] = [];
	const server = http.createServer((request, response) => {
		seen.push(`${request.method} ${request.url}`);
		headers.push(request.headers);
		if (status === 407) return response.writeHead(407).end();
		const { hostname, port, pathname, search } = new URL(request.url ?? '');
		const { method } = request;
		const onward = http.request(
			{ hostname, port, path: pathname + search, method, headers: request.headers },
			(answer) => {
				response.writeHead(answer.statusCode ?? 0, answer.headers);
				answer.pipe(response);
			},
		);
		return request.pipe(onward);
	});
	server.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => undefined)));
	server.on('connect', (request: IncomingMessage, socket: Socket) => {
		seen.push(`CONNECT ${request.url}`);
		headers.push(request.headers);
		if (status === 0) return;
		if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
		const { hostname, port } = new URL(`http://${request.url}`);
		const onward = net.connect(Number(port), hostname, () => {
			socket.write('HTTP/1.1 200 OK\r\n\r\n');
			onward.pipe(socket).pipe(onward);
		});
		onward.on('error', () => socket.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	proxies.push({ server, sockets });
	const { port } = server.address() as AddressInfo;
	return { seen, headers, sockets, port, url: `http://127.0.0.1:${port}` };
}

describe('a proxy from the environment', () => {
	it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
		'%s: takes plain http without CONNECT, over one connection',
		async (name) => {
			const server = await serve((_request, response) => json(response, 200, { ok: true }));
			const via = await proxy();
			environment({ [name]: via.url });
			for (let i = 0; i < 5; i++)
				expect(await sendForJson(connectionTo(server), { ...GET, query: { i } })).toEqual({ ok: true });
			expect(via.seen).toEqual([0, 1, 2, 3, 4].map((i) => `GET ${server.origin}/v1/x?i=${i}`));
			expect(via.sockets).toHaveLength(1);
			expect(via.headers[0]).toMatchObject({
				host: `127.0.0.1:${server.port}`,
				authorization: 'Bearer app-SECRETKEY0123456789',
			});
		},
	);

	it('bears a POST with its body', async () => {
		const server = await serve((request, response) => {
			let text = '';
			request.on('data', (part: Buffer) => (text += part.toString()));
			request.on('end', () => json(response, 200, { got: text }));
		});
		environment({ HTTP_PROXY: (await proxy()).url });
		const answer = await sendForJson(connectionTo(server), { method: 'POST', path: '/x', body: { a: 1 } });
		expect(answer).toEqual({ got: '{"a":1}' });
	});

	it.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])(
		'%s: tunnels https by CONNECT, and the key stays in the tunnel',
		async (name) => {
			const server = await serveTls((_request, response) => json(response, 200, { ok: true }));
			const via = await proxy();
			environment({ [name]: via.url });
			const connection = connectionTo(server, { ignoreSslIssues: true });
			for (let i = 0; i < 3; i++) expect(await sendForJson(connection, GET)).toEqual({ ok: true });
			expect(via.seen).toEqual([`CONNECT 127.0.0.1:${server.port}`]);
			expect(via.headers[0].authorization).toBeUndefined();
			expect(server.sockets).toHaveLength(1);
		},
	);

	it('checks the certificate at the end of the tunnel', async () => {
		const server = await serveTls((_request, response) => json(response, 200, {}));
		environment({ HTTPS_PROXY: (await proxy()).url });
		expect(await refused(sendForJson(connectionTo(server), GET))).toMatchObject({ code: 'tls_failed' });
	});

	it('is that of the scheme: HTTP_PROXY is not for https, HTTPS_PROXY not for http', async () => {
		const plain = await serve((_request, response) => json(response, 200, { plain: true }));
		const secure = await serveTls((_request, response) => json(response, 200, { secure: true }));
		const via = await proxy();
		environment({ HTTP_PROXY: via.url });
		expect(await sendForJson(connectionTo(secure, { ignoreSslIssues: true }), GET)).toEqual({ secure: true });
		environment({ HTTPS_PROXY: via.url });
		expect(await sendForJson(connectionTo(plain), GET)).toEqual({ plain: true });
		expect(via.seen).toEqual([]);
	});

	it('is read anew for every call, and lower case wins', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const [upper, lower] = [await proxy(), await proxy()];
		environment({ HTTP_PROXY: upper.url, http_proxy: lower.url });
		await sendForJson(connectionTo(server), GET);
		environment({ HTTP_PROXY: upper.url });
		await sendForJson(connectionTo(server), GET);
		environment({});
		await sendForJson(connectionTo(server), GET);
		expect([lower.seen.length, upper.seen.length, server.requests.length]).toEqual([1, 1, 3]);
	});

	it('is passed by where NO_PROXY says so', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const via = await proxy();
		environment({ HTTP_PROXY: via.url, NO_PROXY: `example.org, 127.0.0.1:${server.port}` });
		await sendForJson(connectionTo(server), GET);
		expect(via.seen).toEqual([]);
	});

	it('gets its credentials', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const via = await proxy();
		environment({ HTTP_PROXY: `http://anna:geheim@127.0.0.1:${via.port}` });
		await sendForJson(connectionTo(server), GET);
		expect(via.headers[0]['proxy-authorization']).toBe(`Basic ${Buffer.from('anna:geheim').toString('base64')}`);
	});

	it('keeps to maxConnections', async () => {
		const server = await serve((_request, response) => setTimeout(() => json(response, 200, {}), 20));
		const via = await proxy();
		environment({ HTTP_PROXY: via.url });
		const connection = connectionTo(server, { maxConnections: 2 });
		await Promise.all(Array.from({ length: 8 }, async () => await sendForJson(connection, GET)));
		expect(via.sockets).toHaveLength(2);
	});

	it('lets idle sockets go after keepAlive', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const via = await proxy();
		environment({ HTTP_PROXY: via.url });
		await sendForJson(connectionTo(server, { keepAlive: 0.2 }), GET);
		await until(() => via.sockets[0].destroyed, 'the socket to close');
	});
});

describe('a proxy that does not serve', () => {
	it.each([403, 407, 502])('says %d to CONNECT: in words, once', async (status) => {
		const server = await serveTls((_request, response) => json(response, 200, {}));
		const via = await proxy({ status });
		environment({ HTTPS_PROXY: via.url });
		const error = await refused(sendForJson(connectionTo(server, { retries: 2 }), GET));
		expect(error).toMatchObject({ code: 'proxy_refused', unsent: true, url: `GET ${server.origin}/v1/x` });
		expect(error.message).toContain(String(status));
		expect(via.seen).toHaveLength(1);
	});

	it('says 407 to plain http: in words', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		environment({ HTTP_PROXY: (await proxy({ status: 407 })).url });
		const error = await refused(sendForJson(connectionTo(server), GET));
		expect(error).toMatchObject({ code: 'proxy_refused' });
		expect(error.message).toContain('407');
	});

	it('never answers to CONNECT: given up after the connect timeout', async () => {
		const server = await serveTls((_request, response) => json(response, 200, {}));
		environment({ HTTPS_PROXY: (await proxy({ status: 0 })).url });
		const error = await refused(sendForJson(connectionTo(server, { connectTimeout: 1 }), { ...GET, timeout: 8 }));
		expect(error).toMatchObject({ code: 'idle_timeout' });
		expect(server.sockets).toHaveLength(0);
	}, 12_000);

	it('is not there: names it', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const port = await freePort();
		environment({ HTTP_PROXY: `http://127.0.0.1:${port}` });
		const error = await refused(sendForJson(connectionTo(server), GET));
		expect(error).toMatchObject({ code: 'connection_refused', unsent: true });
		expect(error.message).toContain(`127.0.0.1:${port}`);
	});

	it('is no address: says so without its credentials', async () => {
		environment({ HTTP_PROXY: 'http://anna:geheim@:bad' });
		const error = await refused(sendForJson(connectionTo({ origin: 'http://example.invalid' }), GET));
		expect(error).toMatchObject({
			code: 'proxy_refused',
			message: "The environment's proxy for http is not a proxy address",
		});
	});
});

describe('proxyFor', () => {
	it.each([
		['http://a.example/', {}, undefined],
		['http://a.example/', { HTTP_PROXY: 'p:3128' }, 'http://p:3128'],
		['http://a.example/', { http_proxy: '', HTTP_PROXY: 'http://p' }, 'http://p'],
		['https://a.example/', { ALL_PROXY: 'socks5://p:1080' }, 'socks5://p:1080'],
		['https://a.example/', { ALL_PROXY: 'http://all', HTTPS_PROXY: 'http://tls' }, 'http://tls'],
		['http://a.example/', { HTTP_PROXY: 'http://p', NO_PROXY: '*' }, undefined],
		['http://a.example/', { HTTP_PROXY: 'http://p', NO_PROXY: 'example' }, undefined],
		['http://a.example/', { HTTP_PROXY: 'http://p', NO_PROXY: '.EXAMPLE' }, undefined],
		['http://a.example/', { HTTP_PROXY: 'http://p', no_proxy: '*.example', NO_PROXY: '' }, undefined],
		['http://a.example/', { HTTP_PROXY: 'http://p', NO_PROXY: 'b.example a.example' }, undefined],
		['http://a.example/', { HTTP_PROXY: 'http://p', NO_PROXY: 'a.example:80' }, undefined],
		['http://a.example/', { HTTP_PROXY: 'http://p', NO_PROXY: 'a.example:81' }, 'http://p'],
		['http://a.example:81/', { HTTP_PROXY: 'http://p', NO_PROXY: 'a.example:81' }, undefined],
		['http://bad-example/', { HTTP_PROXY: 'http://p', NO_PROXY: 'example' }, 'http://p'],
		['http://[::1]:5001/', { HTTP_PROXY: 'http://p', NO_PROXY: '[::1]' }, undefined],
	])('%s with %j is %s', (url, values, expected) => {
		environment(values as Record<string, string>);
		expect(proxyFor(url)).toBe(expected);
	});

	it('gives each proxy its own pool', () => {
		const pool = () => poolFor(connectionTo({ origin: '' }), 'http://a.example/');
		const direct = pool();
		environment({ HTTP_PROXY: 'http://p' });
		const proxied = pool();
		expect(proxied).not.toBe(direct);
		expect(pool()).toBe(proxied);
	});
});
