import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

import { sendForJson } from '../../../src/transport/client';
import { poolFor, type EgressFilter } from '../../../src/transport/pool';
import { closeAll, connectionTo, json, refused, serve, type TestServer } from './server';

afterEach(closeAll);

const GET = { method: 'GET', path: '/x' } as const;

function filter({ validate, resolve }: { validate?(url: string): string | undefined; resolve?: LookupFunction } = {}) {
	const validated: string[] = [];
	const lookups: string[] = [];
	const egress: EgressFilter = {
		async validateUrl(url) {
			validated.push(url);
			const refusal = await Promise.resolve(validate?.(url));
			return refusal ? { ok: false, error: new Error(refusal) } : { ok: true };
		},
		createSecureLookup: () => (hostname, options, callback) => {
			lookups.push(hostname);
			(resolve ?? toLoopback)(hostname, options, callback);
		},
	};
	return { egress, validated, lookups };
}

const toLoopback: LookupFunction = (_hostname, options, callback) => {
	const addresses: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];
	if (options.all) callback(null, addresses);
	else callback(null, '127.0.0.1', 4);
};

const refusing: LookupFunction = (_hostname, options, callback) => {
	callback(new Error('resolves to a restricted IP address'), options.all ? [] : '', 4);
};

async function answering(): Promise<TestServer> {
	return await serve((_request, response) => json(response, 200, { ok: true }));
}

describe('n8n’s egress filter', () => {
	it('lets through what it allows, and resolves names itself', async () => {
		const server = await answering();
		const { egress, validated, lookups } = filter();
		const origin = `http://dify.invalid:${server.port}`;
		expect(await sendForJson(connectionTo({ origin }, { egress }), GET)).toEqual({ ok: true });
		expect(validated).toEqual([`${origin}/v1/x`]);
		expect(lookups).toEqual(['dify.invalid']);
	});

	it('as a passthrough changes nothing', async () => {
		const server = await answering();
		const egress: EgressFilter = {
			validateUrl: async () => await Promise.resolve({ ok: true }),
			createSecureLookup: () => lookup as LookupFunction,
		};
		const connection = connectionTo({ origin: `http://localhost:${server.port}` }, { egress });
		for (let i = 0; i < 3; i++) expect(await sendForJson(connection, GET)).toEqual({ ok: true });
		expect(server.sockets).toHaveLength(1);
	});

	it('blocks an address before any connection, once', async () => {
		const server = await answering();
		const { egress, validated } = filter({ validate: () => 'The request was blocked' });
		const error = await refused(sendForJson(connectionTo(server, { egress, retries: 3 }), GET));
		expect(error).toMatchObject({
			code: 'host_blocked',
			message: 'The request was blocked',
			unsent: true,
			url: `GET ${server.origin}/v1/x`,
		});
		expect(validated).toHaveLength(1);
		expect(server.sockets).toHaveLength(0);
	});

	it('blocks at connect time too, once', async () => {
		const server = await answering();
		const { egress, lookups } = filter({ resolve: refusing });
		const connection = connectionTo({ origin: `http://rebinding.invalid:${server.port}` }, { egress, retries: 3 });
		const error = await refused(sendForJson(connection, GET));
		expect(error).toMatchObject({ code: 'host_blocked', message: 'resolves to a restricted IP address', unsent: true });
		expect(error.url).toBe(`GET http://rebinding.invalid:${server.port}/v1/x`);
		expect(lookups).toHaveLength(1);
		expect(server.sockets).toHaveLength(0);
	});

	it('is not blamed for a name that is not known', async () => {
		const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
		const { egress } = filter({ resolve: (_hostname, _options, callback) => callback(unknown, '', 4) });
		const error = await refused(sendForJson(connectionTo({ origin: 'http://x.invalid' }, { egress }), GET));
		expect(error).toMatchObject({ code: 'dns_failed', unsent: true });
	});

	it('may find a name unknown while it validates', async () => {
		const { egress } = filter();
		egress.validateUrl = async () => {
			await Promise.resolve();
			throw Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
		};
		const error = await refused(sendForJson(connectionTo({ origin: 'http://x.invalid' }, { egress }), GET));
		expect(error).toMatchObject({ code: 'dns_failed', url: 'GET http://x.invalid/v1/x' });
	});

	it('is asked again about redirects', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(302, { location: '/elsewhere' });
			response.end();
		});
		const { egress, validated } = filter({ validate: (url) => (url.includes('elsewhere') ? 'not there' : undefined) });
		const error = await refused(sendForJson(connectionTo(server, { egress }), GET));
		expect(error).toMatchObject({ code: 'host_blocked', message: 'not there' });
		expect(validated).toEqual([`${server.origin}/v1/x`, `${server.origin}/elsewhere`]);
		expect(server.requests).toHaveLength(1);
	});

	it('has a pool of its own', () => {
		const [one, other] = [filter().egress, filter().egress];
		const pool = (egress?: EgressFilter) => poolFor(connectionTo({ origin: '' }, { egress }), 'http://example.org');
		expect(pool(one)).toBe(pool(one));
		expect(new Set([pool(one), pool(other), pool()]).size).toBe(3);
	});

	it('does not hold up a cancelled call', async () => {
		const { egress } = filter();
		egress.validateUrl = async () => await new Promise(() => undefined);
		const controller = new AbortController();
		const call = sendForJson(connectionTo({ origin: 'http://x.invalid' }, { egress }), {
			...GET,
			signal: controller.signal,
		});
		setTimeout(() => controller.abort(), 20);
		expect(await refused(call)).toMatchObject({ code: 'aborted' });
	});
});
