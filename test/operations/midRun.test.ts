import { appendFileSync, truncateSync } from 'node:fs';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, stored, withFile, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { type Workspace, workspaceWithBase } from './workspace';

jest.setTimeout(60_000);

const CREATE = 'POST /datasets/{dataset_id}/document/create-by-text';
const GONE = 'The knowledge base does not exist';

let workspace: Workspace;
let base: string;
beforeEach(async () => {
	({ workspace, base } = await workspaceWithBase());
});
afterEach(async () => await workspace.emulator.close());

const upserting = (input: INodeExecutionData[], parameters: IDataObject = {}, more: Partial<RunOptions> = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: { resource: 'document', operation: 'upsert', dataset_id: byId(base), key: '={{ $json.key }}', ...parameters },
	credential: workspace.credential('dataset'),
	input,
	...more,
});
const texts = (count: number) => Array.from({ length: count }, (_, index) => ({ json: { key: `k${index}` } }));
const byText = { source: 'text', name: '={{ $json.key }}.md', text: '=Text of {{ $json.key }}.' };
const tolerant = { onError: 'continueRegularOutput' } as const;

describe('a knowledge base that is deleted after some of its documents were written', () => {
	/** Deletes it while Dify works on the third of them. */
	const deleteInBetween = async () => {
		workspace.emulator.faults.add({ route: CREATE, delayMs: 1, times: 2 });
		workspace.emulator.faults.add({ route: CREATE, delayMs: 200 });
		while (workspace.sent(CREATE).length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
		await workspace.call('DELETE', `/datasets/${base}`);
	};

	test('fails the rest in the same words, and what was done stays in the output', async () => {
		const [{ items }] = await Promise.all([runNode(upserting(texts(6), byText, tolerant)), deleteInBetween()]);
		expect(items.map(({ json }) => json.error ?? json.outcome)).toEqual(['created', 'created', GONE, GONE, GONE, GONE]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(texts(6).map((_, item) => ({ item })));
		expect(items[5].json.details).toMatchObject({ description: expect.stringMatching(/^It was deleted/) });
		expect(workspace.sent(CREATE)).toHaveLength(3);
	});

	test('ends the execution where errors are not tolerated', async () => {
		const [{ error }] = await Promise.all([runNode(upserting(texts(6), byText)), deleteInBetween()]);
		expect(error?.message).toBe(GONE);
		expect(workspace.sent(CREATE)).toHaveLength(3);
	});

	test('does not end the items of another base', async () => {
		const input = texts(6).map(({ json }, index) => ({ json: { ...json, base: index % 2 ? workspace.ids.dataset : base } }));
		const options = upserting(input, { ...byText, dataset_id: byId('={{ $json.base }}') }, tolerant);
		const [{ items }] = await Promise.all([runNode(options), deleteInBetween()]);
		expect(items.map(({ json }) => json.error ?? json.outcome)).toEqual(['created', 'created', GONE, 'created', GONE, 'created']);
	});
});

describe.each([
	['grows', (path: string) => appendFileSync(path, ' More.')],
	['shrinks', (path: string) => truncateSync(path, 3)],
])("a file in n8n's binary store that %s while it is read", (_, change) => {
	const files = async (contents: Record<string, string>) =>
		await Promise.all(Object.entries(contents).map(async ([key, content]) => await stored(withFile(`${key}.md`, content, { key }))));
	const changed = "The file 'b.md' changed its size while it was read";
	const held = async () => {
		const { data } = await workspace.call('GET', `/datasets/${base}/documents`);
		const entries = (data as unknown as IDataObject[]).map(async ({ id, name }) => {
			const segments = await workspace.call('GET', `/datasets/${base}/documents/${String(id)}/segments`);
			return [name, (segments.data as unknown as IDataObject[]).map(({ content }) => content).join('|')];
		});
		return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
	};
	const results = async (sources: Awaited<ReturnType<typeof files>>) => {
		const options = upserting(sources.map(({ item }) => item), { source: 'file', options: { concurrency: 3 } }, tolerant);
		const { items } = await runNode({ ...options, credential: { ...workspace.credential('dataset'), retries: 2 } });
		return items.map(({ json }) => json.error ?? json.outcome);
	};

	test('makes no document, and the others are made', async () => {
		const sources = await files({ a: 'Apples.', b: 'Bears.', c: 'Cider.' });
		change(sources[1].path);
		expect(await results(sources)).toEqual(['created', changed, 'created']);
		expect(await held()).toEqual({ 'a.md': 'Apples.', 'c.md': 'Cider.' });
		expect(await results(await files({ a: 'Apples.', b: 'Bears.', c: 'Cider.' }))).toEqual(['skipped', 'created', 'skipped']);
	});

	test('leaves the document as it was, which the next execution changes', async () => {
		await results(await files({ a: 'Apples.', b: 'Bears.' }));
		const sources = await files({ a: 'Apples.', b: 'Bees, and bears.' });
		change(sources[1].path);
		expect(await results(sources)).toEqual(['skipped', changed]);
		expect(await held()).toEqual({ 'a.md': 'Apples.', 'b.md': 'Bears.' });
		expect(await outputOf(upserting([(await files({ b: 'Bees.' }))[0].item], { source: 'file' }))).toEqual([expect.objectContaining({ outcome: 'updated' })]);
		expect(await held()).toEqual({ 'a.md': 'Apples.', 'b.md': 'Bees.' });
	});
});
