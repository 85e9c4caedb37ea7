import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, withFile, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { createText, type Workspace, workspaceWithBase } from './workspace';

jest.setTimeout(60_000);

let workspace: Workspace;
let base: string;
beforeEach(async () => {
	({ workspace, base } = await workspaceWithBase());
});
afterEach(async () => {
	await workspace.emulator.close();
});

const upserting = (input: INodeExecutionData[], more: IDataObject = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'document',
		operation: 'upsert',
		dataset_id: byId(base),
		source: 'text',
		name: '={{ $json.name }}',
		text: '={{ $json.text }}',
		key: '={{ $json.key }}',
		...more,
	},
	credential: workspace.credential('dataset'),
	input,
});
const text = (key: unknown, content: string, name = `${String(key)}.md`): INodeExecutionData => ({ json: { key, name, text: content } as IDataObject });
const byFile = { source: 'file', binaryPropertyName: 'data' };
const fileOf = (key: string, content: string, name = `${key}.md`) => withFile(name, content, { key });

const outcomes = async (options: RunOptions) => (await outputOf(options)).map(({ outcome }) => outcome);
const documents = async () => {
	const { data } = await workspace.call('GET', `/datasets/${base}/documents?limit=100`);
	return (data as unknown as IDataObject[]).map((document) => ({
		...document,
		values: Object.fromEntries(((document.doc_metadata ?? []) as IDataObject[]).map(({ name, value }) => [name, value])),
	})) as Array<IDataObject & { id: string; name: string; values: IDataObject }>;
};
const chunks = async (id: string) => {
	const { data } = await workspace.call('GET', `/datasets/${base}/documents/${id}/segments`);
	return (data as unknown as IDataObject[]).map(({ content }) => content);
};
const writes = () => workspace.emulator.requests.filter(({ method, path }) => method !== 'GET' && path.includes(base));
const field = async (name: string, type = 'string') => await workspace.call('POST', `/datasets/${base}/metadata`, { name, type });

describe.each([
	['text', text, {}],
	['file', fileOf, byFile],
] as const)('Create or Update by %s', (_, item, source) => {
	const run = (...items: INodeExecutionData[]) => upserting(items, source);

	test('makes, leaves alone and changes in place', async () => {
		expect(await outputOf(run(item('a', 'Apples.'), item('b', 'Bears.')))).toEqual([
			expect.objectContaining({ outcome: 'created', key: 'a', name: 'a.md', indexing_status: 'completed', reason: null, batch: expect.any(String) }),
			expect.objectContaining({ outcome: 'created', key: 'b', name: 'b.md' }),
		]);
		const before = await documents();
		const count = writes().length;
		expect(await outputOf(run(item('a', 'Apples.'), item('b', 'Bears.')))).toEqual([
			expect.objectContaining({ outcome: 'skipped', key: 'a', batch: null, reason: 'Unchanged.' }),
			expect.objectContaining({ outcome: 'skipped', key: 'b' }),
		]);
		expect(writes()).toHaveLength(count);

		expect(await outcomes(run(item('a', 'Apricots.'), item('b', 'Bears.')))).toEqual(['updated', 'skipped']);
		const after = await documents();
		expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
		const a = after.find(({ values }) => values.source_id === 'a');
		expect(await chunks(a?.id ?? '')).toEqual(['Apricots.']);
		expect(await outcomes(run(item('a', 'Apricots.'), item('b', 'Bears.')))).toEqual(['skipped', 'skipped']);
	});

	test('two keys of one name are two documents, at any concurrency and in any later run', async () => {
		const items = ['x', 'y', 'z'].map((key) => item(key, `Text of ${key}.`, 'README.md'));
		const options = upserting(items, { ...source, options: { concurrency: 3 } });
		const made = await outputOf(options);
		expect(made.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);
		expect(new Set(made.map(({ name }) => name)).size).toBe(3);
		expect(made.filter(({ name }) => name === 'README.md')).toHaveLength(1);
		expect(made.find(({ name }) => name !== 'README.md')).toMatchObject({
			name: expect.stringMatching(/^README \([\da-f]{8}\)\.md$/),
			reason: "Another document of the base is named 'README.md'.",
		});
		for (const { id, key } of made) expect(await chunks(String(id))).toEqual([`Text of ${String(key)}.`]);
		expect(await outcomes(options)).toEqual(['skipped', 'skipped', 'skipped']);
	});

	test('a renamed source renames the document, which keeps its ID', async () => {
		const [made] = await outputOf(run(item('a', 'Apples.', 'old.md')));
		const [renamed] = await outputOf(run(item('a', 'Apples.', 'new.md')));
		expect(renamed).toMatchObject({ outcome: 'updated', id: made.id, name: 'new.md' });
	});

	test('by name', async () => {
		const options = upserting([item('a', 'Apples.')], { ...source, keyType: 'name' });
		expect(await outcomes(options)).toEqual(['created']);
		expect(await outcomes(options)).toEqual(['skipped']);
		expect(await outputOf(upserting([item('a', 'Apricots.')], { ...source, keyType: 'name' }))).toEqual([
			expect.objectContaining({ outcome: 'updated', key: 'a.md' }),
		]);
		expect((await documents()).map(({ values }) => Object.keys(values).filter((name) => name === 'source_id'))).toEqual([[]]);
	});
});

