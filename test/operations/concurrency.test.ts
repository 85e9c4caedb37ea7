import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { seededWorkspace, type Workspace } from './workspace';

jest.setTimeout(60_000);

type Mode = 'chat' | 'chatflow' | 'workflow';

const ROUTE: Record<Mode, string> = { chat: 'POST /chat-messages', chatflow: 'POST /chat-messages', workflow: 'POST /workflows/run' };

let workspace: Workspace;
const start = async (version?: string) => {
	workspace = await seededWorkspace({ version, strict: version === undefined, tokenMs: 20 });
	workspace.watch();
};
afterEach(async () => {
	await workspace.emulator.close();
});

const asking = (mode: Mode, options: IDataObject = {}, input?: INodeExecutionData[]): RunOptions => {
	const query = '={{ $json.query ?? "Short" }}';
	const asked: Record<Mode, Pick<RunOptions, 'node' | 'parameters'>> = {
		chat: { node: 'difyChat', parameters: { resource: 'chat', operation: 'send', query, conversation: 'new' } },
		chatflow: { node: 'difyChatflow', parameters: { resource: 'chatflow', operation: 'send', query, conversation: 'new' } },
		workflow: {
			node: 'difyWorkflow',
			parameters: { resource: 'workflow', operation: 'run', inputsMode: 'json', inputsJson: '={{ JSON.stringify({ query: $json.query ?? "Short" }) }}' },
		},
	};
	const { node, parameters } = asked[mode];
	return { node, parameters: { ...parameters, user: 'ada', options }, credential: workspace.credential(mode), input };
};

/** Somebody else's run, which takes more than a second and holds a place. */
const occupy = (mode: Mode) => {
	const query = 'MAGIC_SLOW';
	const body = { inputs: mode === 'workflow' ? { query } : {}, ...(mode !== 'workflow' && { query }), user: 'bob', response_mode: 'blocking' };
	return workspace.call('POST', mode === 'workflow' ? '/workflows/run' : '/chat-messages', body, mode);
};
const occupied = async () => {
	while (!workspace.emulator.counts().places) await new Promise((resolve) => setTimeout(resolve, 5));
};
const statuses = (mode: Mode) => workspace.sent(ROUTE[mode]).filter(({ body }) => (body as IDataObject).user === 'ada').map(({ status }) => status);

test.each<[Mode, string | undefined, 400 | 429, number]>([
	['chat', '0.15.3', 400, 1],
	['chat', '1.4.3', 429, 1],
	['chatflow', '1.10.1', 400, 1],
	['workflow', '1.14.2', 400, 2],
	['chat', undefined, 400, 1],
	['workflow', undefined, 429, 2],
])('a %s of %s that is refused with %i is sent again until there is a place', async (mode, version, status, requests) => {
	await start(version);
	workspace.emulator.limitRuns(mode, { requests, status });
	const other = occupy(mode);
	await occupied();
	const { items, error, hints } = await runNode(asking(mode, { timeout: 0 }));
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	expect(hints).toEqual([]);
	expect(statuses(mode)).toEqual([...Array(statuses(mode).length - 1).fill(status), 200]);
	expect(statuses(mode).length).toBeGreaterThan(1);
	await other;
	expect(workspace.emulator.counts()).toMatchObject({ places: 0 });
});

test('a refusal lasts as long as the time of the item, and then it is the reason', async () => {
	await start();
	workspace.emulator.limitRuns('chat', { requests: 0 });
	const begun = Date.now();
	const { error } = await runNode(asking('chat', { timeout: 3 }));
	expect(error?.message).toBe('Dify is busy with as many requests as it may run at once');
	expect(error?.description).toMatch(/Max Active Requests/);
	expect(Date.now() - begun).toBeGreaterThan(2000);
	expect(Date.now() - begun).toBeLessThan(3000 + 500);
});

