import type { IDataObject } from 'n8n-workflow';

import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { seededWorkspace, type Workspace } from './workspace';

jest.setTimeout(30_000);

type Mode = 'chat' | 'agent' | 'chatflow' | 'completion' | 'workflow';

const STOP: Record<Mode, string> = {
	chat: 'POST /chat-messages/{task_id}/stop',
	agent: 'POST /chat-messages/{task_id}/stop',
	chatflow: 'POST /chat-messages/{task_id}/stop',
	completion: 'POST /completion-messages/{task_id}/stop',
	workflow: 'POST /workflows/tasks/{task_id}/stop',
};
const modes = Object.keys(STOP) as Mode[];
const WITHIN_MS = 2000;

let workspace: Workspace;
afterEach(async () => {
	await workspace.emulator.close();
});

/** A server on which a slow answer takes four seconds, with one place for it. */
const slowServer = async (mode: Mode, version?: string) => {
	workspace = await seededWorkspace({ version, strict: version === undefined, tokenMs: 60 });
	// A streaming run needs two to begin where a worker makes it.
	workspace.emulator.limitRuns(mode, { requests: version ? 1 : 2 });
	workspace.watch();
};

const asking = (mode: Mode, query: string, more: Partial<RunOptions> = {}, options: IDataObject = {}): RunOptions => {
	const inputs = { inputsMode: 'json', inputsJson: `={{ JSON.stringify({ query: ${query} }) }}` };
	const sent = (node: string, resource: string) => ({ node, parameters: { resource, operation: 'send', query: `={{ ${query} }}`, conversation: 'new' } });
	const asked = {
		chat: sent('difyChat', 'chat'),
		agent: sent('difyChat', 'chat'),
		chatflow: sent('difyChatflow', 'chatflow'),
		completion: { node: 'difyCompletion', parameters: { resource: 'completion', operation: 'send', ...inputs } },
		workflow: { node: 'difyWorkflow', parameters: { resource: 'workflow', operation: 'run', ...inputs } },
	}[mode];
	return { node: asked.node, parameters: { ...asked.parameters, user: 'ada', options }, credential: workspace.credential(mode), ...more };
};

const until = async (isTrue: () => boolean, patienceMs: number) => {
	for (const end = Date.now() + patienceMs; !isTrue() && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10));
	expect(isTrue()).toBe(true);
};
/** When the first run was asked for. */
const begunAt = () => workspace.sent('POST /chat-messages').concat(workspace.sent('POST /completion-messages'), workspace.sent('POST /workflows/run'))[0].at;
const running = () => workspace.emulator.counts();

/** Dify was asked once, by the same user, by the task's id; the run is over, and its place is free for another one. */
const isStopped = async (mode: Mode) => {
	await until(() => workspace.sent(STOP[mode]).length > 0 && running().runs === 0 && running().places === 0, WITHIN_MS);
	expect(workspace.sent(STOP[mode])).toEqual([
		expect.objectContaining({ body: { user: 'ada' }, status: 200, path: expect.stringMatching(/[\da-f-]{36}\/stop$/) }),
	]);
	await outputOf(asking(mode, "'MAGIC_EMPTY'"));
	expect(workspace.emulator.requests.filter(({ status }) => status === 400)).toEqual([]);
};

describe.each(modes)('a %s run', (mode) => {
	test.each([undefined, '1.10.1'])('ends with the cancelled execution (version %s)', async (version) => {
		await slowServer(mode, version);
		const cancel = async (run: { cancel(): void }) => {
			await until(() => running().runs === 1, 5000);
			setTimeout(() => run.cancel(), 300);
		};
		const { status } = await runNode({ ...asking(mode, "'MAGIC_SLOW'"), started: (run) => void cancel(run) });
		expect(status).toBe('canceled');
		await isStopped(mode);
	});

	test('ends with its Timeout, and gives the text so far', async () => {
		await slowServer(mode);
		const { items } = await runNode(asking(mode, "'MAGIC_SLOW'", { onError: 'continueRegularOutput' }, { timeout: 1 }));
		expect(Date.now() - begunAt()).toBeLessThan(1000 + WITHIN_MS);
		expect(items[0].json).toMatchObject({ error: 'Not finished within 1 seconds', details: { code: 'total_timeout', task_id: expect.any(String) } });
		await isStopped(mode);
		const { answer, conversation_id: id } = items[0].json.details as IDataObject;
		if (mode !== 'workflow') expect(answer).toMatch(/slow00 slow01/);
		if (!['chat', 'agent'].includes(mode)) return;
		// Dify has it too, because its stream was read to the end.
		const { data } = await workspace.call('GET', `/messages?user=ada&conversation_id=${String(id)}`, undefined, mode);
		expect(data).toEqual([expect.objectContaining({ answer })]);
	});

	test('ends when a sibling item fails', async () => {
		await slowServer(mode);
		workspace.emulator.limitRuns(mode, undefined);
		const input = [{ json: { query: 'MAGIC_SLOW' } }, { json: { query: 'MAGIC_MIDERR' } }];
		const { error } = await runNode(asking(mode, '$json.query', { input }, { concurrency: 2 }));
		expect(error?.message).toMatch(/fake mid-stream failure/);
		await isStopped(mode);
	});
});

test('a run of which Dify says nothing yet is left at once', async () => {
	await slowServer('chat');
	await runNode(asking('chat', "'MAGIC_LAG'", {}, { timeout: 1 }));
	expect(Date.now() - begunAt()).toBeLessThan(1000 + 1000);
	expect(workspace.sent(STOP.chat)).toEqual([]);
});

test('a stopped run is not followed again when its connection breaks', async () => {
	await slowServer('workflow');
	// Some 1300 ms after the beginning.
	workspace.emulator.faults.add({ route: 'POST /workflows/run', cutAfterBytes: 6600 });
	workspace.emulator.faults.add({ route: STOP.workflow, delayMs: 1000 });
	await runNode(asking('workflow', "'MAGIC_SLOW'", {}, { timeout: 1 }));
	await until(() => running().runs === 0, WITHIN_MS);
	expect(workspace.sent('GET /workflow/{workflow_run_id}/events')).toEqual([]);
});

test('Stop asks for no more than Dify does: the task of another user, or of nobody, goes on', async () => {
	await slowServer('chat');
	const { url, keys } = workspace.emulator;
	const headers = { authorization: `Bearer ${keys.chat}`, 'content-type': 'application/json' };
	const body = JSON.stringify({ query: 'MAGIC_SLOW', inputs: {}, user: 'ada', response_mode: 'streaming' });
	const reader = (await fetch(`${url}/v1/chat-messages`, { method: 'POST', headers, body })).body!.getReader();
	const task = /"task_id":"([^"]+)/.exec(Buffer.from((await reader.read()).value ?? []).toString())?.[1];
	const stop = async (task_id: string | undefined, user: string) =>
		await outputOf({ node: 'difyChat', parameters: { resource: 'chat', operation: 'stop', task_id, user }, credential: workspace.credential('chat') });
	const asked = [{ success: true, message: 'Stop requested' }];
	expect(await stop('00000000-0000-4000-8000-000000000000', 'ada')).toEqual(asked);
	expect(await stop(task, 'bob')).toEqual(asked);
	await new Promise((resolve) => setTimeout(resolve, 200));
	expect(running().runs).toBe(1);
	expect(await stop(task, 'ada')).toEqual(asked);
	await until(() => running().runs === 0, WITHIN_MS);
	await reader.cancel();
});
