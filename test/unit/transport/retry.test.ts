import { readText, send, sendForJson, type Method, type Request } from '../../../src/transport/client';
import { DifyError } from '../../../src/transport/error';
import { Multipart } from '../../../src/transport/multipart';
import { isConcurrencyRefusal, waitBeforeRetry } from '../../../src/transport/retry';
import { closeAll, connectionTo, freePort, json, refused, serve, serveRaw, type Handler } from './server';

afterEach(closeAll);

const TOO_MANY =
	'Too many requests. Please try again later. The current maximum concurrent requests allowed for 7f1 is 1.';
const REPEATABLE = ['GET', 'PUT', 'PATCH', 'DELETE'] as const;
const ALL = [...REPEATABLE, 'POST'] as const;

const request = (method: Method): Request => ({ method, path: '/x' });
const refuseWith = (status: number, body: unknown, headers: Record<string, string> = {}): Handler => {
	return (_request, response) => json(response, status, body, headers);
};

/** A server whose first answer is `first`, and whose later ones succeed. */
async function onceThenWell(first: Handler) {
	return await serve((incoming, response, index) => {
		incoming
			.resume()
			.on('end', () => (index ? json(response, 200, { attempt: index }) : first(incoming, response, index)));
	});
}

describe('a call is repeated', () => {
	/** All at once, as each takes a back-off. */
	async function repeated(methods: readonly Method[], first: Handler): Promise<void> {
		await Promise.all(
			methods.map(async (method) => {
				const server = await onceThenWell(first);
				expect(await sendForJson(connectionTo(server, { retries: 2 }), request(method))).toEqual({ attempt: 1 });
				expect(server.requests).toHaveLength(2);
			}),
		);
	}

	it.each([502, 503, 504])(`${REPEATABLE.join(', ')} after %d`, async (status) => {
		await repeated(REPEATABLE, (_request, response) => {
			response.writeHead(status, { 'content-type': 'text/html' });
			response.end('<html><title>Gateway</title></html>');
		});
	});

	it(`${REPEATABLE.join(', ')} after a lost connection`, async () => {
		await repeated(REPEATABLE, (incoming) => incoming.socket.destroy());
	});

	it('all methods after 429', async () => {
		await repeated(ALL, refuseWith(429, { code: 'too_many_requests', message: 'slow down' }));
	});

	it('all methods after Dify’s 400 for too many runs', async () => {
		await repeated(ALL, refuseWith(400, { code: 'invalid_param', message: TOO_MANY, status: 400 }));
	});

	it('all methods after a refused connection', async () => {
		const port = await freePort();
		const connection = connectionTo({ origin: `http://127.0.0.1:${port}` }, { retries: 6 });
		const calls = Promise.all(ALL.map(async (method) => await sendForJson(connection, request(method))));
		await new Promise((resolve) => setTimeout(resolve, 200));
		const server = await serve(
			(incoming, response) => incoming.resume().on('end', () => json(response, 200, { up: true })),
			port,
		);
		expect(await calls).toEqual(ALL.map(() => ({ up: true })));
		expect(server.requests).toHaveLength(ALL.length);
	}, 20_000);

	it('when the JSON of a GET breaks off in the middle', async () => {
		const server = await onceThenWell((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
			response.write('{"data": [');
			setTimeout(() => response.destroy(), 20);
		});
		expect(await sendForJson(connectionTo(server, { retries: 1 }), request('GET'))).toEqual({ attempt: 1 });
	});

	it('when the chunks of a GET break off in the middle', async () => {
		const server = await onceThenWell((_request, response) => {
			response.write('{"data": [');
			setTimeout(() => response.destroy(), 20);
		});
		expect(await sendForJson(connectionTo(server, { retries: 1 }), request('GET'))).toEqual({ attempt: 1 });
	});

	it('when a GET meets silence', async () => {
		const server = await onceThenWell(() => undefined);
		const call = sendForJson(connectionTo(server, { retries: 1, idleTimeout: 1 }), request('GET'));
		expect(await call).toEqual({ attempt: 1 });
	});

	it('with a fresh upload', async () => {
		const bodies: string[] = [];
		const server = await serve(async (incoming, response, index) => {
			bodies.push((await readText(incoming)).replaceAll(/-{20,}\w+/g, 'BOUNDARY'));
			if (index) json(response, 200, { done: true });
			else json(response, 429, {});
		});
		let opened = 0;
		const open = async () => {
			await Promise.resolve();
			opened++;
			return Buffer.from('content');
		};
		const body = new Multipart({ user: 'u' }, { file: { fileName: 'a.txt', mimeType: 'text/plain', size: 7, open } });
		const answer = await sendForJson(connectionTo(server, { retries: 1 }), {
			method: 'POST',
			path: '/files/upload',
			body,
		});
		expect(answer).toEqual({ done: true });
		expect(opened).toBe(2);
		expect(bodies[0]).toContain('content');
		expect(bodies[1]).toBe(bodies[0]);
	});

	it('as often as the connection says and no more', async () => {
		const server = await serve(refuseWith(503, { message: 'busy' }));
		const error = await refused(sendForJson(connectionTo(server, { retries: 2 }), request('GET')));
		expect(error).toMatchObject({ status: 503, message: 'busy' });
		expect(server.requests).toHaveLength(3);
	});
});