test('those who wait do not come again at the same time', async () => {
	await start();
	workspace.emulator.limitRuns('chat', { requests: 0 });
	const input = Array.from({ length: 20 }, () => ({ json: {} }));
	await runNode({ ...asking('chat', { timeout: 2, concurrency: 20 }, input), onError: 'continueRegularOutput' });
	const second = workspace.sent(ROUTE.chat).slice(20, 40).map(({ at }) => at);
	expect(Math.max(...second) - Math.min(...second)).toBeGreaterThan(100);
});

describe.each<[Mode]>([['chatflow'], ['workflow']])('a %s that may run once at a time', (mode) => {
	test.each(['1.14.2', undefined])('is run without a stream, which could never begin, and the item says so (version %s)', async (version) => {
		await start(version);
		workspace.emulator.limitRuns(mode, { requests: 1 });
		const { items, hints } = await runNode(asking(mode));
		expect(items[0].json).toMatchObject(mode === 'workflow' ? { status: 'succeeded', outputs: { query: 'Short' } } : { output: expect.stringMatching(/Short/) });
		expect(hints).toEqual([expect.stringMatching(/may run one request at a time.+Max Active Requests/)]);
		const sent = workspace.sent(ROUTE[mode]).map(({ status, body }) => [(body as IDataObject).response_mode, status]);
		expect(sent).toEqual([['streaming', 400], ['blocking', 200]]);
	});

	test('is run without a stream also where a proxy keeps the release back', async () => {
		await start();
		const message = 'Too many requests. Please try again later. The current maximum concurrent requests allowed for this app is 1.';
		const body = { code: 'invalid_param', message, status: 400 };
		workspace.emulator.faults.add({ route: ROUTE[mode], status: 400, body, headers: { 'x-version': '' } });
		const [item] = await outputOf(asking(mode));
		expect(item).toBeDefined();
		expect(workspace.sent(ROUTE[mode]).map((request) => (request.body as IDataObject).response_mode)).toEqual(['streaming', 'blocking']);
	});

	test('waits for its turn without a stream, too', async () => {
		await start();
		workspace.emulator.limitRuns(mode, { requests: 1 });
		const other = occupy(mode);
		await occupied();
		const [item] = await outputOf(asking(mode));
		expect(item).toBeDefined();
		expect(statuses(mode).at(-1)).toBe(200);
		await other;
	});

	test('streams where a request makes the run, and no worker', async () => {
		await start('1.10.1');
		workspace.emulator.limitRuns(mode, { requests: 1 });
		const { hints } = await runNode(asking(mode));
		expect(hints).toEqual([]);
		expect(statuses(mode)).toEqual([200]);
	});
});

test('a chatflow that may run once at a time cannot run at all where it needs a stream, and is told so at once', async () => {
	await start('1.13.0');
	workspace.emulator.limitRuns('chatflow', { requests: 1 });
	const { error, hints } = await runNode(asking('chatflow'));
	expect(error?.message).toBe('Dify is busy with as many requests as it may run at once');
	expect(error?.description).toMatch(/raise the limit of the app/);
	expect(hints).toEqual([]);
	expect(statuses('chatflow')).toEqual([400]);
});

test.each<Mode>(['chat', 'chatflow', 'workflow'])('ten items of a %s that may run three at a time are all done, each once', async (mode) => {
	await start();
	workspace.emulator.limitRuns(mode, { requests: 3 });
	const input = Array.from({ length: 10 }, (_, index) => ({ json: { query: `Question ${index}` } }));
	const { items, error } = await runNode(asking(mode, { concurrency: 10 }, input));
	expect(error).toBeUndefined();
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual(input.map((_, item) => ({ item })));
	const done = workspace.sent(ROUTE[mode]).filter(({ status }) => status === 200).map(({ body }) => body as IDataObject);
	expect(done.map(({ query, inputs }) => query ?? (inputs as IDataObject).query).sort()).toEqual(input.map(({ json }) => json.query));
	expect(workspace.emulator.counts()).toMatchObject({ places: 0 });
});