test('the documents of a base are read once per execution, a hundred at a time', async () => {
	const items = Array.from({ length: 105 }, (_, index) => text(`k${index}`, `Text ${index}.`));
	await outputOf(upserting(items, { options: { concurrency: 20 } }));
	workspace.watch();
	const from = workspace.emulator.requests.length;
	expect(new Set(await outcomes(upserting(items)))).toEqual(new Set(['skipped']));
	const requests = workspace.emulator.requests.slice(from);
	expect(requests.map(({ method }) => method)).toEqual(requests.map(() => 'GET'));
	expect(requests.length).toBeLessThanOrEqual(6);
});

test.each([
	['1.4.3', 'general'],
	['1.10.1', 'general'],
	['1.14.2', 'general'],
	['main-2026-06', 'parentChild'],
	['1.14.2', 'qa'],
] as const)('on Dify %s with %s chunks: made, skipped, changed, other metadata kept', async (version, form) => {
	await workspace.emulator.close();
	({ workspace, base } = await workspaceWithBase({ version, strict: version.startsWith('main') }));
	const chunking = form === 'general' ? 'base' : form;
	for (const source of [{}, byFile]) {
		const item = source === byFile ? fileOf : text;
		const key = source === byFile ? 'file' : 'text';
		expect(await outcomes(upserting([item(key, 'Apples are red.')], { ...source, chunking }))).toEqual(['created']);
		expect(await outcomes(upserting([item(key, 'Apples are red.')], { ...source, chunking }))).toEqual(['skipped']);
		expect(await outcomes(upserting([item(key, 'Pears are green.')], { ...source, chunking }))).toEqual(['updated']);
	}
	const { id: topic } = await field('topic');
	const [document] = await documents();
	const list = ((document.doc_metadata ?? []) as IDataObject[]).filter(({ id }) => id !== 'built-in').map(({ id, name, value }) => ({ id, name, value }));
	const operation = { document_id: document.id, metadata_list: [...list, { id: topic, name: 'topic', value: 'fruit' }] };
	await workspace.call('POST', `/datasets/${base}/documents/metadata`, { operation_data: [operation] });
	expect(await outcomes(upserting([fileOf('file', 'Plums are blue.')], { ...byFile, chunking }))).toEqual(['updated']);
	expect((await documents())[0].values).toMatchObject({ topic: 'fruit', source_id: 'file', content_hash: expect.stringMatching(/^[\da-f]{64}:\d+$/) });
});

