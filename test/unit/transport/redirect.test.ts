import { readText, sendForJson, type Method } from '../../../src/transport/client';
import { Multipart } from '../../../src/transport/multipart';
import { closeAll, connectionTo, json, refused, serve } from './server';

afterEach(closeAll);

function redirecting(status: number, location: string | ((origin: string) => string)) {
	const seen: string[] = [];
	const server = serve(async (request, response) => {
		const body = await readText(request);
		seen.push(`${request.method} ${request.url} ${body}`);
		if (request.url?.startsWith('/new')) return json(response, 200, { arrived: true });
		const to = typeof location === 'string' ? location : location((await server).origin);
		response.writeHead(status, { location: to });
		return response.end('<html>moved</html>');
	});
	return { server, seen };
}

describe('a redirect within the same origin', () => {
	it.each([
		['GET', 301],
		['GET', 302],
		['GET', 303],
		['GET', 307],
		['GET', 308],
		['POST', 307],
		['POST', 308],
		['DELETE', 308],
	] as const)('is followed by %s on %d, with method and body', async (method, status) => {
		const { server, seen } = redirecting(status, '/new?a=1');
		const connection = connectionTo(await server);
		const body = method === 'GET' ? undefined : { a: 1 };
		expect(await sendForJson(connection, { method, path: '/old', query: { q: 1 }, body })).toEqual({ arrived: true });
		const text = body ? '{"a":1}' : '';
		expect(seen).toEqual([`${method} /v1/old?q=1 ${text}`, `${method} /new?a=1 ${text}`]);
		expect((await server).requests[1].headers.authorization).toBe('Bearer app-SECRETKEY0123456789');
		expect((await server).sockets.length).toBeLessThanOrEqual(2);
	});

	it('sends an upload again from its beginning', async () => {
		const { server, seen } = redirecting(308, (origin) => `${origin}/new`);
		const file = {
			fileName: 'a.txt',
			mimeType: 'text/plain',
			size: 3,
			open: () => Promise.resolve(Buffer.from('abc')),
		};
		const body = new Multipart({}, { file });
		await sendForJson(connectionTo(await server), { method: 'POST', path: '/old', body });
		expect(seen).toHaveLength(2);
		for (const each of seen) expect(each).toContain('\r\n\r\nabc\r\n');
	});

	it.each([301, 302, 303])('is refused for POST on %d', async (status) => {
		const { server, seen } = redirecting(status, '/new');
		const { origin } = await server;
		const error = await refused(sendForJson(connectionTo({ origin }), { method: 'POST', path: '/old' }));
		expect(error).toMatchObject({
			code: 'redirected',
			status,
			url: `POST ${origin}/v1/old`,
			message: `The server redirects to ${origin}/new`,
		});
		expect(seen).toHaveLength(1);
	});

	it('is followed three times', async () => {
		const { server, seen } = redirecting(302, '/v1/again');
		const error = await refused(
			sendForJson(connectionTo(await server, { retries: 3 }), { method: 'GET', path: '/old' }),
		);
		expect(error).toMatchObject({
			code: 'redirected',
			message: `The server redirects in circles, at last to ${(await server).origin}/v1/again`,
		});
		expect(seen).toHaveLength(4);
	});
});

describe('a redirect to another origin', () => {
	it.each(['GET', 'POST', 'DELETE'] as Method[])('is refused for %s and gets no key', async (method) => {
		const other = await serve((_request, response) => json(response, 200, {}));
		const { server } = redirecting(308, `${other.origin}/v1/info`);
		const error = await refused(sendForJson(connectionTo(await server, { retries: 3 }), { method, path: '/info' }));
		expect(error).toMatchObject({
			code: 'redirected',
			status: 308,
			message: `The server redirects to ${other.origin}/v1/info. Enter ${other.origin}/v1 as the domain`,
		});
		expect(other.sockets).toHaveLength(0);
		expect((await server).requests).toHaveLength(1);
	});

	it('from http to https says which domain to enter', async () => {
		const { server } = redirecting(301, 'https://dify.example.org/tools/v1/info?a=b');
		const error = await refused(sendForJson(connectionTo(await server), { method: 'GET', path: '/info' }));
		expect(error.message).toBe(
			'The server redirects to https://dify.example.org/tools/v1/info. Enter https://dify.example.org/tools/v1 as the domain',
		);
	});

	it('to a sign-in page says only where it leads, without credentials', async () => {
		const { server } = redirecting(302, 'https://anna:geheim@login.example.org/start?token=t');
		const error = await refused(sendForJson(connectionTo(await server), { method: 'GET', path: '/info' }));
		expect(error.message).toBe('The server redirects to https://login.example.org/start');
	});
});

describe('what is no redirect', () => {
	it('names a location that is no address', async () => {
		const { server } = redirecting(302, 'http://');
		const error = await refused(sendForJson(connectionTo(await server), { method: 'GET', path: '/info' }));
		expect(error).toMatchObject({ code: 'redirected', message: 'The server redirects to http://' });
	});

	it.each([
		[304, { location: '/new' }],
		[302, {}],
	])('%d %j', async (status, headers) => {
		const server = await serve((_request, response) => {
			response.writeHead(status, headers);
			response.end();
		});
		const error = await refused(sendForJson(connectionTo(server), { method: 'GET', path: '/info' }));
		expect(error).toMatchObject({ code: 'not_dify', status, message: `HTTP ${status}` });
		expect(server.requests).toHaveLength(1);
	});
});

describe('allowed domains', () => {
	it('are asked about each address, redirects included, before it is called', async () => {
		const asked: string[] = [];
		const { server, seen } = redirecting(302, '/new');
		const { origin } = await server;
		const assertAllowed = (url: string) => void asked.push(`${url} after ${seen.length}`);
		await sendForJson(connectionTo({ origin }, { assertAllowed }), { method: 'GET', path: '/old', query: { a: 1 } });
		expect(asked).toEqual([`${origin}/v1/old?a=1 after 0`, `${origin}/new after 1`]);
	});

	it('refuse by throwing, unsent and not repeated', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		let asked = 0;
		const no = new Error('not allowed');
		const assertAllowed = () => {
			asked++;
			throw no;
		};
		const connection = connectionTo(server, { assertAllowed, retries: 3 });
		expect(await refused(sendForJson(connection, { method: 'GET', path: '/x' }))).toBe(no);
		expect(asked).toBe(1);
		expect(server.sockets).toHaveLength(0);
	});
});
