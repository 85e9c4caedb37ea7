import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { createText, seededWorkspace, type Workspace } from './workspace';

const CREATE = 'POST /datasets/{dataset_id}/documents/{document_id}/segments';
const MAKE = 'POST /datasets/{dataset_id}/document/create-by-text';

let workspace: Workspace;
beforeEach(async () => {
	workspace = await seededWorkspace();
	workspace.watch();
});
afterEach(async () => {
	await workspace.emulator.close();
});

const rows = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, index) => ({ json: { question: `Question ${index}?`, answer: `Answer ${index}.` } }));
const adding = (parameters: IDataObject, input: INodeExecutionData[], more: Partial<RunOptions> = {}): RunOptions => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'segment',
		operation: 'createFromItems',
		dataset_id: byId(workspace.ids.dataset),
		document_id: byId(workspace.ids.rivers),
		content: '={{ $json.question }}',
		...parameters,
	},
	credential: workspace.credential('dataset'),
	input,
	...more,
});
const sizes = () => workspace.sent(CREATE).map(({ body }) => (body as { segments: unknown[] }).segments.length);
const contents = (items: INodeExecutionData[]) => items.map(({ json }) => json.content);

test('many items go in few requests, each with its own chunk, in order', async () => {
	const input = rows(250);
	const { items } = await runNode(adding({}, input));
	expect(contents(items)).toEqual(input.map(({ json }) => json.question));
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual(input.map((_, item) => ({ item })));
	expect(items.map(({ json }) => json.position)).toEqual(input.map((_, index) => index + 2));
	expect(sizes()).toEqual([100, 100, 50]);
});

test('a server that takes fewer is given fewer', async () => {
	const body = { code: 'invalid_param', message: 'Exceeded maximum segments limit of 4.', status: 400 };
	workspace.emulator.faults.add({ route: CREATE, status: 400, body });
	expect(contents((await runNode(adding({}, rows(10)))).items)).toHaveLength(10);
	expect(sizes()).toEqual([10, 4, 4, 2]);
});

test('several documents, each in the order of its items', async () => {
	const { rivers, apples } = workspace.ids;
	const input: INodeExecutionData[] = rows(6).map(({ json }, index) => ({ json: { ...json, document: index % 2 ? rivers : apples } }));
	const parameters = { document_id: byId('={{ $json.document }}'), options: { concurrency: 2, batchSize: 2 } };
	expect(contents((await runNode(adding(parameters, input))).items)).toEqual(input.map(({ json }) => json.question));
	expect(sizes().sort()).toEqual([1, 1, 2, 2]);
});

test('an item that is refused does not keep the others from it', async () => {
	const input = [...rows(1), { json: { question: '' } }, ...rows(1)];
	const { items } = await runNode(adding({}, input, { onError: 'continueRegularOutput' }));
	expect(items.map(({ json }) => json.error ?? json.content)).toEqual(['Question 0?', "'Content' is empty", 'Question 0?']);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
	const { items: good, errorItems } = await runNode(adding({}, input, { onError: 'continueErrorOutput' }));
	expect([good.length, errorItems.length]).toEqual([2, 1]);
	workspace.watch();
	const { error } = await runNode(adding({}, input));
	expect(error?.message).toBe("'Content' is empty");
	expect(sizes()).toEqual([]);
});

test('a refused request is told for each of its items, and the next go on only where errors are data', async () => {
	const refuse = () => workspace.emulator.faults.add({ route: CREATE, status: 400, body: { code: 'invalid_param', message: 'No.', status: 400 } });
	const options = { batchSize: 2 };
	refuse();
	const { items } = await runNode(adding({ options }, rows(4), { onError: 'continueRegularOutput' }));
	expect(items.map(({ json }) => json.error ?? json.content)).toEqual(['No.', 'No.', 'Question 2?', 'Question 3?']);
	workspace.watch();
	refuse();
	expect((await runNode(adding({ options }, rows(4)))).error?.message).toBe('No.');
	expect(sizes()).toEqual([2]);
});

