import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { type Workspace, workspaceWithBase } from './workspace';

jest.setTimeout(60_000);

const CREATE = 'POST /datasets/{dataset_id}/document/create-by-text';

let workspace: Workspace;
let base: string;
beforeEach(async () => {
	({ workspace, base } = await workspaceWithBase());
});
afterEach(async () => await workspace.emulator.close());

const texts = (count: number): INodeExecutionData[] => Array.from({ length: count }, (_, index) => ({ json: { name: `n${index}.md` } }));
const creating = (count: number, retries: number, options: IDataObject = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'document',
		operation: 'createByText',
		dataset_id: byId(base),
		name: '={{ $json.name }}',
		text: 'Text.',
		waitForIndexing: false,
		options,
	},
	credential: { ...workspace.credential('dataset'), retries },
	input: texts(count),
});
const refused = () => workspace.emulator.requests.filter(({ status }) => status === 403).length;

describe('the request limit for knowledge bases', () => {
	test('is waited out at any concurrency, with few refusals, and nothing is written twice', async () => {
		workspace.emulator.limitKnowledge({ requests: 20, windowMs: 1000, retryAfter: 1 });
		const items = await outputOf(creating(30, 1, { concurrency: 10 }));
		expect(items.map(({ name }) => name)).toEqual(texts(30).map(({ json }) => json.name));
		expect(workspace.sent(CREATE).filter(({ status }) => status === 200)).toHaveLength(30);
		expect(refused()).toBeGreaterThan(0);
		// A window lets 20 pass; what it refuses is at most what was on its way at once.
		const passed = workspace.emulator.requests.filter(({ status }) => status === 200).length;
		expect(refused()).toBeLessThanOrEqual(10 * Math.ceil(passed / 20));
		workspace.emulator.limitKnowledge();
		expect(await workspace.call('GET', `/datasets/${base}/documents?limit=100`)).toMatchObject({ total: 30 });
	});

	test('holds the others back as soon as one is refused', async () => {
		const body = { code: 'forbidden', message: 'Sorry, you have reached the knowledge base request rate limit of your subscription.', status: 403 };
		workspace.emulator.faults.add({ route: CREATE, status: 403, body, headers: { 'retry-after': '1' } });
		await outputOf(creating(3, 1));
		const [first, ...later] = workspace.sent(CREATE);
		expect(later).toHaveLength(3);
		expect(later[0].at - first.at).toBeGreaterThanOrEqual(990);
	});

	test('fails at once where the credential allows no repetition, and says so', async () => {
		workspace.emulator.limitKnowledge({ requests: 0, windowMs: 60_000 });
		const { error } = await runNode(creating(3, 0));
		expect(error).toMatchObject({ message: "Your Dify plan's request limit for knowledge bases is reached", description: expect.stringMatching(/Wait that long/) });
		expect(refused()).toBe(1);
	});
});

describe.each([
	'The capacity of the vector space has reached the limit of your subscription.',
	'The number of documents has reached the limit of your subscription.',
	'To unlock this feature and elevate your Dify experience, please upgrade to a paid plan.',
])('the plan limit "%.40s…"', (message) => {
	const reach = () => {
		workspace.emulator.faults.add({ route: CREATE, delayMs: 1, times: 2 });
		workspace.emulator.faults.add({ route: CREATE, status: 403, body: { code: 'forbidden', message, status: 403 } });
	};

	test('ends the execution, which says what was done', async () => {
		reach();
		const { error } = await runNode(creating(6, 3));
		expect(error).toMatchObject({ message, description: expect.stringMatching(/limit of your Dify plan.+ 2 of 6 items were done before\.$/) });
		expect(workspace.sent(CREATE)).toHaveLength(3);
	});

	test('fails the rest without a request where errors are tolerated', async () => {
		reach();
		const { items } = await runNode({ ...creating(6, 3), onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json.error ?? json.name)).toEqual(['n0.md', 'n1.md', message, message, message, message]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4, 5].map((item) => ({ item })));
		expect(workspace.sent(CREATE)).toHaveLength(3);
	});
});
