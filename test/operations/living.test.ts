import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

jest.setTimeout(20_000);

let workspace: Workspace;
beforeEach(async () => {
	workspace = await seededWorkspace({ tokenMs: 15 });
});
afterEach(async () => {
	await workspace.emulator.close();
});

const question = 'How long is the Rhine?';

const sending = (mode: 'chat' | 'chatflow' | 'agent', more: Partial<RunOptions> = {}): RunOptions => ({
	node: mode === 'chatflow' ? 'difyChatflow' : 'difyChat',
	parameters: { resource: mode === 'chatflow' ? 'chatflow' : 'chat', operation: 'send', query: question, user: 'n8n', conversation: 'new' },
	credential: workspace.credential(mode),
	...more,
});

const running = (options: object = {}, key: 'workflow' | 'workflowSlow' = 'workflow'): RunOptions => ({
	node: 'difyWorkflow',
	parameters: {
		resource: 'workflow',
		operation: 'run',
		inputsMode: 'json',
		inputsJson: '{ "query": "One two three four five six" }',
		user: 'n8n',
		options,
	},
	credential: workspace.credential(key),
});

describe('a trigger in streaming mode', () => {
	test.each(['chat', 'chatflow', 'agent'] as const)('gets the answer of a %s app in pieces that make the output', async (mode) => {
		const { chunks, items, error } = await runNode(sending(mode, { streaming: true }));
		expect(error).toBeUndefined();
		expect(chunks.map(({ type }) => type)).toEqual(['begin', ...Array(chunks.length - 2).fill('item'), 'end']);
		expect(chunks.length).toBeGreaterThan(3);
		expect(chunks.map(({ content = '' }) => content).join('')).toBe(items[0].json.output);
	});

	test('gets the text of a workflow', async () => {
		const { chunks, items } = await runNode({ ...running(), streaming: true });
		expect(chunks.at(0)?.type).toBe('begin');
		expect(chunks.map(({ content = '' }) => content).join('')).toContain('One two three');
		expect(items[0].json).toMatchObject({ status: 'succeeded' });
	});

	test('gets the text so far when the connection breaks, and the item has it too', async () => {
		workspace.emulator.faults.add({ route: 'POST /chat-messages', cutAfterBytes: 900 });
		const { chunks, error } = await runNode(sending('chat', { streaming: true }));
		const text = chunks.map(({ content = '' }) => content).join('');
		expect(text.length).toBeGreaterThan(3);
		expect(error).toMatchObject({ description: expect.stringMatching(/\w/) });
		expect(workspace.sent('POST /chat-messages')).toHaveLength(1);
	});

	test("gets Dify's words and the advice when the answer breaks off", async () => {
		const failing = sending('chat', { streaming: true });
		failing.parameters.query = 'MAGIC_MIDERR';
		const { chunks, error } = await runNode(failing);
		expect(chunks.slice(-2)).toMatchObject([{ type: 'end' }, { type: 'error', content: error?.description }]);
		expect(error?.description).toMatch(/fake mid-stream failure.+\. Check the values/);
	});

	test('gets the words of a failure that is tolerated, unless it shall get nothing', async () => {
		const tolerant = sending('chat', { streaming: true, onError: 'continueRegularOutput' });
		tolerant.parameters.query = 'MAGIC_MIDERR';
		const { chunks, items } = await runNode(tolerant);
		expect(chunks.at(-1)).toMatchObject({ type: 'error', content: items[0].json.error });
		tolerant.parameters.options = { enableStreaming: false };
		expect((await runNode(tolerant)).chunks).toEqual([]);
	});

	test('hears nothing of a tolerated failure of what has no text', async () => {
		const { chunks, items } = await runNode({
			...sending('chat', { streaming: true, onError: 'continueRegularOutput' }),
			parameters: { resource: 'message', operation: 'getAll', user: 'n8n', conversation_id: byId('00000000-0000-4000-8000-000000000000') },
		});
		expect(items[0].json).toHaveProperty('error');
		expect(chunks).toEqual([]);
	});

	test('gets nothing where the option says so', async () => {
		const options = sending('chat', { streaming: true });
		options.parameters.options = { enableStreaming: false };
		expect((await runNode(options)).chunks).toEqual([]);
	});
});

