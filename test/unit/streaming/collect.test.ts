import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

import { chatAnswer, chatflowAnswer } from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import { DifyError } from '../../../src/transport/error';
import * as t from './transcripts';

const chat = () => chatAnswer('chat');
const chatflow = () => chatflowAnswer('advanced-chat');
const silence = async () => await new Promise<never>(() => undefined);
const breaks = (error: unknown) => async () => await Promise.reject(error);

/** A body of these pieces that then ends, breaks or goes silent. */
async function* body(pieces: string[], end?: () => Promise<never>): AsyncGenerator<Uint8Array> {
	for (const piece of pieces) yield Buffer.from(piece);
	await end?.();
}

async function failureOf(promise: Promise<void>): Promise<DifyError> {
	const caught: unknown = await promise.catch((error: unknown) => error);
	return caught instanceof DifyError ? caught : new DifyError('no error', { code: 'none' });
}

afterEach(() => jest.useRealTimers());

describe('collect', () => {
	it('returns at the end of the answer, not of the body', async () => {
		const answer = chat();
		await collect(body([t.sse(...t.chatWithPings)], silence), answer);
		expect(answer.result()).toMatchObject({ answer: 'Héllo', metadata: t.metadata });
	});

	it.each([
		['message_end', t.messageEnd([])],
		['workflow_finished', t.succeeded],
	])('waits only the grace period for what may follow %s, whatever else comes', async (_, marker) => {
		jest.useFakeTimers();
		for (const event of [t.PING, { event: 'tts_message', ...t.ids, audio: 'AAAA' }] as const) {
			const answer = chatflow();
			const going = (async function* () {
				yield* body([t.sse(...t.flow, marker)]);
				for (;;) {
					await new Promise((resolve) => setTimeout(resolve, 5));
					yield Buffer.from(t.sse(event));
				}
			})();
			const returned = jest.fn();
			void collect(going, answer, { graceMs: 100 }).then(returned);
			await jest.advanceTimersByTimeAsync(90);
			expect(returned).not.toHaveBeenCalled();
			await jest.advanceTimersByTimeAsync(20);
			expect(returned).toHaveBeenCalled();
			expect(answer.state).toBe('grace');
			expect(answer.result().answer).toBe('Hi: Ja');
		}
	});

	it('takes the marker that comes within the grace period', async () => {
		const answer = chatflow();
		const late = (async function* () {
			yield* body([t.sse(...t.flow, t.succeeded)]);
			yield await sleep(20, Buffer.from(t.sse(t.messageEnd([]))));
			await silence();
		})();
		await collect(late, answer);
		expect(answer.result().metadata).toEqual(t.metadata);
	});

	it.each([
		['the end of the body', undefined],
		['a broken connection', breaks(new Error('socket hang up'))],
	])('takes %s in the grace period for the end of the answer', async (_, end) => {
		const answer = chatflow();
		await collect(body([t.sse(...t.flow, t.succeeded)], end), answer);
		expect(answer.state).toBe('grace');
	});

	it('throws a failure within the grace period', async () => {
		const text = t.sse(...t.flow, t.messageEnd([]), t.finished('failed', {}, 'boom'));
		expect(await failureOf(collect(body([text], silence), chatflow()))).toMatchObject({ message: 'Run failed: boom' });
	});

	it.each([
		['nothing', '', { answer: '' }],
		['only a ping', t.PING, { answer: '' }],
		['half an answer', t.sse(t.started(), t.delta('Hal')), { answer: 'Hal', ...t.runIds }],
	])('says that the connection was lost after %s', async (_, text, partial) => {
		expect(await failureOf(collect(body([text]), chatflow()))).toMatchObject({ code: 'connection_lost', partial });
	});

	it.each([
		['other side closed', new Error('other side closed')],
		['thrown text', 'thrown text'],
	])('says that the connection was lost when the body breaks with %s', async (reason, cause) => {
		const error = await failureOf(collect(body([t.sse(t.delta('Hal'))], breaks(cause)), chat()));
		expect(error).toMatchObject({ code: 'connection_lost', partial: { answer: 'Hal', ...t.ids } });
		expect(error.message).toContain(reason);
		expect(error.cause).toBe(cause);
	});

	it('keeps what a DifyError of the body says and adds what was said before', async () => {
		const about = {
			code: 'idle_timeout',
			status: 200,
			url: 'POST /chat-messages',
			version: '1.14.2',
			retryAfter: 3,
			unsent: true,
		};
		const cause = new DifyError('silent', about);
		const error = await failureOf(collect(body([t.sse(t.delta('Hal'))], breaks(cause)), chat()));
		expect(error).toMatchObject({ message: 'silent', ...about, cause, partial: { answer: 'Hal', ...t.ids } });
	});

	it('refuses what is no event, with what was said before', async () => {
		const error = await failureOf(collect(body([t.sse(t.delta('Hal')), 'data: oops\n\n']), chat()));
		expect(error).toMatchObject({ code: 'not_dify', partial: { answer: 'Hal', ...t.ids } });
	});

	it('stops at an error although the body stays open', async () => {
		const error = await failureOf(collect(body([t.PING, t.sse(t.launchError)], silence), chatflow()));
		expect(error).toMatchObject({ code: 'invalid_param', status: 400 });
	});

	it('gives up when no data event comes in time, pings or not', async () => {
		const pinging = (async function* () {
			for (;;) yield await sleep(5, Buffer.from(t.PING));
		})();
		for (const silent of [pinging, body([t.PING], silence)]) {
			const error = await failureOf(collect(silent, chatflow(), { firstEventMs: 30 }));
			expect(error).toMatchObject({ code: 'run_not_started', partial: { answer: '' } });
		}
	});

	it('limits only the first event', async () => {
		const slow = (async function* () {
			yield* body([t.sse(t.delta('a'))]);
			yield await sleep(60, Buffer.from(t.sse(t.messageEnd())));
		})();
		const answer = chat();
		await collect(slow, answer, { firstEventMs: 30 });
		expect(answer.state).toBe('done');
	});

	it('shows every event that the answer took', async () => {
		const seen: unknown[] = [];
		const other = { ...t.delta('other'), message_id: 'm2' };
		const text = t.sse(t.PING, t.delta('Echo'), other, t.failure('invalid_param', 'no'), t.delta('late'));
		await failureOf(collect(body([text]), chat(), { onEvent: (event) => seen.push(event) }));
		expect(seen).toEqual([t.delta('Echo'), other]);
	});

	it('lets a failure of the listener through', async () => {
		const onEvent = () => {
			throw new TypeError('listener');
		};
		await expect(collect(body([t.sse(...t.chat)]), chat(), { onEvent })).rejects.toThrow(TypeError);
	});

	it('reads the rest in the background, up to a limit, and closes', async () => {
		let given = 0;
		let closed = false;
		const endless = (async function* () {
			try {
				yield* body([t.sse(...t.chat)]);
				for (;;) yield new Uint8Array((given += 1024) && 1024);
			} finally {
				closed = true;
			}
		})();
		await collect(endless, chat());
		expect(closed).toBe(false);
		while (!closed) await sleep(1);
		expect(given).toBeLessThan(512 * 1024);
		expect(given).toBeGreaterThan(128 * 1024);
	});

	it('opens the body once', async () => {
		const opened = jest.fn(() => body([t.sse(...t.chat)]));
		await collect({ [Symbol.asyncIterator]: opened }, chat());
		expect(opened).toHaveBeenCalledTimes(1);
	});

	it('leaves no timer behind', async () => {
		jest.useFakeTimers();
		await collect(body([t.sse(...t.flow, t.messageEnd([])), t.sse(t.succeeded)]), chatflow(), { firstEventMs: 60_000 });
		await jest.advanceTimersByTimeAsync(0);
		expect(jest.getTimerCount()).toBe(0);
	});

	it('keeps no process alive', async () => {
		const timers = jest.spyOn(globalThis, 'setTimeout');
		await collect(body([t.sse(...t.chat)], silence), chat(), { firstEventMs: 60_000 });
		const alive = timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef());
		timers.mockRestore();
		expect(alive).toEqual([false, false]);
	});

	it('closes a body that can be destroyed although a read is pending', async () => {
		jest.useFakeTimers();
		const destroy = jest.fn();
		const silent = Object.assign(body([t.sse(...t.chat)], silence), { destroy });
		await collect(silent, chat());
		await jest.advanceTimersByTimeAsync(1900);
		expect(destroy).not.toHaveBeenCalled();
		await jest.advanceTimersByTimeAsync(200);
		expect(destroy).toHaveBeenCalledTimes(1);
	});
});