describe('a call is not repeated', () => {
	it.each([500, 502, 503, 504, 524])('POST after %d', async (status) => {
		const server = await onceThenWell((_request, response) => {
			response.writeHead(status);
			response.end('<html></html>');
		});
		expect(await refused(sendForJson(connectionTo(server, { retries: 3 }), request('POST')))).toMatchObject({ status });
		expect(server.requests).toHaveLength(1);
	});

	it('POST after the socket was closed on it', async () => {
		const server = await onceThenWell((incoming) => incoming.socket.destroy());
		const error = await refused(sendForJson(connectionTo(server, { retries: 3 }), request('POST')));
		expect(error).toMatchObject({ code: 'connection_lost', unsent: false, status: undefined });
		expect(error.message).toMatch(/^The connection broke off \(.+\)$/);
		expect(server.requests).toHaveLength(1);
	});

	it('POST after silence', async () => {
		const server = await onceThenWell(() => undefined);
		const call = sendForJson(connectionTo(server, { retries: 3, idleTimeout: 1 }), request('POST'));
		expect(await refused(call)).toMatchObject({ code: 'idle_timeout' });
		expect(server.requests).toHaveLength(1);
	});

	it('POST whose answer had begun, whatever the stream says', async () => {
		const server = await onceThenWell((_request, response) => json(response, 200, {}));
		for (const error of [
			new DifyError(TOO_MANY, { code: 'invalid_param', status: 400 }),
			new DifyError('lost', { code: 'connection_refused', unsent: true }),
		]) {
			const call = send(connectionTo(server, { retries: 3 }), request('POST'), () => {
				throw error;
			});
			expect((await refused(call)).message).toBe(error.message);
		}
		expect(server.requests).toHaveLength(2);
	});

	it.each(ALL)('%s after the quota refusal', async (method) => {
		const server = await serve(refuseWith(429, { code: 'rate_limit_error', message: 'Quota' }));
		const error = await refused(sendForJson(connectionTo(server, { retries: 3 }), request(method)));
		expect(error).toMatchObject({ code: 'rate_limit_error', status: 429 });
		expect(server.requests).toHaveLength(1);
	});

	it.each([
		[
			'a plan limit',
			403,
			{ code: 'forbidden', message: 'The capacity of the vector space has reached the limit of your subscription.' },
		],
		['a wrong key', 401, { code: 'unauthorized', message: 'Access token is invalid' }],
		['a missing thing', 404, { code: 'not_found', message: 'Dataset not found.' }],
		['a conflict', 409, { code: 'dataset_name_duplicate', message: 'exists' }],
		['a broken server', 500, { code: 'unknown', message: 'Internal Server Error' }],
		['a provider’s own words', 400, { code: 'invalid_param', message: 'Too many requests, says the provider' }],
	])('GET after %s', async (_, status, body) => {
		const server = await serve(refuseWith(status, body));
		const error = await refused(sendForJson(connectionTo(server, { retries: 3 }), request('GET')));
		expect(error).toMatchObject({ status, code: body.code, message: body.message });
		expect(server.requests).toHaveLength(1);
	});

	it('with retries 0', async () => {
		const server = await onceThenWell(refuseWith(503, {}));
		expect(await refused(sendForJson(connectionTo(server), request('GET')))).toMatchObject({ status: 503 });
	});
});

