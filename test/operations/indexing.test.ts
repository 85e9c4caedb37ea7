import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, withFile, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { createText, type Workspace, workspaceWithBase } from './workspace';

jest.setTimeout(60_000);

const STATUS = 'GET /datasets/{dataset_id}/documents/{batch}/indexing-status';
const LIST = 'GET /datasets/{dataset_id}/documents';
const CREATE = 'POST /datasets/{dataset_id}/document/create-by-text';
const UPDATE = 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text';

let workspace: Workspace;
let base: string;
const open = async (indexingMs: number, version?: string) => {
	await (workspace as Workspace | undefined)?.emulator.close();
	({ workspace, base } = await workspaceWithBase({ indexingMs, ...(version && { version, strict: false }) }));
};
beforeEach(async () => await open(2));
afterEach(async () => await workspace.emulator.close());

const running = (operation: string, input: INodeExecutionData[], options: IDataObject = {}, more: IDataObject = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'document',
		operation,
		dataset_id: byId(base),
		source: 'text',
		name: '={{ $json.name }}',
		text: '={{ $json.text }}',
		key: '={{ $json.name }}',
		options,
		...more,
	},
	credential: workspace.credential('dataset'),
	input,
});
const texts = (count: number, content: string): INodeExecutionData[] =>
	Array.from({ length: count }, (_, index) => ({ json: { name: `n${index}.md`, text: `${content} ${index}.` } }));
const polls = () => workspace.sent(STATUS).length + workspace.sent(LIST).length;

describe('many that wait', () => {
	test('are polled together: about one request per document, and one per round', async () => {
		await open(120);
		const items = await outputOf(running('createByText', texts(100, 'Text'), { concurrency: 50 }));
		expect(items.map(({ name, indexing_status, completed_segments, total_segments, error }) => ({ name, indexing_status, completed_segments, total_segments, error }))).toEqual(
			texts(100, '').map(({ json: { name } }) => ({ name, indexing_status: 'completed', completed_segments: 1, total_segments: 1, error: null })),
		);
		expect(workspace.sent(STATUS).length).toBeLessThanOrEqual(110);
		// One look for a namesake before each document is written, and the rounds.
		expect(workspace.sent(LIST).length).toBeLessThanOrEqual(130);
	});

	test.each(['1.4.3', '1.10.1', 'main-2026-06'])('old documents of a large base are changed with few polls (Dify %s)', async (version) => {
		await open(2, version);
		await outputOf(running('upsert', texts(20, 'Old'), { concurrency: 20 }));
		await Promise.all(Array.from({ length: 100 }, async (_, index) => await createText(workspace.call, base, `later ${index}.md`, 'Text.')));
		workspace.watch();
		const items = await outputOf(running('upsert', texts(20, 'New'), { concurrency: 20 }));
		expect(new Set(items.map(({ outcome, indexing_status, total_segments }) => [outcome, indexing_status, total_segments].join()))).toEqual(new Set(['updated,completed,1']));
		expect(workspace.sent(STATUS).length).toBeLessThanOrEqual(version === '1.4.3' ? 40 : 25);
	});

	test('end each by itself, in time or not, with what Dify says', async () => {
		for (const fault of [{ indexingNever: true }, { indexingPaused: true }, { indexingError: 'The model is busy.' }]) workspace.emulator.faults.add(fault);
		const options = { concurrency: 5, indexingTimeout: 2, onIndexingError: 'return' };
		const items = await outputOf(running('createByText', texts(5, 'Text'), options));
		const errors = items.map(({ error }) => error);
		expect(errors.filter(Boolean).sort()).toEqual([
			'Indexing did not end in time: it is waiting, 0 of 0 chunks.',
			'Indexing was paused in Dify and waits for a person.',
			'The model is busy.',
		]);
	});

	test('do not fail together when a list fails', async () => {
		const [first] = texts(1, 'Text');
		await outputOf(running('createByText', [first]));
		workspace.emulator.faults.add({ route: STATUS, status: 500, body: { code: 'unknown', message: 'Broken.', status: 500 } });
		const { items } = await runNode({ ...running('upsert', texts(5, 'Other'), { concurrency: 5 }), onError: 'continueRegularOutput' });
		const errors = items.map(({ json }) => json.error).filter(Boolean);
		expect(errors).toEqual(['Broken.']);
	});

	test('end with the execution', async () => {
		workspace.emulator.faults.add({ indexingNever: true, times: 4 });
		const { status } = await runNode({
			...running('createByText', texts(4, 'Text'), { concurrency: 4 }),
			started: (run) => setTimeout(() => run.cancel(), 1500),
		});
		expect(status).toBe('canceled');
		const before = polls();
		await new Promise((resolve) => setTimeout(resolve, 1000));
		expect(polls()).toBe(before);
	});
});