describe('a lost connection', () => {
	test.each([1000, 1500, 2500])('a chatflow cut after %d bytes is found again, whole, and was run once', async (cutAfterBytes) => {
		workspace.watch();
		const [whole] = await outputOf(sending('chatflow'));
		workspace.emulator.faults.add({ route: 'POST /chat-messages', cutAfterBytes });
		const [found] = await outputOf(sending('chatflow'));
		expect(found).toMatchObject({ output: whole.output, citations: whole.citations });
		expect(workspace.sent('POST /chat-messages')).toHaveLength(2);
	});

	test('a chatflow of which nothing more is heard is found again', async () => {
		workspace.emulator.faults.add({ route: 'POST /chat-messages', stallAfterBytes: 2500 });
		const silent = sending('chatflow');
		silent.parameters.options = { idleTimeout: 1 };
		expect(await outputOf(silent)).toEqual([expect.objectContaining({ output: expect.stringContaining('1233 kilometres') })]);
		expect(workspace.sent('POST /chat-messages')).toHaveLength(1);
	});

	test('a run that a proxy cuts again and again is followed to its end', async () => {
		await workspace.emulator.close();
		workspace = await seededWorkspace({ tokenMs: 150 });
		workspace.emulator.faults.add({ route: 'POST /workflows/run', cutAfterBytes: 700 });
		workspace.emulator.faults.add({ route: 'GET /workflow/{workflow_run_id}/events', cutAfterBytes: 600, times: 7 });
		const [run] = await outputOf(running({}, 'workflowSlow'));
		expect(run).toMatchObject({ status: 'succeeded', outputs: { text: expect.stringContaining('slow59') } });
		expect(workspace.sent('GET /workflow/{workflow_run_id}/events')).toHaveLength(8);
		expect(workspace.sent('POST /workflows/run')).toHaveLength(1);
	});

	test('a workflow cut twice is found again', async () => {
		workspace.emulator.faults.add({ route: 'POST /workflows/run', cutAfterBytes: 700 });
		workspace.emulator.faults.add({ route: 'GET /workflow/{workflow_run_id}/events', cutAfterBytes: 300 });
		const [run] = await outputOf(running());
		expect(run).toMatchObject({ status: 'succeeded', outputs: { query: expect.stringContaining('six') } });
		expect(workspace.sent('POST /workflows/run')).toHaveLength(1);
	});

	test('a chat fails with what it has said and its ids, and is asked for again only when told to', async () => {
		workspace.watch();
		workspace.emulator.faults.add({ route: 'POST /chat-messages', cutAfterBytes: 900 });
		const { items } = await runNode(sending('chat', { onError: 'continueRegularOutput' }));
		expect(items[0].json).toMatchObject({
			error: expect.any(String),
			details: { code: 'connection_lost', answer: expect.stringMatching(/\w/), conversation_id: expect.any(String), task_id: expect.any(String) },
		});
		expect(workspace.sent('POST /chat-messages')).toHaveLength(1);

		while (workspace.emulator.counts().places) await new Promise((resolve) => setTimeout(resolve, 5));
		workspace.emulator.faults.add({ route: 'POST /chat-messages', cutAfterBytes: 900 });
		// Dify has not left its place yet when it is asked again.
		workspace.emulator.limitRuns('chat', { requests: 1 });
		const again = sending('chat');
		again.parameters.options = { sendAgainIfLost: true };
		expect(await outputOf(again)).toEqual([expect.objectContaining({ sentAgain: true, output: expect.stringMatching(/\w/) })]);
		expect(workspace.sent('POST /chat-messages').filter(({ status }) => status === 200)).toHaveLength(3);
	});
});

/** Answers take seconds. */
const slowly = (tokenMs = 0) => {
	beforeEach(async () => {
		await workspace.emulator.close();
		workspace = await seededWorkspace({ tokenMs });
	});
};

