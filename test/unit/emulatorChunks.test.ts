import { type Emulator, startEmulator } from '../emulator';
import { Client } from '../emulator/client';
import type { Json } from '../emulator/json';

let emulator: Emulator;
let dify: Client;

beforeAll(async () => {
	emulator = await startEmulator({ indexingMs: 4, strict: true });
	dify = new Client(emulator);
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const none = '00000000-0000-4000-8000-000000000000';
const plain: Json = {
	mode: 'custom',
	rules: { pre_processing_rules: [], segmentation: { separator: '\n\n', max_tokens: 100 } },
};
const families = (parent_mode: string): Json => ({
	mode: 'hierarchical',
	rules: {
		...(plain.rules as Json),
		parent_mode,
		subchunk_segmentation: { separator: '\n', max_tokens: 60 },
	},
});
const text = 'Rivers flow.\nThe Rhine is long.\n\nApples grow on trees.';

const made = async (body: Json = {}) => {
	const base = await dify.base();
	const document = await dify.add(base, { name: 'n', text, process_rule: plain, ...body });
	const [first] = await dify.chunks(base, document);
	const chunks = `/datasets/${base}/documents/${document}/segments`;
	return { base, document, chunks, one: `${chunks}/${String(first?.id)}` };
};
const familyOf = (mode: string) => made({ process_rule: families(mode), doc_form: 'hierarchical_model' });

const post = (path: string, body: Json) => dify.call('POST', path, body);
const create = (path: string, ...segments: Json[]) => post(path, { segments });
const change = (path: string, segment: Json) => post(path, { segment });
const contents = (data: unknown) => (data as Json[]).map(({ content }) => content);

describe('chunks', () => {
	it('are created at the end of their document and found at once', async () => {
		const { base, chunks } = await made();
		const { json } = await create(chunks, { content: 'Volcanoes spit fire.', keywords: ['lava'] }, { content: 'x', answer: 'y' });
		expect(json.doc_form).toBe('text_model');
		expect(json.data).toMatchObject([
			{ position: 3, content: 'Volcanoes spit fire.', keywords: ['lava'], word_count: 20, status: 'completed' },
			{ position: 4, content: 'x', keywords: [], answer: null },
		]);
		expect((await dify.retrieve(base, 'volcanoes'))[0]).toMatchObject({ segment: { content: 'Volcanoes spit fire.' } });
	});

	it.each([
		[{}, 'segments\n  Field required'],
		[{ segments: [] }, 'List should have at least 1 item after validation, not 0'],
		[{ segments: [{ content: ' ' }] }, 'Value error, Content is empty'],
		[{ segments: [{ content: 'x', color: 'red' }] }, 'segments.0.color\n  Extra inputs are not permitted'],
	])('with the body %j are refused outside the usual envelope', async (body, message) => {
		const { status, json } = await post((await made()).chunks, body);
		expect([status, Object.keys(json)]).toEqual([400, ['error']]);
		expect(json.error).toContain(message);
	});

	it('need a completed, enabled document', async () => {
		const base = await dify.base();
		emulator.faults.add({ indexingNever: true });
		const { id } = await dify.write(base, { name: 'n', text });
		const chunks = `/datasets/${base}/documents/${id}/segments`;
		expect((await create(chunks, { content: 'x' })).json).toMatchObject({ status: 404, message: 'Document is not completed.' });
		const document = await dify.add(base, { name: 'other', text });
		await dify.call('PATCH', `/datasets/${base}/documents/status/disable`, { document_ids: [document] });
		const refusal = await create(`/datasets/${base}/documents/${document}/segments`, { content: 'x' });
		expect(refusal.json).toMatchObject({ status: 404, message: 'Document is disabled.' });
	});

	it('are read, changed and deleted', async () => {
		const { chunks, one } = await made();
		expect((await dify.call('GET', one)).json.data).toMatchObject({ updated_by: null, keywords: null });
		const { json } = await change(one, { content: 'The Elbe.', keywords: ['elbe'], summary: 's' });
		expect(json.data).toMatchObject({ content: 'The Elbe.', word_count: 9, keywords: ['elbe'], summary: 's' });
		expect((await change(one, { content: '' })).json.data).toMatchObject({ content: 'The Elbe.' });
		expect(await dify.call('DELETE', one)).toMatchObject({ status: 204, text: '' });
		expect((await dify.call('GET', one)).json.message).toBe('Segment not found.');
		expect((await dify.call('GET', chunks)).json).toMatchObject({ total: 1 });
		expect((await dify.call('GET', `${chunks}/bad`)).text).toContain('<title>404');
	});

	it.each([
		['1.4.3', text.length],
		['main-2026-06', text.length - 2],
	])('change the words of their document, their children do not (Dify %s)', async (version, written) => {
		const other = await startEmulator({ indexingMs: 4, version });
		const client = new Client(other);
		const base = await client.base();
		const document = await client.add(base, { name: 'n', text, process_rule: plain });
		const words = async () => ((await client.call('GET', `/datasets/${base}/documents`)).json.data as Json[])[0].word_count;
		const chunks = `/datasets/${base}/documents/${document}/segments`;
		const one = `${chunks}/${String((await client.chunks(base, document))[0].id)}`;
		expect(await words()).toBe(written);
		await client.call('POST', one, { segment: { content: 'Rivers flow to the sea.' } });
		expect(await words()).toBe(written - 8);
		await client.call('POST', `${one}/child_chunks`, { content: 'A child.' });
		await client.call('POST', one, { segment: { enabled: false } });
		expect(await words()).toBe(written - 8);
		await client.call('POST', chunks, { segments: [{ content: 'Cider is fermented' }] });
		expect(await words()).toBe(written - 8 + 18);
		await client.call('DELETE', one);
		expect(await words()).toBe(written - 31 + 18);
		await other.close();
	});

	it('that are disabled change only when they are enabled too', async () => {
		const { base, one } = await made();
		expect((await change(one, { enabled: false, content: 'lost' })).json.data).toMatchObject({ enabled: false });
		expect((await dify.retrieve(base, 'rhine')).map(({ score }) => Number(score) > 0.01)).toEqual([false]);
		expect((await change(one, { content: 'x' })).json.message).toBe("Can't update disabled segment");
		expect((await change(one, { enabled: true, content: 'x' })).json.data).toMatchObject({ enabled: true, content: 'x' });
	});

	it('of questions break without an answer', async () => {
		const { chunks } = await made({ doc_form: 'qa_model' });
		expect((await create(chunks, { content: 'Q?' })).json.message).toBe('Answer is required');
		const { json } = await create(chunks, { content: 'Q?', answer: 'A!' });
		const path = `${chunks}/${String((json.data as Json[])[0].id)}`;
		expect((await change(path, { content: 'Q2?', answer: 'A2!' })).json.data).toMatchObject({ word_count: 6 });
		expect((await change(path, { content: 'Q3?' })).json.data).toMatchObject({
			...{ content: 'Q2?', answer: null, enabled: false, status: 'error', word_count: 6 },
		});
	});
});

describe('child chunks', () => {
	it('are cut again only on demand', async () => {
		const { one } = await familyOf('paragraph');
		const kept = await change(one, { content: 'New.\nText.' });
		expect(contents((kept.json.data as Json).child_chunks)).toEqual(['Rivers flow.', 'The Rhine is long.']);
		const cut = await change(one, { content: 'New.\nText.', regenerate_child_chunks: true });
		expect(contents((cut.json.data as Json).child_chunks)).toEqual(['New.', 'Text.']);
	});

	it('are listed in pages with an honest limit', async () => {
		const { one } = await familyOf('full-doc');
		expect((await dify.call('GET', one)).json.data).toMatchObject({ child_chunks: [] });
		const list = async (query: string) => (await dify.call('GET', `${one}/child_chunks?${query}`)).json;
		expect(await list('limit=101')).toMatchObject({ total: 3, total_pages: 1, page: 1, limit: 100 });
		expect(await list('limit=2&page=2')).toMatchObject({ total_pages: 2, data: [{ content: 'Apples grow on trees.' }] });
		expect(await list('keyword=rhine')).toMatchObject({ total: 1 });
		expect(await list('limit=0')).toMatchObject({ code: 'invalid_param' });
	});

	it('are written by hand', async () => {
		const { one, chunks } = await made();
		const created = await post(`${one}/child_chunks`, { content: 'mine' });
		expect(created.json.data).toMatchObject({ content: 'mine', position: 1, type: 'customized', word_count: 4 });
		const path = `${one}/child_chunks/${String((created.json.data as Json).id)}`;
		expect((await dify.call('PATCH', path, { content: '' })).json.data).toMatchObject({ content: '' });
		expect((await dify.call('DELETE', path)).status).toBe(204);
		expect((await dify.call('DELETE', path)).json.message).toBe('Child chunk not found.');
		expect((await post(`${chunks}/${none}/child_chunks`, { content: 'x' })).json.message).toBe('Segment not found.');
	});
});

describe('tags', () => {
	const tag = async (name: string) => String((await post('/datasets/tags', { name })).json.id);
	const list = async () => JSON.parse((await dify.call('GET', '/datasets/tags')).text) as Json[];

	it('are made, renamed and deleted', async () => {
		const id = await tag('red');
		expect((await post('/datasets/tags', { name: 'red' })).json.message).toBe('Tag name already exists');
		const renamed = await dify.call('PATCH', '/datasets/tags', { tag_id: id, name: 'blue' });
		expect(renamed.json).toEqual({ id, name: 'blue', type: 'knowledge', binding_count: '0' });
		expect((await dify.call('DELETE', '/datasets/tags', { tag_id: id })).status).toBe(204);
		expect(await list()).toEqual([]);
		const again = await dify.call('DELETE', '/datasets/tags', { tag_id: id });
		expect(again.json.message).toMatch(/^Tag not found\. You have requested this URI \[\/v1\/datasets\/tags\] but did you mean/);
		expect((await dify.call('DELETE', '/datasets/tags', { tag_id: 'bad' })).status).toBe(500);
	});

	it('filter bases that have all of them', async () => {
		const [one, two] = [await tag('one'), await tag('two')];
		const [both, single] = [await dify.base({ name: 'both' }), await dify.base({ name: 'single' })];
		await post('/datasets/tags/binding', { tag_ids: [one, two, none], target_id: both });
		await post('/datasets/tags/binding', { tag_ids: [one], target_id: single });
		const named = async (query: string) =>
			((await dify.call('GET', `/datasets?${query}`)).json.data as Json[]).map(({ name }) => name);
		expect(await named(`tag_ids=${one}`)).toEqual(['single', 'both']);
		expect(await named(`tag_ids=${one}&tag_ids=${two}`)).toEqual(['both']);
		expect(await list()).toMatchObject([{ binding_count: '2' }, { binding_count: '1' }]);
		expect((await dify.call('GET', `/datasets/${single}`)).json.tags).toEqual([{ id: one, name: 'one', type: 'knowledge' }]);
		await dify.call('DELETE', '/datasets/tags', { tag_id: two });
		expect((await dify.call('GET', `/datasets/${both}/tags`)).json).toEqual({ data: [{ id: one, name: 'one' }], total: 1 });
	});

	it('are unbound by either key', async () => {
		const ids = [await tag('one'), await tag('two')];
		const target_id = await dify.base();
		await post('/datasets/tags/binding', { tag_ids: ids, target_id });
		expect((await post('/datasets/tags/unbinding', { target_id })).json.message).toContain('Tag IDs is required.');
		await post('/datasets/tags/unbinding', { tag_id: ids[0], target_id });
		await post('/datasets/tags/unbinding', { tag_id: ids[1], tag_ids: [ids[1]], target_id });
		expect((await dify.call('GET', `/datasets/${target_id}/tags`)).json.total).toBe(0);
		expect((await post('/datasets/tags/unbinding', { tag_ids: ids, target_id: none })).status).toBe(404);
	});
});