describe('the wait', () => {
	async function timeOf(call: Promise<unknown>): Promise<number> {
		const start = performance.now();
		await call;
		return performance.now() - start;
	}

	it('is the server’s Retry-After in seconds', async () => {
		const server = await onceThenWell(refuseWith(429, {}, { 'retry-after': '1' }));
		const elapsed = await timeOf(sendForJson(connectionTo(server, { retries: 1 }), request('GET')));
		expect(elapsed).toBeGreaterThan(900);
		expect(elapsed).toBeLessThan(5000);
	});

	it('is the server’s Retry-After as a date', async () => {
		const server = await onceThenWell((_request, response) => {
			json(response, 503, {}, { 'retry-after': new Date(Date.now() + 2500).toUTCString() });
		});
		const elapsed = await timeOf(sendForJson(connectionTo(server, { retries: 1 }), request('GET')));
		expect(elapsed).toBeGreaterThan(1000);
		expect(elapsed).toBeLessThan(6000);
	});

	it('is the back-off when Retry-After says nothing of use', async () => {
		const waits = ['soon', '-5', 'Wed, 21 Oct 2015 07:28:00 GMT', ''].map(async (header) => {
			const server = await onceThenWell(refuseWith(503, {}, { 'retry-after': header }));
			return await timeOf(sendForJson(connectionTo(server, { retries: 1 }), request('GET')));
		});
		for (const elapsed of await Promise.all(waits)) expect(elapsed).toBeLessThan(3000);
	});

	it('is not begun when the server asks for more than a minute', async () => {
		const server = await onceThenWell(refuseWith(429, { message: 'later' }, { 'retry-after': '3600' }));
		const error = await refused(sendForJson(connectionTo(server, { retries: 3 }), request('GET')));
		expect(error).toMatchObject({ status: 429, retryAfter: 3600, message: 'later' });
		expect(server.requests).toHaveLength(1);
	});

	it('doubles from half a second to 30 seconds, shortened by up to a half at random', () => {
		const lost = new DifyError('', { code: 'connection_lost' });
		for (const [tries, longest] of [
			[0, 0.5],
			[1, 1],
			[2, 2],
			[5, 16],
			[6, 30],
			[60, 30],
		]) {
			const waits = Array.from({ length: 200 }, () => waitBeforeRetry(lost, tries) ?? 0);
			expect(Math.min(...waits)).toBeGreaterThanOrEqual(longest / 2);
			expect(Math.max(...waits)).toBeLessThanOrEqual(longest);
			expect(new Set(waits).size).toBeGreaterThan(100);
		}
	});
});

describe('a repeated DELETE', () => {
	const gone: Handler = (_request, response) => json(response, 404, { code: 'not_found', message: 'Not there.' });

	it('that finds nothing has succeeded', async () => {
		const server = await serve((incoming, response, index) =>
			index ? gone(incoming, response, index) : incoming.socket.destroy(),
		);
		expect(await sendForJson(connectionTo(server, { retries: 1 }), request('DELETE'))).toEqual({});
		expect(server.requests).toHaveLength(2);
	});

	it('that finds nothing has not succeeded when the first one was refused unexecuted', async () => {
		const server = await serve((incoming, response, index) =>
			index ? gone(incoming, response, index) : json(response, 429, {}),
		);
		const call = sendForJson(connectionTo(server, { retries: 1 }), request('DELETE'));
		expect(await refused(call)).toMatchObject({ status: 404, code: 'not_found' });
	});

	it('that meets an unknown endpoint has not succeeded', async () => {
		const server = await serve((incoming, response, index) => {
			if (!index) return incoming.socket.destroy();
			response.writeHead(404);
			return response.end('<!doctype html><title>404 Not Found</title>');
		});
		const call = sendForJson(connectionTo(server, { retries: 1 }), request('DELETE'));
		expect(await refused(call)).toMatchObject({ status: 404, code: 'endpoint_missing' });
	});

	it('is needed: a first one that finds nothing fails', async () => {
		const server = await serve(gone);
		const call = sendForJson(connectionTo(server, { retries: 1 }), request('DELETE'));
		expect(await refused(call)).toMatchObject({ status: 404, code: 'not_found' });
	});
});

describe('isConcurrencyRefusal', () => {
	it.each([
		[429, 'too_many_requests', '', true],
		[429, 'rate_limit_error', '', false],
		[400, 'invalid_param', TOO_MANY, true],
		[400, 'invalid_param', TOO_MANY.replace(' for 7f1', ''), true],
		[400, 'invalid_param', `Run failed: ${TOO_MANY}`, false],
		[400, 'invalid_param', 'Too many requests', false],
		[403, 'forbidden', TOO_MANY, false],
	])('%d %s %s: %s', (status, code, message, expected) => {
		expect(isConcurrencyRefusal(new DifyError(message, { status, code }))).toBe(expected);
	});
});

it('says where nothing answers', async () => {
	const port = await freePort();
	const error = await refused(sendForJson(connectionTo({ origin: `localhost:${port}` }), request('GET')));
	expect(error).toMatchObject({ code: 'connection_refused', unsent: true, url: `GET http://localhost:${port}/v1/x` });
	expect(error.message).toContain(`ECONNREFUSED`);
});

it('says when a name is not known', async () => {
	const error = await refused(sendForJson(connectionTo({ origin: 'http://no-such-host.invalid' }), request('GET')));
	expect(error).toMatchObject({ code: 'dns_failed', unsent: true });
	expect(error.message).toMatch(/^The name of the server could not be looked up \(E\w+\)$/);
});

it('says when a server hangs up without a word', async () => {
	const server = await serveRaw((socket) => socket.end());
	expect(await refused(sendForJson(connectionTo(server), request('POST')))).toMatchObject({ code: 'connection_lost' });
});