describe('collect over a socket', () => {
	const sockets = new Set<number | undefined>();
	let server: Server;
	let serve: (response: ServerResponse) => void;
	let pool: Agent;

	beforeEach(async () => {
		sockets.clear();
		server = createServer((incoming, response) => {
			sockets.add(incoming.socket.remotePort);
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			serve(response);
		}).listen(0);
		await once(server, 'listening');
		pool = new Agent({ connections: 1 });
	});

	afterEach(async () => {
		await pool.destroy();
		server.closeAllConnections();
		server.close();
	});

	const open = async (signal?: AbortSignal) => {
		const { port } = server.address() as AddressInfo;
		return (await request(`http://127.0.0.1:${port}`, { dispatcher: pool, signal })).body;
	};

	it('gives the socket back although Dify ends a second later', async () => {
		serve = (response) => {
			response.write(t.sse(...t.chatflow));
			setTimeout(() => response.end(t.PING), 50);
		};
		for (let times = 0; times < 3; times++) await collect(await open(), chatflow());
		expect(sockets.size).toBe(1);
	});

	it('closes a socket that Dify keeps open', async () => {
		serve = (response) => response.write(t.sse(t.delta('hit'), t.messageEnd()));
		for (let times = 0; times < 2; times++) await collect(await open(), chatflow());
		expect(sockets.size).toBe(2);
	});

	it('says that the connection was lost when the server drops it', async () => {
		serve = (response) => response.write(t.sse(t.delta('Hal')), () => response.destroy());
		const error = await failureOf(collect(await open(), chat()));
		expect(error).toMatchObject({ code: 'connection_lost', partial: { answer: 'Hal' } });
	});

	it('ends with the reason of a cancelled request', async () => {
		serve = (response) => response.write(t.sse(t.delta('Hal')));
		const cancel = new AbortController();
		const reason = new DifyError('The execution was canceled', { code: 'aborted' });
		const onEvent = () => setTimeout(() => cancel.abort(reason), 5);
		const error = await failureOf(collect(await open(cancel.signal), chat(), { onEvent }));
		expect(error).toMatchObject({ code: 'aborted', partial: { answer: 'Hal', ...t.ids } });
	});
});
