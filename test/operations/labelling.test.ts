import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, withFile, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { type Workspace, workspaceWithBase } from './workspace';

jest.setTimeout(60_000);

let workspace: Workspace;
let base: string;
const setUp = async (version?: string) => {
	({ workspace, base } = await workspaceWithBase({ version, strict: !version || version.startsWith('main') }));
};
beforeEach(async () => await setUp());
afterEach(async () => await workspace.emulator.close());

const running = (operation: string, parameters: IDataObject, input?: INodeExecutionData[]): RunOptions => ({
	node: 'difyKnowledge',
	parameters: { resource: 'document', operation, dataset_id: byId(base), ...parameters },
	credential: workspace.credential('dataset'),
	input,
});
const entry = (name: string, value: string | number, type = 'auto') => ({ name, type, value });
const upserting = (input: IDataObject[], fields: IDataObject[], more: IDataObject = {}) =>
	running(
		'upsert',
		{ source: 'text', name: '={{ $json.key }}.md', text: '={{ $json.text }}', key: '={{ $json.key }}', metadata: { fields }, ...more },
		input.map((json) => ({ json })),
	);
const METADATA = 'POST /datasets/{dataset_id}/documents/metadata';
const writes = () => workspace.emulator.requests.filter(({ method, path }) => method !== 'GET' && path.includes(base)).map(({ route }) => route);
const fields = async () => {
	const { doc_metadata: list } = await workspace.call('GET', `/datasets/${base}/metadata`);
	return Object.fromEntries((list as unknown as IDataObject[]).map(({ name, type }) => [name, type]));
};
const documents = async () => {
	const { data } = await workspace.call('GET', `/datasets/${base}/documents?limit=100`);
	return (data as unknown as IDataObject[]).map(({ name, doc_metadata: list }) => ({
		name,
		values: Object.fromEntries(((list ?? []) as IDataObject[]).filter(({ id }) => id !== 'built-in').map((each) => [each.name, each.value])),
	}));
};
const valuesOf = async (name: string) => (await documents()).find((document) => document.name === name)?.values ?? {};
const refusal = async (options: RunOptions) => {
	const { error } = await runNode(options);
	expect(error?.description).toMatch(/\w/);
	return error?.message;
};

