import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { createText, type Workspace, workspaceWithBase } from './workspace';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

let workspace: Workspace;
let base: string;
beforeEach(async () => {
	({ workspace, base } = await workspaceWithBase());
	await outputOf(running('upsert', KEYS.map(item), { source: 'text', name: '={{ $json.key }}.md', text: 'Text.', options: { concurrency: 6 } }));
	await createText(workspace.call, base, 'foreign.md', 'By hand.');
	workspace.watch();
});
afterEach(async () => {
	await workspace.emulator.close();
});

const item = (key: unknown): INodeExecutionData => ({ json: { key } as IDataObject });
const running = (operation: string, input: INodeExecutionData[], more: IDataObject = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: { resource: 'document', operation, dataset_id: byId(base), key: '={{ $json.key }}', ...more },
	credential: workspace.credential('dataset'),
	input,
});
const deleting = (keys: unknown[], more: IDataObject = {}) => running('deleteMissing', keys.map(item), { dryRun: false, ...more });

const list = async () => {
	const { data } = await workspace.call('GET', `/datasets/${base}/documents?limit=100`);
	return data as unknown as IDataObject[];
};
const names = async () => (await list()).map(({ name }) => name).sort();
const idOf = async (name: string) => String((await list()).find((document) => document.name === name)?.id);
const deletions = () => workspace.sent('DELETE /datasets/{dataset_id}/documents/{document_id}');
const allNames = [...KEYS.map((key) => `${key}.md`), 'foreign.md'];

test('by default only shows what is missing', async () => {
	const options = running('deleteMissing', ['a', 'b', 'c', 'd', 'e'].map(item));
	const id = await idOf('f.md');
	expect(await outputOf(options)).toEqual([{ deleted: false, id, name: 'f.md', key: 'f', reason: 'Dry run.' }]);
	expect(deletions()).toEqual([]);
});

test('deletes those that no item has, and none without a key', async () => {
	const id = await idOf('c.md');
	expect(await outputOf(deleting(['a', 'b', 'd', 'e', 'f']))).toEqual([{ deleted: true, id, name: 'c.md', key: 'c', reason: null }]);
	expect(await names()).toEqual(['a.md', 'b.md', 'd.md', 'e.md', 'f.md', 'foreign.md']);
	expect(await outputOf(deleting(['a', 'b', 'd', 'e', 'f']))).toEqual([]);
});

test('a share above the limit is refused, and shown by a dry run', async () => {
	const { error } = await runNode(deleting(['a', 'b']));
	expect(error).toMatchObject({
		message: '4 of 6 documents are missing in the input: 67 %, more than the 20 % allowed',
		description: expect.stringMatching(/raise 'Maximum Share of Deletions'/),
	});
	expect(await names()).toEqual(allNames);
	expect(await outputOf(deleting(['a', 'b'], { dryRun: true }))).toEqual(
		expect.arrayContaining([expect.objectContaining({ deleted: false, key: 'c', reason: expect.stringMatching(/^4 of 6/) })]),
	);
	const options = { concurrency: 4 };
	expect((await outputOf(deleting(['a', 'b'], { maxDeletions: 70, options }))).map(({ deleted }) => deleted)).toEqual([true, true, true, true]);
	expect(await names()).toEqual(['a.md', 'b.md', 'foreign.md']);
});

test.each([
	[[''], 'The input holds no key, so that every document would be deleted'],
	[[null], 'The input holds no key, so that every document would be deleted'],
	[['a', '', 'c'], "'Key' is empty for item 2"],
	[['a', { b: 1 }], `'Key' takes a text of up to 2000 characters, not {"b":1}`],
])('the keys %j are refused', async (keys, says) => {
	const { error } = await runNode(deleting(keys, { maxDeletions: 100 }));
	expect(error).toMatchObject({ message: says, description: expect.stringMatching(/\w/) });
	expect(deletions()).toEqual([]);
	const { items } = await runNode({ ...deleting(keys, { maxDeletions: 100 }), onError: 'continueRegularOutput' });
	expect(items).toEqual([expect.objectContaining({ json: { error: says, details: expect.any(Object) }, pairedItem: { item: 0 } })]);
});

test('an empty input deletes all where both options say so', async () => {
	const options = { allowEmptyInput: true };
	expect((await runNode(deleting([''], { options }))).error?.message).toMatch(/^6 of 6 documents are missing/);
	expect(await outputOf(deleting([''], { options, maxDeletions: 100 }))).toHaveLength(6);
	expect(await names()).toEqual(['foreign.md']);
});

test('only within the scope', async () => {
	const { id: origin } = await workspace.call('POST', `/datasets/${base}/metadata`, { name: 'origin', type: 'string' });
	const inHandbook = await Promise.all(['a.md', 'b.md'].map(idOf));
	const value = [{ id: origin, name: 'origin', value: 'handbook' }];
	await workspace.call('POST', `/datasets/${base}/documents/metadata`, {
		operation_data: inHandbook.map((id) => ({ document_id: id, metadata_list: value, partial_update: true })),
	});
	const scope = { condition: { name: 'origin', value: 'handbook' } };
	expect((await outputOf(deleting(['a'], { scope, maxDeletions: 50 }))).map(({ key }) => key)).toEqual(['b']);
	expect(await names()).toEqual(allNames.filter((name) => name !== 'b.md'));
	const { error } = await runNode(deleting(['a'], { scope: { condition: { name: 'colour', value: 'red' } } }));
	expect(error?.message).toBe("The knowledge base has no metadata field 'colour'");
});

test('archived documents stay, with the reason; others are deleted while they are indexed', async () => {
	const id = await idOf('e.md');
	await workspace.call('PATCH', `/datasets/${base}/documents/status/archive`, { document_ids: [id] });
	workspace.emulator.faults.add({ indexingNever: true });
	const stuck = { source: 'text', name: '={{ $json.key }}.md', text: 'Other text.', waitForIndexing: false };
	await outputOf(running('upsert', [item('f')], stuck));
	const results = await outputOf(deleting(['a', 'b', 'c', 'd']));
	expect(results).toEqual(
		expect.arrayContaining([
			expect.objectContaining({ deleted: false, key: 'e', reason: expect.stringMatching(/^Archived in Dify/) }),
			expect.objectContaining({ deleted: true, key: 'f', reason: 'It was still being indexed.' }),
		]),
	);
	expect(await names()).toEqual(['a.md', 'b.md', 'c.md', 'd.md', 'e.md', 'foreign.md']);
});

test('a document that is gone meanwhile counts as deleted, any other refusal ends it', async () => {
	const route = 'DELETE /datasets/{dataset_id}/documents/{document_id}';
	workspace.emulator.faults.add({ route, status: 404, body: { code: 'not_found', message: 'Document Not Exists.', status: 404 } });
	expect(await outputOf(deleting(['a', 'b', 'c', 'd', 'e']))).toEqual([expect.objectContaining({ deleted: true, reason: 'It was gone already.' })]);
	workspace.emulator.faults.add({ route, status: 403, body: { code: 'forbidden', message: 'No.', status: 403 } });
	expect((await runNode(deleting(['a', 'b', 'c', 'd', 'e']))).error?.message).toBe('No.');
});

test('by name, every document is known', async () => {
	const results = await outputOf(deleting(allNames.slice(0, 6), { keyType: 'name' }));
	expect(results).toEqual([expect.objectContaining({ deleted: true, key: 'foreign.md' })]);
});
