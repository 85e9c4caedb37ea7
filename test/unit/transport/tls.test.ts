import { sendForJson } from '../../../src/transport/client';
import { closeAll, connectionTo, json, refused, serve, serveTls } from './server';

afterEach(closeAll);

const GET = { method: 'GET', path: '/x' } as const;

describe('TLS', () => {
	it('refuses a self-signed certificate in words, and does not try again', async () => {
		const server = await serveTls((_request, response) => json(response, 200, {}));
		const error = await refused(sendForJson(connectionTo(server, { retries: 3 }), GET));
		expect(error).toMatchObject({
			code: 'tls_failed',
			status: undefined,
			message: 'No secure connection: self-signed certificate',
			url: `GET ${server.origin}/v1/x`,
		});
		expect(server.requests).toHaveLength(0);
	});

	it('accepts it where SSL issues are ignored, over one connection', async () => {
		const server = await serveTls((_request, response) => json(response, 200, { ok: true }));
		const connection = connectionTo(server, { ignoreSslIssues: true });
		for (let i = 0; i < 10; i++) expect(await sendForJson(connection, GET)).toEqual({ ok: true });
		expect(server.sockets).toHaveLength(1);
	});

	it('keeps the strict apart from the lax: neither uses the other’s sockets', async () => {
		const server = await serveTls((_request, response) => json(response, 200, { ok: true }));
		const lax = connectionTo(server, { ignoreSslIssues: true });
		const strict = connectionTo(server);
		await sendForJson(lax, GET);
		expect(await refused(sendForJson(strict, GET))).toMatchObject({ code: 'tls_failed' });
		await sendForJson(lax, GET);
		expect(server.requests).toHaveLength(2);
	});

	it('says when the server speaks no TLS on that port', async () => {
		const server = await serve((_request, response) => json(response, 200, {}));
		const origin = server.origin.replace('http:', 'https:');
		const error = await refused(sendForJson(connectionTo({ origin }), GET));
		expect(error).toMatchObject({
			code: 'tls_failed',
			message: 'No secure connection: the server does not speak TLS on this port, try http://',
		});
	});
});
