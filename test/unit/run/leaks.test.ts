import { createHook } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { IExecuteFunctions } from 'n8n-workflow';

import { createCall } from '../../../src/operation/call';
import { AppRun } from '../../../src/run/appRun';
import { kindOf } from '../../../src/run/kinds';
import { firstOf } from '../../../src/transport/limit';
import { closePools } from '../../../src/transport/pool';
import { type Emulator, startEmulator } from '../../emulator';
import { warningsOf } from '../warnings';

jest.setTimeout(60_000);

const RUNS = 100;
const SLOW_MS = 20;
const modes = { chat: 'chat', agent: 'agent-chat', chatflow: 'advanced-chat', completion: 'completion', workflow: 'workflow' } as const;
type Key = keyof typeof modes;

let emulator: Emulator;
beforeAll(async () => {
	emulator = await startEmulator({ tokenMs: SLOW_MS });
});
afterAll(async () => {
	await closePools();
	await emulator.close();
});

/** Timers, ticking or not, and whether they keep the process alive or not. */
const timers = new Set<number>();
const hook = createHook({
	init: (id, type) => void (type === 'Timeout' && timers.add(id)),
	destroy: (id) => void timers.delete(id),
});

/** A run as the nodes make it, with pieces for a trigger. */
const run = async (key: Key, query: string, signal: AbortSignal): Promise<string> => {
	const connection = { domain: emulator.url, apiKey: emulator.keys[key], idleTimeout: 60, retries: 0, maxConnections: RUNS, keepAlive: 0.3, ignoreSslIssues: false };
	const call = createCall({} as IExecuteFunctions, 0, connection, signal, { made: new Map(), queues: new Map() });
	const path = { chat: '/chat-messages', agent: '/chat-messages', chatflow: '/chat-messages', completion: '/completion-messages', workflow: '/workflows/run' }[key];
	const asked = key === 'workflow' || key === 'completion' ? { inputs: { query } } : { query, inputs: {} };
	const request = { method: 'POST' as const, path, body: { ...asked, user: 'ada', response_mode: 'streaming' }, timeout: 30 };
	const outlet = { begin() {}, item() {}, end() {} };
	const made = new AppRun(call, request, { kind: kindOf(modes[key], 'chat'), mode: modes[key], user: 'ada', include: [], outlet });
	return await made.finish().then(
		() => 'finished',
		({ code }: { code: string }) => code,
	);
};

/** All of them at once, on one signal, as the items of an execution are. */
const runs = async (key: Key, query: string, cancelAfterMs?: number) => {
	const execution = new AbortController();
	const signal = firstOf(execution.signal);
	const outcomes = Promise.all(Array.from({ length: RUNS }, async () => await run(key, query, signal)));
	if (cancelAfterMs !== undefined) {
		await pause(cancelAfterMs);
		execution.abort();
	}
	const tally = new Set(await outcomes);
	return { outcomes: [...tally], listeners: getEventListeners(signal, 'abort').length };
};

const until = async (isTrue: () => boolean) => {
	// Of its own timers none is left after a turn.
	for (let tries = 0; !isTrue() && tries < 300; tries += 1) await pause(20).then(() => new Promise(setImmediate));
};

test.each(Object.keys(modes) as Key[])('a hundred finished and a hundred cancelled runs of a %s leave no socket, timer, listener or warning', async (key) => {
	await until(() => emulator.counts().sockets === 0);
	timers.clear();
	hook.enable();
	const warnings = await warningsOf(async () => {
		expect(await runs(key, 'MAGIC_THINK')).toEqual({ outcomes: ['finished'], listeners: 0 });
		expect(await runs(key, 'MAGIC_SLOW', 400)).toEqual({ outcomes: ['aborted'], listeners: 0 });
	});
	expect(warnings).toEqual([]);
	await until(() => emulator.counts().sockets === 0 && emulator.counts().runs === 0);
	expect(emulator.counts()).toMatchObject({ sockets: 0, runs: 0, places: 0 });
	await until(() => timers.size === 0);
	hook.disable();
	expect(timers.size).toBe(0);
});
