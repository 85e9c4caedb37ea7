import { setTimeout as pause } from 'node:timers/promises';

import { type Emulator, startEmulator } from '../emulator';
import { Client } from '../emulator/client';
import type { Json } from '../emulator/json';

let emulator: Emulator;
afterEach(() => emulator.close());

/** A slow stream whose first piece is there. */
const begun = async (kind: 'chat' | 'chatflow') => {
	const gone = new AbortController();
	const body = { query: 'MAGIC_SLOW', inputs: {}, user: 'ada', response_mode: 'streaming' };
	const response = await new Client(emulator, emulator.keys[kind]).fetch('POST', '/chat-messages', body, gone.signal);
	const reader = response.body!.getReader();
	let text = '';
	while (!text.includes('"message"')) text += Buffer.from((await reader.read()).value ?? []).toString();
	return { leave: () => gone.abort(), taskId: /"task_id":"([^"]+)/.exec(text)?.[1] };
};

const settled = async (counts: Partial<ReturnType<Emulator['counts']>>) => {
	const isSettled = () => Object.entries(counts).every(([key, count]) => emulator.counts()[key as 'runs'] === count);
	for (let tries = 0; !isSettled() && tries < 500; tries += 1) await pause(10);
	expect(emulator.counts()).toMatchObject(counts);
};

// The limits themselves are compared with the recordings `limit` and `limit2`.
describe('a place in the limit of an app', () => {
	it.each([['chat', 'main-2026-06', 1, 0], ['chatflow', '1.10.1', 1, 1], ['chatflow', 'main-2026-06', 0, 1]] as const)(
		'of a %s stream of %s is free when its client has gone',
		async (kind, version, held, runs) => {
			emulator = await startEmulator({ version, tokenMs: 20 });
			const { leave } = await begun(kind);
			expect(emulator.counts()).toMatchObject({ places: held, runs: 1 });
			leave();
			await settled({ places: 0, runs });
			await settled({ runs: 0 });
		},
	);

	it('is free when the run was stopped', async () => {
		emulator = await startEmulator({ tokenMs: 20 });
		emulator.limitRuns('chat', { requests: 1 });
		const { taskId } = await begun('chat');
		const chat = new Client(emulator, emulator.keys.chat);
		await chat.call('POST', `/chat-messages/${taskId}/stop`, { user: 'ada' });
		await settled({ places: 0, runs: 0 });
		await begun('chat');
	});

	it('is asked for over HTTP, refused with 429 on order, and given back by a reset', async () => {
		emulator = await startEmulator();
		const body = JSON.stringify({ app: 'chat', requests: 0, status: 429 } satisfies Json);
		await fetch(`${emulator.url}/_emulator/run-limit`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
		const ask = () => new Client(emulator, emulator.keys.chat).call('POST', '/chat-messages', { query: 'x', inputs: {}, user: 'ada' });
		expect(await ask()).toMatchObject({
			status: 429,
			json: { code: 'too_many_requests', message: expect.stringMatching(/^Too many requests\. .+ allowed for [\da-f-]{36} is 0\.$/), status: 429 },
		});
		emulator.reset();
		expect((await ask()).status).toBe(200);
	});
});
