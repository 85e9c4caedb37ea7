import { DifyError, errorFromAnswer, errorFromEvent, readableMessage } from '../../../src/transport/error';
import { sendForJson } from '../../../src/transport/client';
import { closeAll, connectionTo, refused, serve } from './server';

afterEach(closeAll);

describe('errorFromAnswer', () => {
	it.each([
		[
			'≥ 1.11',
			404,
			{ code: 'not_found', message: 'Dataset not found.', status: 404 },
			'not_found',
			'Dataset not found.',
		],
		[
			'1.8.0–1.10.1',
			400,
			{
				errors: { answer: 'Missing required parameter', user: 'too long' },
				message: 'Input payload validation failed',
			},
			'invalid_param',
			'Input payload validation failed answer: Missing required parameter user: too long',
		],
		[
			'≤ 1.7',
			400,
			{ code: 'invalid_param', message: 'Invalid argument', params: 'limit' },
			'invalid_param',
			'Invalid argument (limit)',
		],
		['chunk creation', 400, { error: 'Segments is required' }, 'invalid_param', 'Segments is required'],
		[
			'a message by field',
			400,
			{ code: 'invalid_param', message: { user: 'is missing' } },
			'invalid_param',
			'user: is missing',
		],
		['an empty message', 413, { code: 'file_too_large', message: '', status: 413 }, 'file_too_large', 'HTTP 413'],
		['no code', 401, { message: 'Who are you?' }, 'unauthorized', 'Who are you?'],
		['another status in the body', 403, { code: 'forbidden', message: 'no', status: 200 }, 'forbidden', 'no'],
		['nothing at all', 418, {}, 'unknown', 'HTTP 418'],
	])('reads %s', (_, status, body, code, message) => {
		expect(errorFromAnswer(status, JSON.stringify(body), {})).toMatchObject({ status, code, message });
	});

	const page = (title: string) => `<!doctype html>\n<html lang=en>\n<title>${title}</title>\n<h1>…</h1>`;

	it.each([
		[404, page('404 Not Found'), 'endpoint_missing', 'HTTP 404 Not Found'],
		[404, '404 page not found\n', 'endpoint_missing', 'HTTP 404 page not found'],
		[
			413,
			'<html><head><title>413 Request Entity Too Large</title></head></html>',
			'proxy_too_large',
			'HTTP 413 Request Entity Too Large',
		],
		[429, page('Error 1015'), 'too_many_requests', 'HTTP 429: Error 1015'],
		[
			500,
			'<html>\n  <head>\n    <title>Internal Server Error</title>',
			'server_page',
			'HTTP 500: Internal Server Error',
		],
		[500, '', 'server_page', 'HTTP 500'],
		[502, page('502 Bad Gateway'), 'proxy_cut', 'HTTP 502 Bad Gateway'],
		[503, 'upstream connect error', 'proxy_cut', 'HTTP 503: upstream connect error'],
		[504, page('504 Gateway Time-out'), 'proxy_cut', 'HTTP 504 Gateway Time-out'],
		[
			524,
			page('dify.example.org | 524: A timeout occurred'),
			'proxy_cut',
			'HTTP 524: dify.example.org | 524: A timeout occurred',
		],
		[401, page('Sign in'), 'not_dify', 'HTTP 401: Sign in'],
		[401, '', 'not_dify', 'HTTP 401'],
		[400, '[1]', 'not_dify', 'HTTP 400: [1]'],
		[400, 'x'.repeat(1000), 'not_dify', `HTTP 400: ${'x'.repeat(300)}`],
		[405, page(''), 'not_dify', 'HTTP 405'],
	])('names a %d page %j', (status, text, code, message) => {
		expect(errorFromAnswer(status, text, {})).toMatchObject({ status, code, message });
	});
});

