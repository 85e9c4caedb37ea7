import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, withFile, type Ran, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { createText, seededWorkspace, type Workspace } from './workspace';

let workspace: Workspace;
beforeEach(async () => {
	workspace = await seededWorkspace();
});
afterEach(async () => {
	await workspace.emulator.close();
});

const create = (more: IDataObject = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'document',
		operation: 'createByFile',
		dataset_id: byId(workspace.ids.dataset),
		...more,
	},
	credential: workspace.credential('dataset'),
});
const createByText = (more: IDataObject = {}) => create({ operation: 'createByText', name: 'note.txt', text: 'A note.', ...more });
const retrieve = (more: IDataObject = {}) => create({ resource: 'dataset', operation: 'retrieve', query: 'Rhine', ...more });
const send = (key: Parameters<Workspace['credential']>[0] = 'chat', more: IDataObject = {}): RunOptions => ({
	node: 'difyChat',
	parameters: { resource: 'chat', operation: 'send', query: 'How long is the Rhine?', ...more },
	credential: workspace.credential(key),
});

/** Runs and expects the failure; the text is what a user reads. */
async function failure(options: RunOptions): Promise<string> {
	const { error } = await runNode(options);
	if (!error) throw new Error('It did not fail');
	expect(error.description).toEqual(expect.stringMatching(/\w/));
	return `${error.message} — ${String(error.description)}`;
}