describe('question-answer pairs', () => {
	let base: string;
	beforeEach(async () => {
		({ id: base } = await workspace.call('POST', '/datasets', { name: 'FAQ', indexing_technique: 'high_quality' }));
		workspace.watch();
	});
	const pairs = (input: INodeExecutionData[], parameters: IDataObject = {}, more: Partial<RunOptions> = {}) =>
		adding({ dataset_id: byId(base), documentChoice: 'name', documentName: 'Questions', answer: '={{ $json.answer }}', ...parameters }, input, more);

	test('go into a new base in one node, and more of them into the same document', async () => {
		const items = await outputOf(pairs(rows(3)));
		expect(items.map(({ content, answer }) => [content, answer])).toEqual(rows(3).map(({ json }) => [json.question, json.answer]));
		await outputOf(pairs(rows(2)));
		expect(workspace.sent(MAKE)).toHaveLength(1);
		const { data } = await workspace.call('GET', `/datasets/${base}/documents`);
		expect(data).toEqual([expect.objectContaining({ name: 'Questions', doc_form: 'qa_model' })]);
		const [{ id }] = data as Array<{ id: string }>;
		expect((await workspace.call('GET', `/datasets/${base}/documents/${id}/segments`)).total).toBe(5);
	});

	test('are found by their question', async () => {
		await outputOf(pairs(rows(3)));
		const parameters = { resource: 'dataset', operation: 'retrieve', dataset_id: byId(base), query: 'Question 2?' };
		const [best] = await outputOf({ ...pairs([{ json: {} }]), parameters });
		expect(best).toMatchObject({ content: 'Question 2?', answer: 'Answer 2.' });
	});

	test('an item without an answer is refused by itself once the base holds pairs', async () => {
		await outputOf(pairs(rows(1)));
		const input = [...rows(1), { json: { question: 'Why?' } }];
		const { items } = await runNode(pairs(input, {}, { onError: 'continueRegularOutput' }));
		expect(items.map(({ json }) => json.error ?? json.answer)).toEqual(['Answer 0.', "'Answer' is empty"]);
	});

	test('two documents of the name are refused', async () => {
		await outputOf(pairs(rows(1)));
		const { data } = await workspace.call('GET', `/datasets/${base}/documents`);
		const [{ id }] = data as Array<{ id: string }>;
		await workspace.call('PATCH', `/datasets/${base}/documents/status/disable`, { document_ids: [id] });
		await createText(workspace.call, base, 'Questions', 'Text.', { doc_form: 'qa_model' });
		expect((await runNode(pairs(rows(1)))).error?.message).toBe("2 documents are named 'Questions'");
	});
});

test.each(['0.15.3', '1.4.3', '1.10.1', '1.13.0', '1.14.2'])('on %s pairs go into a new document', async (version) => {
	await workspace.emulator.close();
	workspace = await seededWorkspace({ version, strict: false });
	const { id } = await workspace.call('POST', '/datasets', { name: 'FAQ', indexing_technique: 'high_quality' });
	const parameters = { dataset_id: byId(id as string), documentChoice: 'name', documentName: 'Questions', answer: '={{ $json.answer }}' };
	expect((await outputOf(adding(parameters, rows(3)))).map(({ answer }) => answer)).toEqual(['Answer 0.', 'Answer 1.', 'Answer 2.']);
});

test('what was written before a plan was full stays in the output', async () => {
	const { rivers, apples } = workspace.ids;
	const message = 'The capacity of the vector space has reached the limit of your subscription.';
	workspace.emulator.faults.add({ route: CREATE, status: 403, body: { code: 'forbidden', message, status: 403 } });
	const input: INodeExecutionData[] = rows(4).map(({ json }, index) => ({ json: { ...json, document: index % 2 ? rivers : apples } }));
	const { items } = await runNode(adding({ document_id: byId('={{ $json.document }}') }, input, { onError: 'continueRegularOutput' }));
	expect(items.map(({ json }) => json.content ?? json.error)).toEqual([message, 'Question 1?', message, 'Question 3?']);
	expect(items[0].json.details).toMatchObject({ description: expect.stringContaining('2 of 4 items were done before.') });
});

