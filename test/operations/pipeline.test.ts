import type { IDataObject } from 'n8n-workflow';

import { outputOf, runNode, withFile, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

const RUN = 'POST /datasets/{dataset_id}/pipeline/run';
const UPLOAD = 'POST /datasets/pipeline/file-upload';
const INPUTS = '{ "sep": "x", "req": "yes" }';
const ID = '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15';

let workspace: Workspace;
let base: string;
beforeEach(async () => {
	workspace = await seededWorkspace();
	const answer = await fetch(`${workspace.emulator.url}/_emulator/pipeline-base`, { method: 'POST' });
	({ id: base } = (await answer.json()) as { id: string });
	workspace.watch();
});
afterEach(async () => {
	await workspace.emulator.close();
});

const running = (operation: string, parameters: IDataObject, input = [withFile('a.txt', 'Rivers flow.')]): RunOptions => ({
	node: 'difyKnowledge',
	parameters: { resource: 'pipeline', operation, dataset_id: byId(base), inputs: INPUTS, ...parameters },
	credential: workspace.credential('dataset'),
	input,
});
const pages = (...urls: string[]) => ({ sources: urls.map((url) => ({ url, title: `Page ${url.at(-1)}` })) });

describe('Ingest', () => {
	const ingesting = (parameters: IDataObject, input?: RunOptions['input']) => running('ingest', parameters, input);

	test('several files at once, each with its outcome in the order of the input', async () => {
		const input = Array.from({ length: 6 }, (_, index) => withFile(`f${index}.txt`, `One.\n\nText ${index}.`));
		const { items } = await runNode(ingesting({ options: { concurrency: 3 } }, input));
		expect(items.map(({ json }) => [json.outcome, json.name])).toEqual(input.map((_, index) => ['created', `f${index}.txt`]));
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(input.map((_, item) => ({ item })));
		expect(workspace.sent('GET /datasets/{dataset_id}/pipeline/datasource-plugins')).toHaveLength(1);
	});

	test('an online source: one item for each of its documents', async () => {
		const items = await outputOf(ingesting({ datasource_type: 'website_crawl', webPages: pages('https://example.com/1', 'https://example.com/2') }));
		expect(items).toEqual(['Page 1', 'Page 2'].map((name) => expect.objectContaining({ outcome: 'created', name, indexing_status: 'completed' })));
		expect(new Set(items.map(({ batch }) => batch)).size).toBe(1);
		expect(workspace.sent(UPLOAD)).toEqual([]);
	});

	test('without waiting the state is that of the start', async () => {
		const [item] = await outputOf(ingesting({ waitForIndexing: false }));
		expect(item).toMatchObject({ outcome: 'created', indexing_status: 'waiting', reason: null });
	});

	test('what was not indexed fails the item, or is returned with the reason', async () => {
		workspace.emulator.faults.add({ indexingNever: true });
		const options = { indexingTimeout: 1 };
		const { error } = await runNode(ingesting({ options }));
		expect(error).toMatchObject({ message: "Not indexed: 'a.txt': Indexing did not end in time: it is waiting, 0 of 0 chunks.", description: expect.stringMatching(/^Correct the cause/) });
		workspace.emulator.faults.add({ indexingNever: true });
		const [item] = await outputOf(ingesting({ options: { ...options, onIndexingError: 'return' } }));
		expect(item).toMatchObject({ outcome: 'failed', name: 'a.txt', reason: 'Indexing did not end in time: it is waiting, 0 of 0 chunks.' });
	});

	test.each([
		[{ start_node_id: byId('nope') }, "'Source Node' 'nope' is no local_file source of the published pipeline"],
		[{ start_node_id: byId('crawl') }, "'Source Node' 'crawl' is no local_file source of the published pipeline"],
		[{ datasource_type: 'online_drive' }, "'Source Node' is missing: the published pipeline has none of the type online_drive"],
		[{ datasource_type: 'website_crawl', webPages: {} }, "'Web Pages' holds no source"],
		[{ datasource_type: 'website_crawl', webPages: pages('') }, "'Web Pages' has no URL in entry 1"],
		[{ inputs: '[]' }, "'Inputs (JSON)' is not a JSON object: '[]'"],
	])('%j is refused before anything waits for good in Dify', async (parameters, says) => {
		const { error } = await runNode(ingesting(parameters as IDataObject));
		expect(error).toMatchObject({ message: says, description: expect.stringMatching(/\w/) });
		expect(workspace.sent(RUN)).toEqual([]);
	});

	test('a variable of the pipeline that is missing is named', async () => {
		const { error } = await runNode(ingesting({ inputs: '{ "req": "yes" }' }));
		expect(error).toMatchObject({ message: "The pipeline needs 'sep'", description: expect.stringContaining("'Inputs (JSON)'") });
	});

	test('a base without a pipeline says so', async () => {
		const { error } = await runNode(ingesting({ dataset_id: byId(workspace.ids.dataset) }));
		expect(error?.message).toBe('This knowledge base has no pipeline');
	});
});

describe('the forms of Run', () => {
	test.each([
		['local_file', 'localFiles', { reference: ID, name: 'a.txt' }, { reference: ID, related_id: ID, type: 'document', transfer_method: 'local_file', name: 'a.txt' }],
		[
			'online_document',
			'onlineDocuments',
			{ workspace_id: 'w1', page_id: 'p1', page_type: 'page', page_name: 'Plan', credential_id: '' },
			{ workspace_id: 'w1', page: { page_id: 'p1', type: 'page', page_name: 'Plan' } },
		],
		['online_drive', 'driveFiles', { id: 'f1', type: 'folder', bucket: 'b', name: 'Plans' }, { id: 'f1', type: 'folder', bucket: 'b', name: 'Plans' }],
		['website_crawl', 'webPages', { url: 'https://example.com', title: '' }, { url: 'https://example.com' }],
	])('%s', async (type, name, entry, sent) => {
		await outputOf(running('run', { start_node_id: byId('ds'), datasource_type: type, sourcesMode: 'form', [name]: { sources: [entry] } }));
		expect(workspace.sent(RUN)[0].body).toMatchObject({ datasource_type: type, datasource_info_list: [sent] });
		expect(Object.keys(workspace.sent(RUN)[0].body as object).sort()).toEqual(
			['datasource_info_list', 'datasource_type', 'inputs', 'is_published', 'response_mode', 'start_node_id'],
		);
	});
});