/** One bad item between two good ones: the good ones are done, the bad one says why. */
async function between(bad: INodeExecutionData, options: RunOptions): Promise<Ran> {
	const input = [withFile('before.md', 'Before.'), bad, withFile('after.md', 'After.')];
	const ran = await runNode({ ...options, input, onError: 'continueRegularOutput' });
	expect(ran.error).toBeUndefined();
	expect(ran.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	expect(ran.items[0].json).toMatchObject({ name: 'before.md', indexing_status: 'completed' });
	expect(ran.items[2].json).toMatchObject({ name: 'after.md', indexing_status: 'completed' });
	expect(workspace.emulator.counts().documents).toBe(4);
	return ran;
}

const CREATE = 'POST /datasets/{dataset_id}/document/create-by-file';
const CREATE_TEXT = 'POST /datasets/{dataset_id}/document/create-by-text';
const SEND = 'POST /chat-messages';

describe('files', () => {
	const file = (fileName: string, content = 'x') => withFile(fileName, content);
	test.each<[string, INodeExecutionData, RegExp]>([
		['no file', { json: {} }, /^There is no file in 'data'/],
		['a file in another field', { json: {}, binary: { photo: file('a.md').binary!.data } }, /^There is no file in 'data'/],
		['a file without a name', { json: {}, binary: { data: { data: 'eA==', mimeType: 'text/plain' } } }, /has no name/],
		['an empty file', file('empty.md', ''), /The file 'empty.md' is empty/],
		['a name without extension', file('README'), /'README' has no extension/],
		['a type Dify does not read', file('a.exe'), /too large, or of a type Dify cannot read/],
	])('%s', async (_, bad, words) => {
		const { items } = await between(bad, create());
		expect(items[1].json.error).toEqual(expect.stringMatching(words));
	});

	test('over the size limit', async () => {
		const { items } = await between(file('big.md', 'x'.repeat(15 * 1024 * 1024 + 1)), create());
		expect(items[1].json.error).toEqual(expect.stringMatching(/too large/));
		expect(items[1].json.details).toMatchObject({ description: expect.stringContaining('15 MB') });
	});

	test.each(['说明书.md', 'Grüße 🦊.md', 'the "best" \'one\'.md', 'a b  c.md', '%41.md'])('the name %s arrives as it is', async (fileName) => {
		const [document] = await outputOf({ ...create(), input: [file(fileName, 'Some text.')] });
		expect(document.name).toBe(fileName);
	});

	test('a name with path separators and line ends is made one that Dify takes', async () => {
		const [document] = await outputOf({ ...create(), input: [file('a/b\\c\nd.md', 'Some text.')] });
		expect(document.name).toBe('a_b_c d.md');
	});

	test('a file name under Options replaces the own one', async () => {
		const [document] = await outputOf({ ...create({ options: { fileName: 'guide/README.md' } }), input: [file('README.md', 'x y')] });
		expect(document.name).toBe('guide_README.md');
	});
});

describe('names', () => {
	const twice = [withFile('same.md', 'The first text is about rivers.'), withFile('same.md', 'The second text is about apples.')];
	const written = async () => {
		const documents = await outputOf(create({ operation: 'getAll', returnAll: true, filters: { keyword: 'same' }, simplify: false }));
		const texts = await Promise.all(
			documents.map(async ({ id }) => {
				const { data } = await workspace.call('GET', `/datasets/${workspace.ids.dataset}/documents/${String(id)}/segments`);
				return (data as Array<{ content: string }>).map(({ content }) => content).join('|');
			}),
		);
		return texts.sort();
	};

	test.each([true, false])('two files of one name in one run are written one after the other (waiting: %s)', async (waitForIndexing) => {
		workspace.watch();
		const items = await outputOf({ ...create({ waitForIndexing, options: { concurrency: 2 } }), input: twice });
		expect(items[0].id).toBe(items[1].id);
		expect(workspace.sent(CREATE)).toHaveLength(2);
		await outputOf(create({ operation: 'getIndexingStatus', batch: items[1].batch }));
		while ((await workspace.call('GET', `/datasets/${workspace.ids.dataset}/documents/${items[1].batch}/indexing-status`) as never as { data: Array<{ indexing_status: string }> }).data[0].indexing_status !== 'completed');
		expect(await written()).toEqual(['The second text is about apples.']);
	});

	test('Skip returns the existing document and writes nothing', async () => {
		workspace.watch();
		const items = await outputOf({ ...create({ ifNameExists: 'skip' }), input: twice });
		expect(items[1]).toMatchObject({ id: items[0].id, indexing_status: 'completed' });
		expect(workspace.sent(CREATE)).toHaveLength(1);
		expect(await written()).toEqual(['The first text is about rivers.']);
	});

	test('a name with a path counts as Dify keeps it', async () => {
		const input = ['one', 'two'].map((text) => withFile('a/same.md', text));
		const items = await outputOf({ ...create({ ifNameExists: 'skip' }), input });
		expect(items[0].name).toBe('a_same.md');
		expect(items[1].id).toBe(items[0].id);
	});

	test('Fail says that the name is taken and writes nothing', async () => {
		workspace.watch();
		const { items } = await runNode({ ...create({ ifNameExists: 'fail' }), input: twice, onError: 'continueRegularOutput' });
		expect(items[1].json.error).toBe("A document named 'same.md' exists already");
		expect(workspace.sent(CREATE)).toHaveLength(1);
	});

	test('Keep Both makes a second document', async () => {
		const items = await outputOf({ ...create({ ifNameExists: 'keepBoth' }), input: twice });
		expect(items[0].id).not.toBe(items[1].id);
		expect(await written()).toEqual(['The first text is about rivers.', 'The second text is about apples.']);
	});

	test('a document that stays in indexing is not written to', async () => {
		workspace.emulator.faults.add({ indexingNever: true });
		await outputOf({ ...create({ waitForIndexing: false }), input: [twice[0]] });
		workspace.watch();
		const words = await failure({ ...create({ options: { indexingTimeout: 1 } }), input: [twice[1]] });
		expect(words).toMatch(/^A document named 'same.md' is still being indexed — Writing to it now would mix both texts/);
		expect(workspace.sent(CREATE)).toEqual([]);
	});
});

describe('chunking', () => {
	test.each<[string, IDataObject, RegExp]>([
		['49 tokens', { chunking: 'custom', max_tokens: 49 }, /^'Maximum Chunk Length' must be from 50 to 4000 tokens, not 49/],
		['4001 tokens', { chunking: 'custom', max_tokens: 4001 }, /not 4001/],
		['no number of tokens', { chunking: 'custom', max_tokens: '={{ null }}', separator: '={{ 5 }}' }, /separator|tokens/],
		['an empty separator', { chunking: 'custom', separator: '' }, /^The separator for 'Maximum Chunk Length' is empty/],
		['an overlap as long as the chunk', { chunking: 'custom', max_tokens: 60, chunk_overlap: 60 }, /^'Chunk Overlap' must be smaller/],
		['a tiny child', { chunking: 'parentChild', subchunk_max_tokens: 10 }, /^'Manuals' holds general chunks, not parent-child chunks/],
		['another form than the base', { chunking: 'qa' }, /^'Manuals' holds general chunks, not question-answer pairs/],
		['a mixture in JSON', { chunking: 'json', chunkingJson: '{"doc_form":"text_model","process_rule":{"mode":"hierarchical"}}' }, /^'Chunking' mixes/],
		['no JSON', { chunking: 'json', chunkingJson: 'nonsense' }, /^'Chunking' is not a JSON object/],
	])('%s is refused before anything is sent', async (_, more, words) => {
		workspace.watch();
		expect(await failure(createByText(more))).toMatch(words);
		expect(workspace.sent(CREATE_TEXT)).toEqual([]);
	});

	test.each([['parentChild', 'hierarchical_model'], ['custom', 'text_model'], ['automatic', 'text_model']])(
		'%s into an empty base gives chunks, and the next document follows it',
		async (chunking, form) => {
			const [{ id }] = await outputOf(create({ resource: 'dataset', operation: 'create', name: `For ${chunking}` }));
			const text = Array.from({ length: 30 }, (_, index) => `Paragraph ${index} tells of rivers.\nIt has two lines.`).join('\n\n');
			const first = await outputOf(createByText({ dataset_id: byId(String(id)), name: 'a.txt', text, chunking, max_tokens: 60, chunk_overlap: 5 }));
			expect(first[0]).toMatchObject({ doc_form: form, indexing_status: 'completed', error: null });
			expect(first[0].total_segments).toBeGreaterThanOrEqual(chunking === 'automatic' ? 1 : 2);
			const next = await outputOf(createByText({ dataset_id: byId(String(id)), name: 'b.txt', text, chunking: 'base' }));
			expect(next[0]).toMatchObject({ doc_form: form, total_segments: first[0].total_segments });
		},
	);
});

describe('texts and knowledge bases', () => {
	test.each(['   ', '={{ $json.missing }}'])('the text %j is called empty', async (text) => {
		expect(await failure(createByText({ text }))).toMatch(/^'Text' is empty — Enter a value/);
	});

	test('a base deleted meanwhile', async () => {
		await workspace.call('DELETE', `/datasets/${workspace.ids.dataset}`);
		expect(await failure({ ...create(), input: [withFile('a.md', 'x')] })).toMatch(/^The knowledge base does not exist — It was deleted/);
		expect(workspace.emulator.counts().documents).toBe(0);
	});

	test('an economy base is searched by keyword unasked, and another method is refused with words', async () => {
		const [{ id }] = await outputOf(create({ resource: 'dataset', operation: 'create', name: 'Cheap', indexing_technique: 'economy' }));
		await createText(workspace.call, String(id), 'c.txt', 'Bridges cross the Rhine.', { indexing_technique: 'economy' });
		const [chunk] = await outputOf(retrieve({ dataset_id: byId(String(id)) }));
		expect(chunk).toMatchObject({ content: expect.stringContaining('Bridges'), score: 0 });
		expect(await failure(retrieve({ dataset_id: byId(String(id)), search_method: 'semantic_search' }))).toMatch(
			/^'Search Method' needs an index that 'Cheap' does not have — .*economy type/,
		);
	});

	test('a query of 251 characters', async () => {
		expect(await failure(retrieve({ query: 'a'.repeat(251) }))).toMatch(/^'Query' has 251 characters — Dify takes up to 250/);
	});

	test('a limit of 0 and an update without changes', async () => {
		expect(await failure(create({ operation: 'getAll', limit: 0 }))).toMatch(/^'Limit' must be a whole number from 1/);
		expect(await failure(create({ resource: 'dataset', operation: 'update' }))).toMatch(/^There is nothing to update/);
	});
});

describe('indexing', () => {
	test('what Dify says about a document fails the item, or is returned', async () => {
		const says = 'Embedding model is not available.';
		workspace.emulator.faults.add({ indexingError: says });
		expect(await failure(createByText())).toMatch(/^'note.txt' was not indexed: Embedding model is not available\. — Correct the cause/);
		workspace.emulator.faults.add({ indexingError: says });
		const [document] = await outputOf(createByText({ options: { onIndexingError: 'return' } }));
		expect(document).toMatchObject({ name: 'note.txt', indexing_status: 'error', error: says });
		expect(workspace.emulator.counts().documents).toBe(3);
	});

	test('that never ends is given up in time, with the progress', async () => {
		workspace.emulator.faults.add({ indexingNever: true });
		const started = Date.now();
		expect(await failure(createByText({ options: { indexingTimeout: 1 } }))).toMatch(
			/^'note.txt' was not indexed: Indexing did not end in time: it is waiting, 0 of 0 chunks\. — It may still end\. Raise 'Indexing Timeout'/,
		);
		expect(Date.now() - started).toBeLessThan(4000);
	});
});

describe('keys and apps', () => {
	test('an app key at a knowledge base, a knowledge key at an app', async () => {
		expect(await failure({ ...retrieve(), credential: workspace.credential('chat') })).toMatch(
			/^This is an app key, but this operation needs a knowledge key — .*Knowledge.*dataset-/,
		);
		expect(await failure(send('dataset'))).toMatch(/^This is a knowledge key, but this operation needs an app key — .*app-/);
	});

	test('an unknown key', async () => {
		const { error } = await runNode({ ...send(), credential: { ...workspace.credential('chat'), apiKey: 'app-unknown-example' } });
		expect(error?.message).toBe('Dify does not accept the API key');
		expect(error?.httpCode).toBe('401');
		expect(JSON.stringify(error)).not.toContain('app-unknown-example');
	});

	test.each([['workflow', 'Dify Workflow'], ['completion', 'Dify Completion']] as const)('the key of a %s app names the node that fits', async (key, node) => {
		expect(await failure(send(key))).toMatch(new RegExp(`^The key belongs to an app of another mode .*'${node}'`));
	});

	test('a chatflow and an agent answer in Dify Chat too', async () => {
		for (const key of ['agent', 'chatflow'] as const) {
			const [answer] = await outputOf(send(key));
			expect(answer).toMatchObject({ output: expect.stringMatching(/\w/), conversation_id: expect.any(String) });
		}
	});
});

describe('app inputs', () => {
	test('missing and wrong ones are named by their label before anything is sent', async () => {
		const { user_input_form: form } = await workspace.call('GET', '/parameters', undefined, 'form');
		const controls = (form as unknown as IDataObject[]).map((entry) => Object.values(entry)[0] as IDataObject);
		const required = controls.find((control) => control.required)!;
		const select = controls.find((control) => Array.isArray(control.options) && control.options.length)!;
		const good = { [required.variable as string]: (required.options as string[] | undefined)?.[0] ?? 'Köln' };
		workspace.watch();
		expect(await failure(send('form', { inputsMode: 'json', inputsJson: '{}' }))).toContain(`The app's input '${String(required.label)}' is empty`);
		const wrong = JSON.stringify({ ...good, [select.variable as string]: 'no such option' });
		expect(await failure(send('form', { inputsMode: 'json', inputsJson: wrong }))).toMatch(/has no option 'no such option' — Choose one of: \w/);
		expect(workspace.sent(SEND)).toEqual([]);
		const inputs = { mappingMode: 'defineBelow', value: good, schema: [] };
		const [answer] = await outputOf(send('form', { inputs }));
		expect(answer.output).toEqual(expect.stringMatching(/\w/));
		expect(workspace.sent(SEND)[0].body).toMatchObject({ inputs: good });
	});
});

describe('the network', () => {
	test.each<[string, object, RegExp]>([
		['HTML from a proxy', { status: 502, body: '<html><body>Bad Gateway</body></html>', headers: { 'content-type': 'text/html' } }, /^A proxy in front of Dify cut the call \(HTTP 502\)/],
		['HTML from a proxy that says it is well', { status: 200, body: '<html>Log in</html>', headers: { 'content-type': 'text/html' } }, /^A web page answered instead of the Dify API/],
		['an answer cut in the middle of the stream', { cutAfterBytes: 400 }, /broke|ended/],
		['a dropped connection', { drop: true }, /^The connection broke off/],
		['garbage in the stream', { garbageAfterBytes: 200 }, /\w — \w/],
	])('%s', async (_, fault, words) => {
		workspace.emulator.faults.add({ route: SEND, ...fault });
		workspace.watch();
		const { items } = await runNode({ ...send(), input: [{ json: {} }, { json: {} }], onError: 'continueRegularOutput' });
		expect(`${String(items[0].json.error)} — ${String((items[0].json.details as IDataObject).description)}`).toMatch(words);
		expect(items[1].json.output).toEqual(expect.stringContaining('1233'));
		expect(workspace.sent(SEND)).toHaveLength(2);
	});

	test('a stream that breaks off keeps the partial answer and the ids', async () => {
		workspace.emulator.faults.add({ route: SEND, cutAfterBytes: 2500 });
		const { items } = await runNode({ ...send(), onError: 'continueRegularOutput' });
		expect(items[0].json.details).toMatchObject({
			code: 'connection_lost',
			answer: expect.any(String),
			conversation_id: expect.stringMatching(/^[\da-f-]{36}$/),
			message_id: expect.stringMatching(/^[\da-f-]{36}$/),
		});
	});

	test('an `error` in the stream is the item\'s error, in the model\'s words', async () => {
		const words = await failure(send('chat', { query: 'MAGIC_FAIL500' }));
		expect(words).toMatch(/fake upstream says no \(FAIL500\).* — These are the words of the model's provider/);
		expect(words).not.toMatch(/PluginInvokeError|InvokeError/);
	});

	test('nothing listens', async () => {
		expect(await failure({ ...send(), credential: { domain: 'http://127.0.0.1:1', apiKey: 'app-chat-example', retries: 0 } })).toMatch(
			/^Nothing answers at this address \(.*\) — The address is 'http:\/\/127\.0\.0\.1:1\/v1/,
		);
	});

	test.each([CREATE_TEXT, SEND])('%s is never sent twice after an ambiguous end', async (route) => {
		const options = route === SEND ? send() : createByText();
		workspace.emulator.faults.add({ route, dropAfter: true });
		workspace.watch();
		await failure({ ...options, credential: { ...options.credential, retries: 3 } });
		expect(workspace.sent(route)).toHaveLength(1);
	});

	test('the first failing item stops those after it', async () => {
		workspace.emulator.faults.add({ route: CREATE, status: 400, body: { code: 'invalid_param', message: 'No.', status: 400 } });
		workspace.watch();
		const input = Array.from({ length: 10 }, (_, index) => withFile(`${index}.md`, 'x y z'));
		expect(await failure({ ...create(), input })).toMatch(/^No\./);
		expect(workspace.sent(CREATE)).toHaveLength(1);
	});
});

test('a cancelled execution stops waiting and sends nothing more', async () => {
	workspace.emulator.faults.add({ indexingNever: true });
	const started = Date.now();
	const { status } = await runNode({ ...createByText(), started: (run) => setTimeout(() => run.cancel(), 400) });
	expect(status).toBe('canceled');
	expect(Date.now() - started).toBeLessThan(3000);
	const { length } = workspace.emulator.requests;
	await new Promise((resolve) => setTimeout(resolve, 700));
	expect(workspace.emulator.requests).toHaveLength(length);
});
