import { setTimeout as pause } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { Agent, request } from 'undici';

import { chatAnswer, collect, send } from '../built';
import { itemsOf } from '../engine';
import { runNode, type RunOptions } from '../../test/engine/harness';
import { memoryOf, memoryText } from '../memory';
import { report, serve } from '../processes';
import { median, quantile } from '../rates';
import { row, type Row } from '../table';

const STREAMS = 200;
const ROUNDS = 5;
const RUNS = 20;
const AT_ONCE = 50;

const credential = (domain: string, apiKey = 'app-chat') => ({ domain, apiKey, maxConnections: STREAMS, keepAlive: 1 });

const chats = (domain: string, tokens: number, count: number): RunOptions => ({
	node: 'difyChat',
	parameters: {
		resource: 'chat',
		operation: 'send',
		query: `${tokens} 5`,
		user: 'bench',
		conversation: 'new',
		options: { concurrency: AT_ONCE },
	},
	credential: credential(domain),
	input: Array.from({ length: count }, () => ({ json: {} })),
});

const now = () => performance.timeOrigin + performance.now();

/** Milliseconds from the end of a run to its item; and to the end of its stream, for a client that waits for that. */
async function afterTheEnd(domain: string): Promise<{ item: number; eof: number }> {
	const parameters = { resource: 'workflow', operation: 'run', inputsMode: 'json', inputsJson: '{}', user: 'bench' };
	const items: number[] = [];
	for (let run = 0; run < RUNS; run++) {
		const [{ json }] = await itemsOf({ node: 'difyWorkflow', parameters, credential: credential(domain, 'app-workflow') });
		items.push(now() - Number((json.outputs as { sentAt: number }).sentAt));
	}
	const { body } = await request(`${domain}/v1/workflows/run`, { method: 'POST', body: '{}' });
	const sentAt = /"sentAt":([\d.]+)/.exec(await body.text())?.[1];
	return { item: median(items), eof: now() - Number(sentAt) };
}

type Reader = (domain: string, took: (text: string) => void) => Promise<void>;

const QUESTION = { query: '200 5', inputs: {}, user: 'bench', response_mode: 'streaming' };
const agent = new Agent({ connections: STREAMS });

/** undici and the parser, nothing else. */
const bare: Reader = async (domain, took) => {
	const { body } = await request(`${domain}/v1/chat-messages`, {
		method: 'POST',
		body: JSON.stringify(QUESTION),
		dispatcher: agent,
	});
	const parser = createParser({ onEvent: ({ data }) => took((JSON.parse(data) as { answer?: string }).answer ?? '') });
	for await (const bytes of body) parser.feed(String(bytes));
};

const connectionOf = (domain: string) => ({
	...credential(domain),
	domain: `${domain}/v1`,
	idleTimeout: 60,
	retries: 0,
	ignoreSslIssues: false,
});

/** This package: transport, deadlines, collected answer. */
const own: Reader = async (domain, took) => {
	const ask = { method: 'POST' as const, path: '/chat-messages', body: QUESTION };
	await send(connectionOf(domain), ask, async ({ body }) => {
		await collect(body, chatAnswer('chat'), { onEvent: ({ answer }) => took(typeof answer === 'string' ? answer : '') });
	});
};

/** The delay that 99 of 100 tokens stay below. */
async function delayOf(read: Reader, domain: string): Promise<number> {
	const delays: number[] = [];
	const took = (text: string) => {
		if (text) delays.push(now() - Number(text));
	};
	await Promise.all(Array.from({ length: STREAMS }, async () => await read(domain, took)));
	return quantile(delays, 0.99);
}

async function addedDelay(domain: string): Promise<{ bare: number; added: number }> {
	const rounds: Array<{ bare: number; added: number }> = [];
	for (let round = 0; round <= ROUNDS; round++) {
		const plain = await delayOf(bare, domain);
		rounds.push({ bare: plain, added: (await delayOf(own, domain)) - plain });
	}
	const [, ...warm] = rounds;
	return { bare: median(warm.map((each) => each.bare)), added: median(warm.map(({ added }) => added)) };
}

async function parallel(domain: string): Promise<void> {
	const executions = Array.from({ length: STREAMS / AT_ONCE }, async () => await itemsOf(chats(domain, 400, AT_ONCE)));
	await Promise.all(executions);
}

const open = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout');

/** Sockets and timers that are there after a thousand runs that were cancelled in the middle, and were not before. */
async function left(domain: string): Promise<number> {
	await pause(3000);
	const before = open().length;
	for (let execution = 0; execution < 1000 / AT_ONCE; execution++) {
		const started: RunOptions['started'] = (run) => void setTimeout(() => run.cancel(), 150);
		await runNode({ ...chats(domain, 100_000, AT_ONCE), started });
	}
	await pause(3000);
	return open().length - before;
}

async function figure(): Promise<Row[]> {
	let warnings = 0;
	process.on('warning', () => warnings++);
	const { url, stop } = await serve('runs');
	const end = await afterTheEnd(url);
	const delay = await addedDelay(url);
	await itemsOf(chats(url, 10, AT_ONCE));
	const taken = await memoryOf(async () => await parallel(url));
	const rest = await left(url);
	stop();
	const ended = `${end.item.toFixed(1)} ms; at the end of the stream ${Math.round(end.eof)} ms`;
	const added = `${delay.added.toFixed(1)} ms, to ${delay.bare.toFixed(1)} ms`;
	return [
		row('From the end of a workflow run to its item', ended, { bar: '< 20 ms', met: end.item < 20 }),
		row(`Added delay of a token (p99), ${STREAMS} streams with a token each 5 ms`, added, { bar: '< 5 ms', met: delay.added < 5 }),
		row(`${STREAMS} chats at once: peak memory`, memoryText(taken), { bar: '< 150 MB', met: taken.over < 150 }),
		row('1,000 cancelled chats: sockets and timers left, warnings', `${rest}, ${warnings}`, {
			bar: '0, 0',
			met: rest <= 0 && warnings === 0,
		}),
	];
}

void report(figure());