describe.each(['1.4.3', '1.14.2', 'main-2026-06'])('metadata of Create or Update on Dify %s', (version) => {
	beforeEach(async () => {
		await workspace.emulator.close();
		await setUp(version);
	});
	const mapping = [entry('topic', '={{ $json.topic }}'), entry('pages', '={{ $json.pages }}'), entry('changed', '={{ $json.changed }}')];
	const apples = { key: 'a', text: 'Apples.', topic: 'fruit', pages: 3, changed: '2026-01-31' };
	const bears = { key: 'b', text: 'Bears.', topic: 'animals', pages: null, changed: '2026-02-01T00:00:00Z' };

	test('comes from the fields of items, with the hash; missing fields are made once', async () => {
		const made = await outputOf(upserting([apples, bears], mapping, { options: { concurrency: 2 } }));
		expect(made.map(({ outcome }) => outcome)).toEqual(['created', 'created']);
		expect(await fields()).toMatchObject({ topic: 'string', pages: 'number', changed: 'time', source_id: 'string' });
		expect(await valuesOf('a.md')).toMatchObject({ topic: 'fruit', pages: 3, changed: 1769817600, source_id: 'a', content_hash: expect.any(String) });
		expect(await valuesOf('b.md')).toMatchObject({ topic: 'animals', changed: 1769904000 });
		expect(writes().filter((route) => route === 'POST /datasets/{dataset_id}/metadata')).toHaveLength(5);
	});

	test('of documents that are ready together goes in one request, also where that is refused once', async () => {
		const many = Array.from({ length: 30 }, (_, index) => ({ ...apples, key: `k${index}`, topic: `topic ${index}` }));
		const body = { code: 'invalid_param', message: 'Document not found.', status: 400 };
		workspace.emulator.faults.add({ route: METADATA, status: 400, body });
		const made = await outputOf(upserting(many, mapping, { options: { concurrency: 15 } }));
		expect(made.map(({ outcome, key }) => [outcome, key])).toEqual(many.map(({ key }) => ['created', key]));
		for (const { key, topic } of many) expect(await valuesOf(`${key}.md`)).toMatchObject({ topic, source_id: key, content_hash: expect.stringMatching(/^[\da-f]{64}:7$/) });
		// Two for each document, if each went by itself.
		expect(writes().filter((route) => route === METADATA).length).toBeLessThan(45);
	});

	test('alone changed, is written without the document', async () => {
		await outputOf(upserting([apples, bears], mapping));
		const before = await valuesOf('a.md');
		const count = writes().length;
		const changed = upserting([{ ...apples, topic: 'food', pages: null }, bears], mapping);
		const [first, second] = await outputOf(changed);
		expect(first).toMatchObject({ outcome: 'updated', reason: 'Only its metadata has changed.', batch: null });
		expect(second).toMatchObject({ outcome: 'skipped' });
		expect(writes().slice(count)).toEqual([METADATA]);
		expect(await valuesOf('a.md')).toEqual({ ...before, topic: 'food', pages: null });
		expect((await outputOf(changed)).map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped']);
	});

	test('follows a change of the document, and leaves values that it does not name', async () => {
		await outputOf(upserting([apples], mapping));
		const other = upserting([{ ...apples, text: 'Apricots.', topic: 'stone fruit' }], [mapping[0]]);
		expect(await outputOf(other)).toEqual([expect.objectContaining({ outcome: 'updated', reason: null })]);
		expect(await valuesOf('a.md')).toMatchObject({ topic: 'stone fruit', pages: 3, changed: 1769817600, source_id: 'a' });
	});
});

test('a type that is chosen is the one that a missing field gets', async () => {
	await outputOf(upserting([{ key: 'a', text: 'One.' }], [entry('edition', '7', 'number'), entry('since', '2026-01-31', 'string')]));
	expect(await fields()).toMatchObject({ edition: 'number', since: 'string' });
	expect(await valuesOf('a.md')).toMatchObject({ edition: 7, since: '2026-01-31' });
});

test('what cannot be metadata is refused before the document is made', async () => {
	await workspace.call('POST', `/datasets/${base}/metadata`, { name: 'pages', type: 'number' });
	const item = { key: 'a', text: 'One.' };
	expect(await refusal(upserting([item], [entry('pages', 'many')]))).toBe("The metadata field 'pages' takes a number, not 'many'");
	expect(await refusal(upserting([item], [entry(' ', 'x')]))).toBe("'Metadata' has no name in entry 1");
	expect(await refusal(upserting([item], [entry('uploader', 'x')]))).toBe("'Metadata' cannot set 'uploader'");
	expect(await refusal(upserting([item], [entry('content_hash', 'x')]))).toBe("'Metadata' cannot set 'content_hash'");
	expect(await refusal(upserting([item], [entry('topic', 'x')], { options: { createMissingFields: false } }))).toBe(
		"The knowledge base has no metadata field 'topic'",
	);
	expect(await documents()).toEqual([]);
});

test('an archived document keeps its metadata', async () => {
	const item = { key: 'a', text: 'One.' };
	const [{ id }] = await outputOf(upserting([item], [entry('topic', 'old')]));
	await workspace.call('PATCH', `/datasets/${base}/documents/status/archive`, { document_ids: [id] });
	expect(await outputOf(upserting([item], [entry('topic', 'new')]))).toEqual([expect.objectContaining({ outcome: 'skipped' })]);
	expect(await valuesOf('a.md')).toMatchObject({ topic: 'old' });
});

describe.each(['createByText', 'createByFile'])('metadata of %s', (operation) => {
	const creating = (metadata: IDataObject[], more: IDataObject = {}) =>
		running(operation, { name: 'a.md', text: 'Apples.', binaryPropertyName: 'data', metadata: { fields: metadata }, ...more }, [withFile('a.md', 'Apples.')]);

	test('is there once the document is, and what a document has besides stays', async () => {
		await outputOf(creating([entry('topic', 'fruit'), entry('pages', 3)]));
		expect(await valuesOf('a.md')).toEqual({ topic: 'fruit', pages: 3 });
		await outputOf(creating([entry('pages', 4)]));
		expect(await documents()).toEqual([{ name: 'a.md', values: { topic: 'fruit', pages: 4 } }]);
	});

	test('of the wrong type makes no document', async () => {
		await workspace.call('POST', `/datasets/${base}/metadata`, { name: 'pages', type: 'number' });
		expect(await refusal(creating([entry('pages', 'many')]))).toMatch(/takes a number/);
		expect(await documents()).toEqual([]);
	});
});

test('Update Documents waits while Dify writes metadata already', async () => {
	const field = { name: 'topic', type: 'string' };
	await workspace.call('POST', `/datasets/${base}/metadata`, field);
	const [{ id }] = await outputOf(upserting([{ key: 'a', text: 'One.' }], []));
	workspace.emulator.faults.add({
		route: METADATA,
		times: 2,
		status: 400,
		body: { code: 'invalid_param', message: 'Another document metadata operation is running, please wait a moment.', status: 400 },
	});
	const options = running('updateDocuments', { resource: 'metadata', document_ids: id, metadata: { fields: [{ name: 'topic', value: 'fruit' }] } });
	expect(await outputOf(options)).toEqual([{ success: true }]);
	expect(await valuesOf('a.md')).toMatchObject({ topic: 'fruit' });
});

describe('tags', () => {
	const creating = (name: string, tags: string, options: IDataObject = {}) =>
		running('create', { resource: 'dataset', name, additionalFields: { tags }, options });
	const updating = (updateFields: IDataObject) => running('update', { resource: 'dataset', updateFields });
	const bound = async (id: unknown) => {
		const { data } = await workspace.call('GET', `/datasets/${String(id)}/tags`);
		return (data as unknown as IDataObject[]).map(({ name }) => name).sort();
	};

	test('of a new base are bound in the same step, made where they are missing', async () => {
		await workspace.call('POST', '/datasets/tags', { name: 'Internal' });
		const [made] = await outputOf(creating('Tagged', 'Internal, Manuals'));
		expect(made).toMatchObject({ name: 'Tagged', tags: [expect.objectContaining({ name: 'Internal' }), expect.objectContaining({ name: 'Manuals' })] });
		expect(await bound(made.id)).toEqual(['Internal', 'Manuals']);
		expect(workspace.sent('POST /datasets').map(({ body }) => Object.keys(body as object))).not.toContainEqual(expect.arrayContaining(['tags']));
	});

	test('are added to those of a base, alone or with other changes', async () => {
		const [first] = await outputOf(updating({ tags: ['Manuals'] }));
		expect(first).toMatchObject({ id: base, tags: [expect.objectContaining({ name: 'Manuals' })] });
		expect(workspace.sent('PATCH /datasets/{dataset_id}')).toEqual([]);
		const [second] = await outputOf(updating({ name: 'Renamed', tags: 'Internal' }));
		expect(second).toMatchObject({ name: 'Renamed', tags: [expect.objectContaining({ name: 'Manuals' }), expect.objectContaining({ name: 'Internal' })] });
		expect(await bound(base)).toEqual(['Internal', 'Manuals']);
	});

	test('that cannot be had make no base', async () => {
		expect(await refusal(creating('Tagged', 'Manuals', { createMissingTags: false }))).toBe("There is no tag 'Manuals'");
		expect(await refusal(creating('Tagged', ' , '))).toBe("'Tags' holds no name");
		expect(await refusal(creating('Tagged', 'm'.repeat(51)))).toBe("'Tags' has 51 characters");
		expect(workspace.sent('POST /datasets')).toEqual([]);
	});

	test('of a server that cannot list them are found at the bases that have them', async () => {
		await workspace.emulator.close();
		await setUp('1.14.2');
		const control = async (body: object) => await fetch(`${workspace.emulator.url}/_emulator/tags`, { method: 'POST', body: JSON.stringify(body) });
		await control({ name: 'Manuals', dataset_id: base });
		const [made] = await outputOf(creating('Tagged', 'Manuals'));
		expect(await bound(made.id)).toEqual(['Manuals']);
		expect(await refusal(creating('Untagged', 'New'))).toBe('The tag was made, but this Dify version cannot give its ID');
		expect(workspace.sent('POST /datasets')).toHaveLength(1);
	});
});