describe('runs apart from their start', () => {
	slowly(60);

	test('Start Only gives the ids, and Stream Events the result', async () => {
		const [started] = await outputOf(running({ startOnly: true }, 'workflowSlow'));
		expect(started).toEqual({ status: 'running', task_id: expect.any(String), workflow_run_id: expect.any(String) });
		const followed = { resource: 'workflow', operation: 'streamEvents', workflow_run_id: byId(String(started.workflow_run_id)), user: 'n8n' };
		const follow = { ...running({}, 'workflowSlow'), parameters: followed };
		const [now] = await outputOf({ ...follow, parameters: { ...followed, waitForFinish: false } });
		expect(now).toMatchObject({ status: 'running', workflow_run_id: started.workflow_run_id });
		const [ended] = await outputOf(follow);
		expect(ended).toMatchObject({ status: 'succeeded', outputs: expect.any(Object), workflow_run_id: started.workflow_run_id });
	});

	test('Get Run waits for the end', async () => {
		const [started] = await outputOf(running({ startOnly: true }, 'workflowSlow'));
		const parameters = { resource: 'workflow', operation: 'getRun', workflow_run_id: byId(String(started.workflow_run_id)), waitForFinish: true };
		const [run] = await outputOf({ ...running({}, 'workflowSlow'), parameters });
		expect(run).toMatchObject({ id: started.workflow_run_id, status: 'succeeded' });
	});
});

describe('without Simplify', () => {
	/** Ids and times are of each run its own. */
	const shape = (object: object) =>
		JSON.stringify(object, (key, value: unknown) => {
			if (/_at$|time|latency|hit_count/.test(key)) return 'time';
			return typeof value === 'string' ? value.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'id') : value;
		});
	const query = 'One two three four five six';

	test.each(['chat', 'chatflow'] as const)('the answer of a %s is the object of blocking mode, key by key', async (mode) => {
		const options = sending(mode);
		options.parameters.simplify = false;
		const [streamed] = await outputOf(options);
		const blocking = await workspace.call('POST', '/chat-messages', { query: question, inputs: {}, user: 'n8n', response_mode: 'blocking' }, mode);
		expect(shape(streamed)).toBe(shape(blocking));
	});

	test('so is that of a completion and of a workflow', async () => {
		const inputs = { query };
		const body = { inputs, user: 'n8n', response_mode: 'blocking' };
		const run = running();
		run.parameters.simplify = false;
		expect(shape((await outputOf(run))[0])).toBe(shape(await workspace.call('POST', '/workflows/run', body, 'workflow')));
		const written = { resource: 'completion', operation: 'send', inputsMode: 'json', inputsJson: JSON.stringify(inputs), user: 'n8n', simplify: false };
		const [completion] = await outputOf({ node: 'difyCompletion', parameters: written, credential: workspace.credential('completion') });
		expect(shape(completion)).toBe(shape(await workspace.call('POST', '/completion-messages', body, 'completion')));
	});
});

test('n8n learns the tokens of all items, and the ids of a single run, also of one that fails', async () => {
	const input = [{ json: {} }, { json: {} }];
	const { metadata, items } = await runNode(sending('chat', { input }));
	const total = (name: string) => items.reduce((sum, { json }) => sum + Number((json.usage as Record<string, number>)[name]), 0);
	expect(metadata).toEqual({ tokenUsage: { inputTokens: total('prompt_tokens'), outputTokens: total('completion_tokens') } });

	const { metadata: ofFlow, items: [{ json }] } = await runNode(sending('chatflow'));
	const id = expect.stringMatching(/^[\da-f-]{36}$/);
	expect(ofFlow?.tracing).toEqual({
		'dify.conversation_id': json.conversation_id,
		'dify.message_id': json.message_id,
		'dify.workflow_run_id': json.workflow_run_id,
		'dify.task_id': id,
	});
	const failing = sending('chat');
	failing.parameters.query = 'MAGIC_MIDERR';
	expect((await runNode(failing)).metadata?.tracing).toEqual({ 'dify.conversation_id': id, 'dify.message_id': id, 'dify.task_id': id });
});

test('extras come under their own names, with Simplify on and off', async () => {
	for (const simplify of [true, false]) {
		const options = sending('chatflow');
		Object.assign(options.parameters, { simplify, options: { include: ['nodeTrace', 'timing', 'rawEvents'] } });
		const [item] = await outputOf(options);
		expect(item).toMatchObject({
			nodeTrace: expect.arrayContaining([expect.objectContaining({ status: 'succeeded', title: expect.any(String) })]),
			timing: { firstEvent: expect.any(Number), firstText: expect.any(Number), total: expect.any(Number) },
			rawEvents: expect.arrayContaining([expect.objectContaining({ event: 'workflow_finished' })]),
		});
	}
});