describe.each(['0.15.3', '1.4.3', 'main-2026-06'])('many chunks at once on Dify %s', (version) => {
	let at: { dataset_id: object; document_id: object };
	let ids: unknown[];
	beforeEach(async () => {
		await workspace.emulator.close();
		workspace = await seededWorkspace({ version, strict: version.startsWith('main') });
		const { id: base } = await workspace.call('POST', '/datasets', { name: 'FAQ', indexing_technique: 'high_quality' });
		const named = { dataset_id: byId(base as string), documentChoice: 'name', documentName: 'Questions', answer: '={{ $json.answer }}' };
		ids = (await outputOf(adding(named, rows(12)))).map(({ id }) => id);
		const { data } = await workspace.call('GET', `/datasets/${base as string}/documents`);
		at = { dataset_id: byId(base as string), document_id: byId((data as Array<{ id: string }>)[0].id) };
		workspace.watch();
	});
	const changing = async (additionalFields: IDataObject) => {
		const parameters = { operation: 'update', ...at, segment_id: byId('={{ $json.id }}'), additionalFields, options: { concurrency: 6 } };
		const changed = await outputOf(adding(parameters, ids.map((id, index) => ({ json: { id: id as string, index } }))));
		expect(changed.map(({ id }) => id)).toEqual(ids);
		return changed;
	};
	const parts = (changed: IDataObject[]) => changed.map(({ content, answer, enabled }) => ({ content, answer, enabled }));
	const pairs = (more: object) => rows(12).map(({ json: { question: content, answer } }) => ({ content, answer, enabled: true, ...more }));

	test('are disabled, which may be done twice, and enabled with the answers they had', async () => {
		expect(parts(await changing({ enabled: false }))).toEqual(pairs({ enabled: false }));
		expect(parts(await changing({ enabled: false }))).toEqual(pairs({ enabled: false }));
		expect(parts(await changing({ enabled: true }))).toEqual(pairs({}));
	});

	test('get another answer or question by themselves', async () => {
		const answers = await changing({ answer: '=Another {{ $json.index }}.' });
		expect(parts(answers)).toEqual(pairs({}).map((pair, index) => ({ ...pair, answer: `Another ${index}.` })));
		const [{ content, answer }] = parts(await changing({ content: 'Why?' }));
		expect([content, answer]).toEqual(['Why?', 'Another 0.']);
	});
});

test('chunks for a new document of a parent-child base get children', async () => {
	const { id: base } = await workspace.call('POST', '/datasets', { name: 'Families', indexing_technique: 'high_quality' });
	const rules = { pre_processing_rules: [], segmentation: { separator: '\n\n', max_tokens: 100 }, parent_mode: 'paragraph', subchunk_segmentation: { separator: '\n', max_tokens: 50 } };
	await createText(workspace.call, base, 'first.md', 'One.', { doc_form: 'hierarchical_model', process_rule: { mode: 'hierarchical', rules } });
	const input = [1, 2].map((number) => ({ json: { question: `Parent ${number}.\nIts child.` } }));
	const named = { dataset_id: byId(base as string), documentChoice: 'name', documentName: 'Second', simplify: false };
	const made = await outputOf(adding(named, input));
	const children = made.map(({ child_chunks: list }) => (list as IDataObject[]).map(({ content }) => content));
	expect(children).toEqual([1, 2].map((number) => [`Parent ${number}.`, 'Its child.']));
});

test('a chunk that is changed whole takes one request', async () => {
	const [{ id }] = await outputOf(adding({}, rows(1)));
	workspace.watch();
	const from = workspace.emulator.requests.length;
	const one = { operation: 'update', segment_id: byId(id as string) };
	await outputOf(adding({ ...one, additionalFields: { content: 'Why?', answer: 'So.' } }, [{ json: {} }]));
	await outputOf(adding({ ...one, additionalFields: { enabled: false } }, [{ json: {} }]));
	expect(workspace.emulator.requests.slice(from).map(({ method }) => method)).toEqual(['POST', 'POST']);
});

test('many children of several parents are in the order of their items, at any concurrency', async () => {
	const parents = (await outputOf(adding({}, rows(2)))).map(({ id }) => id as string);
	workspace.emulator.faults.add({ route: `${CREATE}/{segment_id}/child_chunks`, delayMs: 60 });
	const input = Array.from({ length: 16 }, (_, index) => ({ json: { parent: parents[index % 2], text: `Child ${index}.` } }));
	const parameters = { resource: 'chunk', operation: 'create', segment_id: byId('={{ $json.parent }}'), content: '={{ $json.text }}', options: { concurrency: 8 } };
	const made = await outputOf(adding(parameters, input));
	expect(made.map(({ content, position }) => [content, position])).toEqual(input.map(({ json }, index) => [json.text, Math.floor(index / 2) + 1]));
});

test('a chunk that Dify disabled in place of changing it is a failure', async () => {
	const [chunk] = await outputOf(adding({}, rows(1)));
	const data = { ...chunk, enabled: false, status: 'error', error: 'The model is busy.' };
	workspace.emulator.faults.add({ route: `${CREATE}/{segment_id}`, status: 200, body: { data, doc_form: 'text_model' } });
	const parameters = { operation: 'update', segment_id: byId(chunk.id as string), additionalFields: { content: 'Why?' } };
	const { error } = await runNode(adding(parameters, [{ json: {} }]));
	expect(error?.message).toBe('Dify could not index the chunk and disabled it: The model is busy.');
	expect(error?.description).toBe("Correct the cause, then update it with 'Enabled' and another 'Content', or delete it and make it anew.");
});