describe.each(['1.4.3', '1.10.1', 'main-2026-06'])('an unchanged document that somebody edited in Dify %s', (version) => {
	const content = 'Apples are red.\nPears are green.';
	let chunk: string;
	let id: string;
	beforeEach(async () => {
		await workspace.emulator.close();
		({ workspace, base } = await workspaceWithBase({ version, strict: version.startsWith('main') }));
		const [made] = await outputOf(bringing());
		id = String(made.id);
		const { data } = await workspace.call('GET', `/datasets/${base}/documents/${id}/segments`);
		chunk = `/datasets/${base}/documents/${id}/segments/${(data as unknown as IDataObject[])[0].id as string}`;
		workspace.watch();
	});
	const bringing = (ifEdited?: string, more: IDataObject = {}) =>
		upserting([text('a', content)], { ...more, options: { ...(ifEdited && { ifEdited }) } });
	const edit = async () => await workspace.call('POST', chunk, { segment: { content: 'Apples are blue.' } });
	const rename = async () => {
		const process_rule = { mode: 'automatic' };
		await workspace.call('POST', `/datasets/${base}/documents/${id}/update-by-text`, { name: 'other.md', text: content, process_rule });
	};

	test.each([
		['changed', edit, 'edited'],
		['added', async () => await workspace.call('POST', chunk.replace(/\/[^/]+$/, ''), { segments: [{ content: 'Plums.' }] }), 'edited'],
		['deleted', async () => await workspace.call('DELETE', chunk), 'edited'],
		['as they were, under another name', rename, 'renamed'],
	])('chunks %s: is left, or written again', async (_, byHand, word) => {
		await byHand();
		const count = writes().length;
		expect(await outputOf(bringing())).toEqual([expect.objectContaining({ outcome: 'skipped', id, reason: `Unchanged, ${word} in Dify.` })]);
		expect(writes()).toHaveLength(count);
		expect(String(await chunks(id)) === content).toBe(word === 'renamed');
		expect(await outputOf(bringing('overwrite'))).toEqual([
			expect.objectContaining({ outcome: 'updated', id, name: 'a.md', reason: `It was ${word} in Dify.` }),
		]);
		expect(await chunks(id)).toEqual([content]);
		expect(await outputOf(bringing('overwrite'))).toEqual([expect.objectContaining({ outcome: 'skipped', reason: 'Unchanged.' })]);
	});

	const canDisable = version !== '1.4.3';
	(canDisable ? test : test.skip)('is not written again while it is disabled', async () => {
		await edit();
		await workspace.call('PATCH', `/datasets/${base}/documents/status/disable`, { document_ids: [id] });
		const reason = 'Unchanged, disabled in Dify, edited in Dify.';
		expect(await outputOf(bringing('overwrite'))).toEqual([expect.objectContaining({ outcome: 'skipped', reason })]);
	});

	test('gets new metadata without its text', async () => {
		await edit();
		const metadata = { fields: [{ name: 'topic', value: 'fruit' }] };
		const reason = 'Only its metadata has changed; it was edited in Dify.';
		expect(await outputOf(bringing('leave', { metadata }))).toEqual([expect.objectContaining({ outcome: 'updated', reason })]);
		expect((await chunks(id))[0]).toContain('blue');
	});

	test('counts as unchanged where that was not kept: it was not waited for, or is from an older execution', async () => {
		const fields = (await workspace.call('GET', `/datasets/${base}/metadata`)).doc_metadata as unknown as IDataObject[];
		const [{ values }] = await documents();
		const list = fields.map(({ id: field, name }) => ({ id: field, name, value: String(values[String(name)]).replace(/:\d+$/, '') }));
		await workspace.call('POST', `/datasets/${base}/documents/metadata`, { operation_data: [{ document_id: id, metadata_list: list }] });
		await edit();
		expect(await outputOf(bringing('overwrite'))).toEqual([expect.objectContaining({ outcome: 'skipped', reason: 'Unchanged.' })]);
	});
});

