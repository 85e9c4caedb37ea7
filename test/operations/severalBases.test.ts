import type { IDataObject } from 'n8n-workflow';

import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

jest.setTimeout(60_000);

let workspace: Workspace;
let bases: string[];
beforeEach(async () => {
	workspace = await seededWorkspace();
	bases = [];
	for (const name of ['One', 'Two', 'Three']) {
		const { id } = await workspace.call('POST', '/datasets', { name, indexing_technique: 'high_quality' });
		bases.push(id);
	}
});
afterEach(async () => await workspace.emulator.close());

/** Each key into each base. */
const bringing = (keys: string[], more: IDataObject = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'document',
		operation: 'upsert',
		dataset_id: byId('={{ $json.base }}'),
		source: 'text',
		name: '={{ $json.key }}.md',
		text: '=Text of {{ $json.key }}.',
		key: '={{ $json.key }}',
		options: { concurrency: 6 },
		...more,
	},
	credential: workspace.credential('dataset'),
	input: bases.flatMap((base) => keys.map((key) => ({ json: { base, key } }))),
});
const outcomes = async (options: RunOptions) => (await outputOf(options)).map(({ outcome }) => outcome);

test('several knowledge bases are filled in one execution, the same keys in each', async () => {
	expect(await outcomes(bringing(['a', 'b', 'c']))).toEqual(Array(9).fill('created'));
	for (const base of bases) expect(await workspace.call('GET', `/datasets/${base}/documents`)).toMatchObject({ total: 3 });
	expect(await outcomes(bringing(['a', 'b', 'c']))).toEqual(Array(9).fill('skipped'));
});

test('one that was deleted fails its own items alone', async () => {
	await workspace.call('DELETE', `/datasets/${bases[1]}`);
	const { items } = await runNode({ ...bringing(['a', 'b']), onError: 'continueRegularOutput' });
	const gone = 'The knowledge base does not exist';
	expect(items.map(({ json }) => json.error ?? json.outcome)).toEqual(['created', 'created', gone, gone, 'created', 'created']);
});

test('chunks of another kind than the base holds are refused before anything is written', async () => {
	await outputOf(bringing(['a']));
	const { error } = await runNode(bringing(['a'], { chunking: 'qa' }));
	expect(error?.message).toMatch(/holds general chunks, not question-answer pairs$/);
});