describe('readableMessage', () => {
	const inner = '{"args":{"description":"x"},"error_type":"InvokeError","message":"[models] Error: no {quota} left"}';

	it.each([
		[
			'Conversation Not Exists. You have requested this URI [/v1/messages] but did you mean /v1/messages ?',
			'Conversation Not Exists.',
		],
		['Not here You have requested this URI [/v1/x] but\nmore', 'Not here.'],
		[`req_id: 2d89bdea95 PluginInvokeError: ${inner}`, '[models] Error: no {quota} left'],
		[`[openai] Error: req_id: 2d89bdea95 PluginInvokeError: ${inner}`, '[models] Error: no {quota} left'],
		[`[a/b-c.d] Error: PluginInvokeError: ${inner} \n`, '[models] Error: no {quota} left'],
		[`Run failed: req_id: 2d89bdea95 PluginInvokeError: ${inner}`, 'Run failed: [models] Error: no {quota} left'],
		[inner, '[models] Error: no {quota} left'],
		[`plugin daemon: ${inner}, code: -400`, 'plugin daemon: [models] Error: no {quota} left'],
		['Plain words', 'Plain words'],
		['{"no": "message"}', '{"no": "message"}'],
		['{broken', '{broken'],
		['a {b} c', 'a {b} c'],
	])('makes %j readable', (message, expected) => {
		expect(readableMessage(message)).toBe(expected);
	});

	it('takes no time for hostile text', () => {
		const start = performance.now();
		readableMessage('{'.repeat(200_000));
		readableMessage('[a] Error: '.repeat(20_000));
		readableMessage(`${'You have requested this URI '.repeat(20_000)}{}`);
		expect(performance.now() - start).toBeLessThan(2000);
	});
});

describe('errorFromEvent', () => {
	it.each([
		[
			{ event: 'error', message: 'query is required in input form', status: 500 },
			'invalid_param',
			400,
			'query is required in input form',
		],
		[
			{ event: 'error', code: 'completion_request_error', message: 'no', status: 400 },
			'completion_request_error',
			400,
			'no',
		],
		[{ event: 'error', code: 'internal_server_error', message: 'oh', status: 500 }, 'internal_server_error', 500, 'oh'],
		[{ event: 'error' }, 'invalid_param', 400, 'The run ended without a reason'],
	])('reads %j', (event, code, status, message) => {
		const error = errorFromEvent(event, { partial: { answer: 'so far' } });
		expect(error).toBeInstanceOf(DifyError);
		expect(error).toMatchObject({ code, status, message, partial: { answer: 'so far' } });
	});
});

describe('over the wire', () => {
	it('keeps the version, the address without query and the status of HTTP', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(404, { 'content-type': 'text/html', 'x-version': '1.4.3' });
			response.end('<!doctype html><title>404 Not Found</title>');
		});
		const call = sendForJson(connectionTo(server), { method: 'GET', path: '/tags', query: { secret: 1 } });
		expect(await refused(call)).toMatchObject({
			code: 'endpoint_missing',
			status: 404,
			version: '1.4.3',
			url: `GET ${server.origin}/v1/tags`,
			unsent: false,
		});
	});

	it('keeps the status of an answer that breaks off or never ends', async () => {
		const server = await serve((request, response) => {
			response.writeHead(403, { 'content-type': 'application/json' });
			response.write('{"code": "forbidden"');
			if (request.url === '/v1/breaks') setTimeout(() => response.destroy(), 20);
			else setInterval(() => response.write(' '.repeat(16_384)), 1).unref();
		});
		for (const path of ['/breaks', '/floods']) {
			expect(await refused(sendForJson(connectionTo(server), { method: 'GET', path }))).toMatchObject({ status: 403 });
		}
	});

	it('does not read compression', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(502, { 'content-encoding': 'br' });
			response.end(Buffer.from([0x8b, 1, 2, 3]));
		});
		const error = await refused(sendForJson(connectionTo(server), { method: 'POST', path: '/x' }));
		expect(error).toMatchObject({ code: 'proxy_cut', status: 502, message: 'HTTP 502' });
	});
});