describe('bad input', () => {
	const refusal = async (options: RunOptions) => {
		const { error } = await runNode(options);
		expect(error?.description).toMatch(/\w/);
		return error?.message;
	};

	test('the same key twice', async () => {
		const options = upserting([text('a', 'One.'), text('b', 'Two.'), text('a', 'Three.')]);
		const { items } = await runNode({ ...options, onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json.error ?? json.outcome)).toEqual([
			"The items 1 and 3 have the same key 'a'",
			'created',
			"The items 1 and 3 have the same key 'a'",
		]);
		expect(await documents()).toHaveLength(1);
	});

	test('two names that are one in Dify', async () => {
		const byName = { keyType: 'name', options: { concurrency: 2 } };
		const says = "The items 1 and 2 have the same key 'a_b.md'";
		expect(await refusal(upserting([fileOf('a', 'One.', 'a/b.md'), fileOf('b', 'Two.', 'a_b.md')], { ...byFile, ...byName }))).toBe(says);
		const long = (end: string) => text(end, 'Text.', 'n'.repeat(200) + end);
		expect(await refusal(upserting([long('one'), long('two')], byName))).toMatch(/^The items 1 and 2 have the same key 'n+'$/);
		expect(await documents()).toEqual([]);
	});

	test.each([
		['', "'Key' is empty"],
		[' ', "'Key' is empty"],
		[null, "'Key' is empty"],
		['k'.repeat(10_000), expect.stringMatching(/^'Key' takes a text of up to 2000 characters, not 'k/)],
		[{ a: 1 }, `'Key' takes a text of up to 2000 characters, not {"a":1}`],
	])('the key %.20j', async (key, says) => {
		expect(await refusal(upserting([text(key, 'One.', 'one.md')]))).toEqual(says);
		expect(writes()).toEqual([]);
	});

	test.each([['"quoted" \'key\''], ['说明 🦊'], ["'; DROP TABLE documents; --"], ['k'.repeat(2000)]])('the key %.20j is one like others', async (key) => {
		expect(await outcomes(upserting([text(key, 'One.', 'one.md')]))).toEqual(['created']);
		expect(await outcomes(upserting([text(key, 'One.', 'one.md')]))).toEqual(['skipped']);
	});

	test('a metadata field of another type, or one that Dify fills in', async () => {
		await field('source_id', 'number');
		expect(await refusal(upserting([text('a', 'One.')]))).toBe("The metadata field 'source_id' is of the type number, not string");
		expect(await refusal(upserting([text('a', 'One.')], { keyField: 'source' }))).toBe("'Key Field' cannot be 'source'");
		expect(await refusal(upserting([text('a', 'One.')], { keyField: 'content_hash' }))).toMatch(/are both 'content_hash'/);
		expect(await documents()).toEqual([]);
	});

	test('two documents with one key', async () => {
		await outputOf(upserting([text('a', 'One.'), text('b', 'Two.')]));
		const [second, first] = await documents();
		const list = [{ id: (await workspace.call('GET', `/datasets/${base}/metadata`)).doc_metadata, name: 'source_id', value: 'a' }];
		const id = (list[0].id as unknown as IDataObject[]).find(({ name }) => name === 'source_id')?.id;
		const operation = { document_id: second.id, metadata_list: [{ ...list[0], id }], partial_update: true };
		await workspace.call('POST', `/datasets/${base}/documents/metadata`, { operation_data: [operation] });
		expect(await refusal(upserting([text('a', 'Three.')]))).toBe(`The documents ${second.id} and ${first.id} have the same key 'a'`);
	});

	test.each([
		['archive', 'archived', 'Unchanged, archived in Dify.'],
		['disable', 'disabled', 'Unchanged, disabled in Dify.'],
	])('a document after %s', async (action, state, reason) => {
		const [{ id }] = await outputOf(upserting([text('a', 'One.')]));
		await workspace.call('PATCH', `/datasets/${base}/documents/status/${action}`, { document_ids: [id] });
		expect(await outputOf(upserting([text('a', 'One.')]))).toEqual([expect.objectContaining({ outcome: 'skipped', reason })]);
		expect(await refusal(upserting([text('a', 'Two.')]))).toBe(`'a.md' with the key 'a' has changed, but is ${state} in Dify`);
		expect(await chunks(String(id))).toEqual(['One.']);
	});

	test('a document that is still indexed is waited for, and given up after its time', async () => {
		await outputOf(upserting([text('a', 'One.')]));
		workspace.emulator.faults.add({ indexingNever: true });
		const stuck = upserting([text('a', 'Two.')], { options: { indexingTimeout: 1 } });
		expect(await refusal(stuck)).toMatch(/was not indexed/);
		expect(await refusal(stuck)).toBe("'a.md' with the key 'a' has changed, but is still being indexed in Dify");
	});

	test('a document that somebody paused in Dify is named, and left as it is', async () => {
		workspace.emulator.faults.add({ indexingPaused: true });
		const { items } = await runNode({ ...upserting([text('a', 'One.'), text('b', 'Two.')]), onError: 'continueRegularOutput' });
		const words = "'a.md' was not indexed: Indexing was paused in Dify and waits for a person.";
		expect(items.map(({ json }) => json.error ?? json.outcome)).toEqual([words, 'created']);
		expect(items[0].json.details).toMatchObject({ description: 'Resume it in Dify.' });
		expect(await refusal(upserting([text('a', 'One.')]))).toBe("'a.md' with the key 'a' has changed, but is paused in Dify");

		workspace.emulator.faults.add({ indexingPaused: true });
		const unwaited = { waitForIndexing: false };
		expect(await outcomes(upserting([text('b', 'Three.')], unwaited))).toEqual(['updated']);
		expect(await outputOf(upserting([text('b', 'Three.')]))).toEqual([expect.objectContaining({ outcome: 'skipped', reason: 'Unchanged, paused in Dify.' })]);
		expect(await refusal(upserting([text('b', 'Four.')]))).toBe("'b.md' with the key 'b' has changed, but is paused in Dify");
	});

	test('a document that Dify could not index is made anew in its place', async () => {
		workspace.emulator.faults.add({ indexingError: 'The model is busy.' });
		const failing = upserting([text('a', 'One.')], { options: { onIndexingError: 'return' } });
		const [failed] = await outputOf(failing);
		expect(failed).toMatchObject({ outcome: 'failed', key: 'a', reason: 'The model is busy.' });
		expect(await outputOf(upserting([text('a', 'One.', 'other.md')]))).toEqual([
			expect.objectContaining({ outcome: 'updated', id: failed.id, name: 'other.md', reason: 'Dify had failed to index it.' }),
		]);
		expect(await chunks(String(failed.id))).toEqual(['One.']);
	});

	test('one item of many without its file', async () => {
		const items = [fileOf('a', 'One.'), { json: { key: 'b' } }, fileOf('c', 'Three.')];
		const { items: out } = await runNode({ ...upserting(items, byFile), onError: 'continueRegularOutput' });
		expect(out.map(({ json }) => json.error ?? json.outcome)).toEqual(['created', "There is no file in 'data'", 'created']);
	});

	test('a document of that name without a key gets it', async () => {
		const { id } = await createText(workspace.call, base, 'a.md', 'By hand.');
		expect(await outputOf(upserting([text('a', 'One.')]))).toEqual([expect.objectContaining({ outcome: 'updated', id, reason: expect.stringMatching(/had no key/) })]);
		expect(await chunks(id)).toEqual(['One.']);
		expect(await documents()).toHaveLength(1);
	});

	test('concurrent metadata operations are waited out', async () => {
		const body = { code: 'invalid_param', message: 'Another document metadata operation is running, please wait a moment.', status: 400 };
		workspace.emulator.faults.add({ route: 'POST /datasets/{dataset_id}/documents/metadata', status: 400, body, times: 2 });
		expect(await outcomes(upserting([text('a', 'One.')]))).toEqual(['created']);
	});
});
