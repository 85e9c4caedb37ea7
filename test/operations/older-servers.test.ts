import type { IDataObject } from 'n8n-workflow';

import { outputOf, runNode, withFile } from '../engine/harness';
import { optionsOf, type Key } from './refused';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

let workspace: Workspace;
const start = async (version?: string) => {
	workspace = await seededWorkspace({ version, strict: version === undefined });
	workspace.watch();
};
afterEach(async () => {
	await workspace.emulator.close();
});

const operation = (name: string, parameters: IDataObject, key: Key = 'dataset') => optionsOf(workspace, name, parameters, key);
const inBase = (more: IDataObject = {}) => ({ dataset_id: byId(workspace.ids.dataset), ...more });
const page = { status: 404, body: '<!doctype html>\n<title>404 Not Found</title>' };

const VERSIONS = ['0.15.3', '1.4.3', '1.10.1', '1.13.0', '1.14.2', 'main-2026-06'];

describe.each(VERSIONS)('%s', (version) => {
	beforeEach(async () => await start(version));

	test('gives a knowledge base and a document one by one', async () => {
		const { dataset, rivers } = workspace.ids;
		expect(await outputOf(operation('difyKnowledge.dataset.get', inBase()))).toEqual([
			expect.objectContaining({ id: dataset, name: 'Manuals', document_count: 2 }),
		]);
		expect(await outputOf(operation('difyKnowledge.document.get', inBase({ document_id: byId(rivers) })))).toEqual([
			expect.objectContaining({ id: rivers, name: 'rivers.md', indexing_status: 'completed' }),
		]);
		for (const [name, parameters, says] of [
			['dataset.get', { dataset_id: byId(rivers) }, 'The knowledge base does not exist'],
			['document.get', inBase({ document_id: byId(dataset) }), 'The document does not exist'],
		] as const) {
			expect((await runNode(operation(`difyKnowledge.${name}`, parameters))).error?.message).toBe(says);
		}
	});

	test('puts a file in the place of a document', async () => {
		const { dataset, rivers } = workspace.ids;
		const options = operation('difyKnowledge.document.update', inBase({ document_id: byId(rivers) }));
		const [updated] = await outputOf({ ...options, input: [withFile('new.md', 'Bridges cross rivers.')] });
		expect(updated).toMatchObject({ id: rivers, name: 'new.md', indexing_status: 'completed' });
		const { data } = await workspace.call('GET', `/datasets/${dataset}/documents/${rivers}/segments`);
		expect((data as IDataObject[]).map(({ content }) => content)).toEqual(['Bridges cross rivers.']);
	});

	test('finds chunks', async () => {
		const chunks = await outputOf(operation('difyKnowledge.dataset.retrieve', inBase({ query: 'Rhine' })));
		expect(chunks[0]).toMatchObject({ content: expect.stringContaining('Rhine'), document_name: 'rivers.md' });
	});
});

