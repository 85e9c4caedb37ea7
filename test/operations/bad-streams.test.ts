import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';

import { runNode, type Ran, type RunOptions } from '../engine/harness';
import type { DifyEvent } from '../../src/streaming/events';
import * as t from '../unit/streaming/transcripts';
import { seededWorkspace, type Workspace } from './workspace';

jest.setTimeout(30_000);

/** An answer to every request that starts a run: its pieces, each after so many milliseconds. */
interface Script {
	pieces: Array<string | Buffer | number>;
	headers?: Record<string, string>;
	/** The server does not close. */
	open?: boolean;
}

const STARTS = /\/(chat-messages|completion-messages|workflows\/run)$/;

/** Dify, but for the answers to runs. */
class Scripted {
	script: Script = { pieces: [] };
	private readonly server: Server;

	constructor(target: string) {
		this.server = createServer((incoming, outgoing) => {
			const { method, headers, url = '' } = incoming;
			if (method === 'POST' && STARTS.test(url)) return void incoming.resume().on('end', () => void this.play(outgoing));
			incoming.pipe(request(target + url, { method, headers }, (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers))));
		});
	}

	async open(): Promise<string> {
		await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	close() {
		this.server.closeAllConnections();
		this.server.close();
	}

	private async play(outgoing: import('node:http').ServerResponse) {
		const { pieces, headers, open } = this.script;
		outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-version': '1.14.2', ...headers });
		outgoing.flushHeaders();
		for (const piece of pieces) {
			if (typeof piece === 'number') await new Promise((resolve) => setTimeout(resolve, piece).unref());
			else outgoing.write(piece);
		}
		if (!open) outgoing.end();
	}
}

let workspace: Workspace;
let scripted: Scripted;
let domain: string;
beforeAll(async () => {
	workspace = await seededWorkspace();
	scripted = new Scripted(workspace.emulator.url);
	domain = await scripted.open();
});
afterAll(async () => {
	scripted.close();
	await workspace.emulator.close();
});

type Mode = 'chat' | 'agent' | 'chatflow' | 'completion' | 'workflow';
const modes: Mode[] = ['chat', 'agent', 'chatflow', 'completion', 'workflow'];

const whole: Record<Mode, DifyEvent[]> = { chat: t.chat, agent: t.agent, chatflow: t.chatflow, completion: t.chat, workflow: t.workflow };
const outcome: Record<Mode, object> = {
	chat: { output: 'Héllo' },
	agent: { output: 'Found it.' },
	chatflow: { output: 'Hi: Ja' },
	completion: { output: 'Héllo' },
	workflow: { status: 'succeeded', outputs: { text: 'Ja' } },
};

async function run(mode: Mode, script: Script, options: IDataObject = {}): Promise<Ran> {
	scripted.script = script;
	const sent = (node: string) => ({ node, parameters: { resource: mode === 'agent' ? 'chat' : mode, operation: 'send', query: 'x', conversation: 'new' } });
	const inputs = { inputsMode: 'json', inputsJson: '{ "query": "x" }' };
	const asked: Pick<RunOptions, 'node' | 'parameters'> = {
		chat: sent('difyChat'),
		agent: sent('difyChat'),
		chatflow: sent('difyChatflow'),
		completion: { node: 'difyCompletion', parameters: { resource: 'completion', operation: 'send', ...inputs } },
		workflow: { node: 'difyWorkflow', parameters: { resource: 'workflow', operation: 'run', ...inputs } },
	}[mode];
	return await runNode({
		node: asked.node,
		parameters: { ...asked.parameters, user: 'ada', options },
		credential: { ...workspace.credential(mode), domain },
		onError: 'continueRegularOutput',
	});
}

/** The one item of a run that is as it would be without anything odd. */
const isWhole = (mode: Mode, { items, hints }: Ran) => {
	expect(items.map(({ json }) => json)).toEqual([expect.objectContaining(outcome[mode])]);
	expect(items[0].json.error ?? null).toBeNull();
	expect(hints).toEqual([]);
};
/** The one item of a run that failed with these words and a hint what to do. */
const isFailure = ({ items }: Ran, says: string | RegExp, details: object = {}) => {
	const { error, details: known } = items[0].json as { error: string; details: IDataObject };
	expect(error).toEqual(typeof says === 'string' ? says : expect.stringMatching(says));
	expect(known).toMatchObject({ description: expect.stringMatching(/\w/), ...details });
};

const stream = (...events: DifyEvent[]): Script => ({ pieces: [t.sse(...events)] });