describe('Retry Failed', () => {
	const busy = { indexingError: 'The model is busy.' };

	test.each(['createByText', 'upsert'])('%s writes once more what Dify could not index', async (operation) => {
		workspace.emulator.faults.add(busy);
		const [item] = await outputOf(running(operation, texts(1, 'Text'), { retryFailed: true }));
		expect(item).toMatchObject({ name: 'n0.md', indexing_status: 'completed', error: null });
		expect(workspace.sent(CREATE)).toHaveLength(2);
		const { total } = await workspace.call('GET', `/datasets/${base}/documents`);
		expect(total).toBe(1);
	});

	test('a change is written once more, under its new name', async () => {
		const [made] = await outputOf(running('upsert', texts(1, 'Old')));
		workspace.emulator.faults.add(busy);
		const renamed = running('upsert', [{ json: { name: 'other.md', text: 'New.' } }], { retryFailed: true }, { key: 'n0.md' });
		expect(await outputOf(renamed)).toEqual([expect.objectContaining({ outcome: 'updated', id: made.id, name: 'other.md', indexing_status: 'completed' })]);
		expect(workspace.sent(UPDATE)).toHaveLength(1);
		expect(await outputOf(renamed)).toEqual([expect.objectContaining({ outcome: 'skipped', id: made.id })]);
	});

	test('once is enough, and off by default', async () => {
		workspace.emulator.faults.add({ ...busy, times: 2 });
		const { error } = await runNode(running('createByText', texts(1, 'Text'), { retryFailed: true }));
		expect(error?.message).toBe("'n0.md' was not indexed: The model is busy.");
		expect(workspace.sent(CREATE)).toHaveLength(2);
		workspace.emulator.faults.add(busy);
		expect((await runNode(running('createByText', texts(1, 'Text')))).error?.message).toBe("'n0.md' was not indexed: The model is busy.");
		expect(workspace.sent(CREATE)).toHaveLength(3);
	});
});

test('a document whose name is part of more than a hundred others is known', async () => {
	const { id } = await createText(workspace.call, base, '1.md', 'Old.');
	const others = Array.from({ length: 100 }, (_, index) => createText(workspace.call, base, `${index + 100}1.md`, 'Text.'));
	await Promise.all(others);
	workspace.watch();
	const item = { json: { name: '1.md', text: 'New.' } };
	expect(await outputOf(running('createByText', [item], {}, { ifNameExists: 'skip' }))).toEqual([expect.objectContaining({ id, batch: null })]);
	expect(workspace.sent(CREATE)).toEqual([]);
	expect(await outputOf(running('upsert', [item]))).toEqual([expect.objectContaining({ id, outcome: 'updated' })]);
});

describe('the next execution', () => {
	test.each([
		['a new document', CREATE, 'Text'],
		['a change', UPDATE, 'Other text'],
	])('waits for %s that is still being indexed, and does not write it again', async (_, route, content) => {
		await open(300);
		if (route === UPDATE) await outputOf(running('upsert', texts(1, 'Text')));
		workspace.watch();
		await runNode({ ...running('upsert', texts(1, content)), started: (run) => setTimeout(() => run.cancel(), 700) });
		expect(workspace.sent(route)).toHaveLength(1);
		expect(await outputOf(running('upsert', texts(1, content)))).toEqual([
			expect.objectContaining({ outcome: 'updated', name: 'n0.md', indexing_status: 'completed', reason: 'An earlier execution had written it.' }),
		]);
		expect(workspace.sent(route)).toHaveLength(1);
		expect(await outputOf(running('upsert', texts(1, content)))).toEqual([expect.objectContaining({ outcome: 'skipped' })]);
	});

	test('writes again what was indexed without a chunk', async () => {
		await open(300);
		const empty = running('upsert', [withFile('n0.md', ' ', { name: 'n0.md' })], { onIndexingError: 'return' }, { source: 'file', binaryPropertyName: 'data' });
		await runNode({ ...empty, started: (run) => setTimeout(() => run.cancel(), 700) });
		expect(await outputOf(empty)).toEqual([expect.objectContaining({ outcome: 'failed', reason: 'Dify found no text in it: it has no chunks.' })]);
	});

	test('waits for what an execution that does not wait has left, and leaves it alone', async () => {
		await open(100);
		await outputOf(running('upsert', texts(1, 'Text'), {}, { waitForIndexing: false }));
		expect(await outputOf(running('upsert', texts(1, 'Text')))).toEqual([
			expect.objectContaining({ outcome: 'skipped', indexing_status: 'completed', reason: 'Unchanged.' }),
		]);
		expect(workspace.sent(CREATE)).toHaveLength(1);
	});
});