test.each(['0.15.3', '1.4.3'])('%s: documents are found on later pages, their files by the old route', async (version) => {
	await start(version);
	const { call, ids } = workspace;
	const body = { text: 'x', indexing_technique: 'high_quality', process_rule: { mode: 'automatic' } };
	const names = Array.from({ length: 100 }, (_, index) => `${index}.txt`);
	await Promise.all(names.map(async (name) => await call('POST', `/datasets/${ids.dataset}/document/create-by-text`, { name, ...body })));
	const [document] = await outputOf(operation('difyKnowledge.document.get', inBase({ document_id: byId(ids.rivers) })));
	expect(document.name).toBe('rivers.md');
	const [{ url }] = await outputOf(operation('difyKnowledge.document.getDownloadUrl', inBase({ document_id: byId(ids.rivers) })));
	expect(url).toMatch(/^http:.*\/files\//);
});

test('1.4.3: built-in metadata fields are listed by the old route', async () => {
	await start('1.4.3');
	const fields = await outputOf(operation('difyKnowledge.metadata.getBuiltIn', inBase()));
	expect(fields).toContainEqual({ name: 'uploader', type: 'string' });
});

test('a server that lacks retrieve is asked by its former name, an annotation is updated by POST', async () => {
	await start();
	workspace.emulator.faults.add({ route: 'POST /datasets/{dataset_id}/retrieve', ...page });
	const [chunk] = await outputOf(operation('difyKnowledge.dataset.retrieve', inBase({ query: 'Rhine' })));
	expect(chunk.document_name).toBe('rivers.md');
	expect(workspace.sent('POST /datasets/{dataset_id}/hit-testing')).toHaveLength(1);

	const { id } = await workspace.call('POST', '/apps/annotations', { question: 'Open?', answer: 'Yes.' }, 'chat');
	const route = 'PUT /apps/annotations/{annotation_id}';
	workspace.emulator.faults.add({ route, status: 405, body: { code: 'method_not_allowed', message: 'No.', status: 405 }, headers: { 'x-version': '1.2.0' } });
	const { error } = await runNode(operation('difyChat.annotation.update', { annotation_id: byId(id), question: 'Open?', answer: 'No.' }, 'chat'));
	expect(workspace.emulator.requests.slice(-2).map(({ method, path }) => `${method} ${path}`)).toEqual([
		`PUT /v1/apps/annotations/${String(id)}`,
		`POST /v1/apps/annotations/${String(id)}`,
	]);
	expect(error?.description).toBe('It needs Dify 1.3.1 or newer. This server is 1.2.0.');
});

test('1.4.3: metadata that a write does not name are kept, unless they shall go', async () => {
	await start('1.4.3');
	const { call, ids } = workspace;
	const [section, year] = await Promise.all(
		[{ type: 'string', name: 'section' }, { type: 'number', name: 'year' }].map(
			async (field) => (await call('POST', `/datasets/${ids.dataset}/metadata`, field)) as IDataObject,
		),
	);
	const list = [{ ...section, value: 'maps' }, { ...year, value: 1999 }].map(({ id, name, value }: IDataObject) => ({ id, name, value }));
	await call('POST', `/datasets/${ids.dataset}/documents/metadata`, { operation_data: [{ document_id: ids.rivers, metadata_list: list }] });
	const set = async (more: IDataObject = {}) => {
		const metadata = { fields: [{ name: 'section', value: 'rivers' }] };
		await outputOf(operation('difyKnowledge.metadata.updateDocuments', inBase({ document_ids: `${ids.rivers}, ${ids.apples}`, metadata, ...more })));
		const { data } = await call('GET', `/datasets/${ids.dataset}/documents`);
		return Object.fromEntries(
			(data as IDataObject[]).map(({ name, doc_metadata: values }) => [
				name,
				(values as IDataObject[]).filter(({ id }) => id !== 'built-in').map(({ name: field, value }) => `${String(field)}=${String(value)}`),
			]),
		);
	};
	expect(await set()).toEqual({ 'rivers.md': ['section=rivers', 'year=1999'], 'apples.md': ['section=rivers'] });
	expect(await set({ partial_update: false })).toEqual({ 'rivers.md': ['section=rivers'], 'apples.md': ['section=rivers'] });
});

test.each(['1.4.3', '1.10.1'])('%s: an update keeps the search settings that it does not name', async (version) => {
	await start(version);
	const { dataset } = workspace.ids;
	const update = async (updateFields: IDataObject) => await outputOf(operation('difyKnowledge.dataset.update', inBase({ updateFields })));
	const methodOf = async () => ((await workspace.call('GET', `/datasets/${dataset}`)).retrieval_model_dict as IDataObject).search_method;
	await update({ retrieval_model: { settings: { search_method: 'full_text_search' } } });
	expect(await methodOf()).toBe('full_text_search');
	await update({ name: 'Renamed' });
	expect(await methodOf()).toBe('full_text_search');
	const [, renaming] = workspace.sent('PATCH /datasets/{dataset_id}');
	expect(Object.keys(renaming.body as IDataObject)).toEqual(version === '1.4.3' ? ['name', 'retrieval_model'] : ['name']);
});

test('1.4.3: an update of a base without search settings gives it none', async () => {
	await start('1.4.3');
	const { id } = await workspace.call('POST', '/datasets', { name: 'Empty' });
	await outputOf(operation('difyKnowledge.dataset.update', { dataset_id: byId(String(id)), updateFields: { name: 'Renamed' } }));
	expect(workspace.sent('PATCH /datasets/{dataset_id}')[0].body).toEqual({ name: 'Renamed' });
});

test('0.15.3: keywords of a chunk cannot change alone, which Dify would disable', async () => {
	await start('0.15.3');
	const { dataset, rivers } = workspace.ids;
	const { data } = await workspace.call('GET', `/datasets/${dataset}/documents/${rivers}/segments`);
	const [{ id, content }] = data as IDataObject[];
	const where = inBase({ document_id: byId(rivers), segment_id: byId(String(id)) });
	const update = (additionalFields: IDataObject) => operation('difyKnowledge.segment.update', { ...where, additionalFields });
	expect((await runNode(update({ keywords: 'delta' }))).error?.message).toBe('This Dify server cannot change the keywords of a chunk alone');
	expect((await runNode(update({ content, keywords: 'delta' }))).error?.message).toContain('disabled it: duplicate key value');
	const [chunk] = await outputOf(update({ enabled: true, content: 'Rivers end in deltas.', keywords: 'delta' }));
	expect(chunk).toMatchObject({ keywords: ['delta'], enabled: true, status: 'completed' });
});

test.each([
	['difyKnowledge.dataset.create', { name: 'Words', indexing_technique: 'economy' }],
	['difyKnowledge.document.createByText', { name: 'a.txt', text: 'Apples.' }],
])('1.4.3: %s cannot set a search by keywords', async (name, parameters) => {
	await start('1.4.3');
	const search = { additionalFields: { retrieval_model: { settings: { search_method: 'keyword_search' } } } };
	const { error } = await runNode(operation(name, { ...inBase(), ...parameters, ...search }));
	expect([error?.message, error?.description]).toEqual([
		"This Dify server cannot keep the search method 'Keyword'",
		expect.stringContaining('from Dify 1.5.0 on. This server is 1.4.3.'),
	]);
});

test('1.4.3: logs of runs are found by time', async () => {
	await start('1.4.3');
	await workspace.call('POST', '/workflows/run', { inputs: { query: 'q' }, user: 'n8n' }, 'workflow');
	const logs = async (filters: IDataObject) => await outputOf(operation('difyWorkflow.workflow.getLogs', { filters }, 'workflow'));
	expect(await logs({ created_at__after: '2020-01-01T00:00:00Z' })).toHaveLength(1);
	expect(await logs({ created_at__before: '2020-01-01T00:00:00Z' })).toEqual([]);
});

test.each([
	['1.10.1', '{"items":["a"]}'],
	['1.13.0', { items: ['a'] }],
])('%s takes JSON inputs its own way', async (version, cfg) => {
	await start(version);
	const inputsJson = { query: 'q', cfg: { items: ['a'] } };
	await outputOf(operation('difyWorkflow.workflow.run', { inputsMode: 'json', inputsJson, user: 'n8n' }, 'workflowTypes'));
	expect(workspace.sent('POST /workflows/run')[0].body).toMatchObject({ inputs: { cfg } });
});

test.each<[string, string, () => IDataObject, Key, string, string]>([
	['0.15.3', 'difyKnowledge.dataset.retrieve', () => inBase({ query: 'Rhine', additionalFields: { metadata_filtering_conditions: { logical_operator: 'and', conditions: [{ name: 'a', comparison_operator: 'is', value: 'b' }] } } }), 'dataset', 'Metadata Filter (JSON)', '1.4.0'],
	['1.4.3', 'difyKnowledge.document.getAll', () => inBase({ filters: { status: 'error' } }), 'dataset', 'Status', '1.10.1'],
	['1.4.3', 'difyWorkflow.workflow.getLogs', () => ({ filters: { created_by_end_user_session_id: 'ada' } }), 'workflow', 'Created by User', '1.5.0'],
	['1.4.3', 'difyChatflow.chatflow.send', () => ({ query: 'Hi', user: 'n8n', additionalFields: { workflow_id: workspace.ids.dataset } }), 'chatflow', 'Workflow Version ID', '1.7.2'],
])('%s: %s says what the server would ignore', async (version, name, parameters, key, field, needs) => {
	await start(version);
	const { error } = await runNode(operation(name, parameters(), key));
	expect([error?.message, error?.description]).toEqual([
		`This Dify server ignores '${field}'`,
		`It needs Dify ${needs} or newer. This server is ${version}.`,
	]);
	expect(workspace.sent('POST /chat-messages')).toEqual([]);
});

test.each(['1.4.3', '1.10.1'])('%s: a filter for one of several values is refused, which the server would refuse or ignore', async (version) => {
	await start(version);
	const { dataset } = workspace.ids;
	await workspace.call('POST', `/datasets/${dataset}/metadata`, { type: 'string', name: 'topic' });
	const metadataFilter = { conditions: [{ name: 'topic', comparison_operator: 'in', value: 'maps,tides' }] };
	const { error } = await runNode(operation('difyKnowledge.dataset.retrieve', inBase({ query: 'Rhine', additionalFields: { metadataFilter } })));
	expect([error?.message, error?.description]).toEqual([
		"'Metadata Filter' compares with 'in', which this Dify server does not heed",
		`That needs Dify 1.11.3 or newer. This server is ${version}. Compare with is or is not, in one condition for each value.`,
	]);
	expect(workspace.sent('POST /datasets/{dataset_id}/retrieve')).toEqual([]);
});

describe('what a server does not have', () => {
	const id = '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15';
	test.each<[string, string, () => IDataObject, Key, string]>([
		['0.15.3', 'difyKnowledge.dataset.update', () => inBase({ updateFields: { name: 'New' } }), 'dataset', '1.2.0'],
		['0.15.3', 'difyKnowledge.metadata.getAll', () => inBase(), 'dataset', '1.1.1'],
		['0.15.3', 'difyChat.annotation.getAll', () => ({}), 'chat', '1.2.0'],
		['1.4.3', 'difyKnowledge.document.updateStatus', () => inBase({ document_ids: workspace.ids.rivers, action: 'disable' }), 'dataset', '1.5.0'],
		['1.4.3', 'dify.file.preview', () => ({ file_id: id }), 'chat', '1.7.2'],
		['1.10.1', 'dify.endUser.get', () => ({ end_user_id: id }), 'chat', '1.13.0'],
		['1.13.0', 'difyKnowledge.document.downloadZip', () => inBase({ document_ids: workspace.ids.rivers }), 'dataset', '1.13.1'],
		['1.13.0', 'difyKnowledge.document.getDownloadUrl', () => inBase({ document_id: byId(workspace.ids.rivers) }), 'dataset', '1.13.1'],
		['1.13.0', 'difyWorkflow.humanInput.get', () => ({ form_token: 'x' }), 'workflow', '1.14.0'],
		['0.15.3', 'difyKnowledge.chunk.getAll', () => inBase({ document_id: byId(id), segment_id: byId(id) }), 'dataset', '1.2.0'],
	])('%s: %s', async (version, name, parameters, key, since) => {
		await start(version);
		const { error } = await runNode(operation(name, parameters(), key));
		expect([error?.message, error?.description]).toEqual([
			'This Dify server does not have this endpoint',
			`It needs Dify ${since} or newer. This server is ${version}.`,
		]);
	});

	test('although it is new enough', async () => {
		await start();
		workspace.emulator.faults.add({ route: 'GET /datasets/tags', ...page });
		const { error } = await runNode(operation('difyKnowledge.tag.getAll', {}));
		expect(error?.description).toMatch(/^Dify has it since 1\.4\.2\. This server is 1\.14\.2\. Check the path of the credential's domain/);
	});
});

describe('tags', () => {
	test('1.10.1 has none that work', async () => {
		await start('1.10.1');
		for (const [name, parameters] of [['getAll', {}], ['create', { name: 'A' }], ['bind', inBase({ tag_ids: workspace.ids.rivers })]] as const) {
			const { error } = await runNode(operation(`difyKnowledge.tag.${name}`, parameters));
			expect([error?.message, error?.description]).toEqual([
				'This Dify version cannot work with tags',
				'A fault of Dify 1.9.0 to 1.11.2; this server is 1.10.1. Update Dify to work with tags.',
			]);
		}
	});

	test.each(['1.13.0', '1.14.2'])('%s makes and renames them, but cannot show them', async (version) => {
		await start(version);
		const { error } = await runNode(operation('difyKnowledge.tag.create', { name: 'A' }));
		expect(error?.message).toBe('The tag was made, but this Dify version cannot give its ID');
		expect(error?.description).toMatch(/^A fault of Dify 1\.12\.0 to 1\.14\.2\. Do not make the tag again/);
		expect((await runNode(operation('difyKnowledge.tag.create', { name: 'A' }))).error?.message).toBe('A tag of this name exists already');
		expect((await runNode(operation('difyKnowledge.tag.getAll', {}))).error?.message).toBe('This Dify version cannot list tags');
	});
});

test('a tag that is renamed and not shown', async () => {
	await start();
	const { id } = await workspace.call('POST', '/datasets/tags', { name: 'Old' });
	const message = '1 validation error for DataSetTag\nbinding_count\n  Input should be a valid string [type=string_type, input_value=0, input_type=int]';
	workspace.emulator.faults.add({ route: 'PATCH /datasets/tags', status: 400, body: { code: 'invalid_param', message, status: 400 } });
	expect(await outputOf(operation('difyKnowledge.tag.update', { tag_id: byId(id), name: 'New' }))).toEqual([{ id, name: 'New', type: 'knowledge' }]);
});

describe('a run whose connection breaks', () => {
	const runs = {
		chatflow: { name: 'difyChatflow.chatflow.send', parameters: { query: 'MAGIC_SLOW', user: 'ada', conversation: 'new' }, route: 'POST /chat-messages' },
		workflow: { name: 'difyWorkflow.workflow.run', parameters: { inputsMode: 'json', inputsJson: '{ "query": "MAGIC_SLOW" }', user: 'ada' }, route: 'POST /workflows/run' },
	};
	const broken = async (version: string, mode: keyof typeof runs) => {
		workspace = await seededWorkspace({ version, strict: false, tokenMs: 20 });
		workspace.watch();
		const { name, parameters, route } = runs[mode];
		workspace.emulator.faults.add({ route, cutAfterBytes: 6000 });
		const ran = await runNode({ ...operation(name, parameters, mode), onError: 'continueRegularOutput' });
		expect(workspace.sent(route)).toHaveLength(1);
		return ran.items[0].json;
	};

	test.each([['1.14.2', 'chatflow'], ['1.14.2', 'workflow'], ['1.13.0', 'chatflow'], ['1.13.0', 'workflow'], ['1.10.1', 'chatflow'], ['1.10.1', 'workflow']] as const)(
		'%s: a %s is found again with its whole result',
		async (version, mode) => {
			const json = await broken(version, mode);
			expect(json.output ?? (json.outputs as IDataObject).query).toMatch(/^slow00 .+ slow59$/);
		},
	);

	test.each([['1.4.3', 'chatflow'], ['1.4.3', 'workflow'], ['0.15.3', 'chatflow'], ['0.15.3', 'workflow']] as const)(
		'%s: a %s is given up by Dify, and fails with what it has said and its ids',
		async (version, mode) => {
			const { error, details } = await broken(version, mode);
			expect(error).toMatch(/broke off|ended before/);
			expect(details).toMatchObject({
				code: 'connection_lost',
				[mode === 'chatflow' ? 'answer' : 'text']: expect.stringMatching(/^slow00 /),
				workflow_run_id: expect.any(String),
				task_id: expect.any(String),
			});
			expect(workspace.emulator.counts().runs).toBe(0);
		},
	);
});