describe.each(modes)('the stream of a %s', (mode) => {
	const events = whole[mode];
	const last = events.at(-1) as DifyEvent;

	test('ends with the first of two ends', async () => {
		const second =
			mode === 'workflow'
				? t.workFinished('failed', {}, 'late')
				: [t.messageEnd(null, { ...t.metadata, usage: { ...t.usage, total_tokens: 99 } }), t.finished('failed', {}, 'late')].find(({ event }) => event === last.event) as DifyEvent;
		const ran = await run(mode, stream(...events, second, t.delta('late')));
		isWhole(mode, ran);
		if (mode !== 'workflow') expect(ran.items[0].json.usage).toMatchObject({ total_tokens: 7 });
	});

	test('leaves out events of another run', async () => {
		const other = (event: DifyEvent): DifyEvent => ({ ...event, message_id: 'm9', conversation_id: 'c9', task_id: 't9', workflow_run_id: 'r9' });
		isWhole(mode, await run(mode, stream(...events.flatMap((event, index) => (index < events.length - 1 ? [event, other(event)] : [event])))));
	});

	test('may be JSON instead', async () => {
		const message = { event: 'message', ...t.ids, id: 'm1', mode, answer: (outcome[mode] as IDataObject).output, metadata: t.metadata, created_at: 1 };
		const { data } = t.workFinished('succeeded', { text: 'Ja' });
		const body = mode === 'workflow' ? { task_id: 't1', workflow_run_id: 'r1', data } : message;
		isWhole(mode, await run(mode, { pieces: [JSON.stringify(body)], headers: { 'content-type': 'application/json; charset=utf-8' } }));
	});

	test('is refused when a proxy compresses it, in words', async () => {
		const ran = await run(mode, { pieces: [gzipSync(t.sse(...events))], headers: { 'content-encoding': 'gzip' } });
		isFailure(ran, /^A proxy compresses the answers \(gzip\)/);
	});

	test("is refused when it is a proxy's page with status 200, in words", async () => {
		const ran = await run(mode, { pieces: ['<html><body>Log in</body></html>'], headers: { 'content-type': 'text/html' } });
		isFailure(ran, 'A web page answered instead of the Dify API');
	});

	test.each([0, 1, events.length - 1])('ends at an error without code after %i events, with what was said', async (count) => {
		const ran = await run(mode, { ...stream(...events.slice(0, count), { event: 'error', message: 'It broke' }), open: true });
		isFailure(ran, 'It broke', { code: 'invalid_param', ...(count > 0 && { task_id: 't1' }) });
	});

	test('is not undone by an error after its end', async () => {
		isWhole(mode, await run(mode, stream(...events, { event: 'error', message: 'late' })));
	});

	test('keeps U+2028 and a line of 600 KB as they are', async () => {
		const long = `\u2028${'ä'.repeat(300 * 1024)}\u2029\u0085`;
		const own = (event: DifyEvent): DifyEvent => {
			if (event.event === 'workflow_finished') return mode === 'workflow' ? t.workFinished('succeeded', { text: long }) : t.finished('succeeded', { answer: long, files: [] });
			return event;
		};
		const grown = [...events.slice(0, 1), ...(mode === 'workflow' ? [] : [t.delta(long)]), ...events.slice(1).map(own)];
		const { items } = await run(mode, stream(...grown));
		expect(JSON.stringify(mode === 'workflow' ? items[0].json.outputs : items[0].json.output)).toContain(JSON.stringify(long).slice(1, -1));
	});

	const [first, ...rest] = events;
	const pings = Array.from({ length: 7 }, () => [400, t.PING]).flat();

	test('is heard to its end through silence with signs of life', async () => {
		isWhole(mode, await run(mode, { pieces: [t.sse(first), ...pings, t.sse(...rest)] }, { idleTimeout: 1 }));
	});

	if (!['chatflow', 'workflow'].includes(mode)) {
		test('is given up in silence without signs of life', async () => {
			const ran = await run(mode, { pieces: [t.sse(first), 6000, t.sse(...rest)] }, { idleTimeout: 1, timeout: 4 });
			isFailure(ran, /silent|no byte|within 1/i, { code: 'idle_timeout', task_id: 't1' });
		});
	}

	test('is given up when nothing but signs of life comes', async () => {
		const begun = Date.now();
		const ran = await run(mode, { pieces: pings, open: true }, { idleTimeout: 1 });
		isFailure(ran, /^The run did not start/, { code: 'run_not_started' });
		expect(Date.now() - begun).toBeLessThan(2500);
	});
});

describe.each(['chatflow', 'workflow'] as const)('a %s that ends', (mode) => {
	const begun = mode === 'chatflow' ? t.flow : t.work;
	const finished = mode === 'chatflow' ? t.finished : t.workFinished;

	test('failed is a failure in its own words', async () => {
		const ran = await run(mode, stream(...begun, finished('failed', {}, 'boom')));
		isFailure(ran, mode === 'chatflow' ? 'Run failed: boom' : 'The workflow run failed: boom');
	});

	test.each([['stopped', 'Stopped by user.'], ['failed', 'Aborted: User requested stop']])('%s (%s) is what it has said so far', async (status, error) => {
		const { items } = await run(mode, stream(...begun, finished(status, {}, error)));
		expect(items[0].json).toMatchObject({ ...(mode === 'chatflow' ? { output: 'Hi: Ja' } : { outputs: {}, error }), status: 'stopped' });
	});

	test('partial-succeeded is a success that says so', async () => {
		const outputs = mode === 'chatflow' ? { answer: 'Hi: Ja', files: [] } : { text: 'Ja' };
		const { items } = await run(mode, stream(...begun, finished('partial-succeeded', outputs)));
		expect(items[0].json).toMatchObject({ ...outcome[mode], status: 'partial-succeeded' });
	});
});

test('a stream in place of JSON is refused in words', async () => {
	workspace.emulator.faults.add({ route: 'GET /conversations', status: 200, body: t.sse(...t.chat), headers: { 'content-type': 'text/event-stream' } });
	const parameters = { resource: 'conversation', operation: 'getAll', user: 'ada' };
	const ran = await runNode({ node: 'difyChat', parameters, credential: workspace.credential('chat'), onError: 'continueRegularOutput' });
	isFailure(ran, /\w/, { code: 'not_dify' });
});
