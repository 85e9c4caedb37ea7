import { type Emulator, startEmulator } from '../emulator';
import { Client } from '../emulator/client';
import type { Json } from '../emulator/json';

let emulator: Emulator;
let dify: Client;

beforeAll(async () => {
	emulator = await startEmulator({ indexingMs: 10, strict: true });
	dify = new Client(emulator);
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

/** Another emulator whose indexing can be watched. */
const startSlowly = async () => {
	const slow = await startEmulator({ indexingMs: 150 });
	return { slow, client: new Client(slow) };
};

const paragraphs: Json = {
	mode: 'custom',
	rules: { pre_processing_rules: [], segmentation: { separator: '\n\n', max_tokens: 100 } },
};
const families: Json = {
	mode: 'hierarchical',
	rules: {
		pre_processing_rules: [],
		segmentation: { separator: '\n\n', max_tokens: 400 },
		parent_mode: 'paragraph',
		subchunk_segmentation: { separator: '\n', max_tokens: 60 },
	},
};
const nature = 'Rivers flow to the sea. The Rhine is long.\n\nApples grow on trees.\n\nMountains are high.';

const contentsOf = (chunks: Json[]) => chunks.map(({ content }) => content);
const found = (records: Json[]) => records.map(({ segment }) => (segment as Json).content);

const upload = (name: string, content: string | Uint8Array<ArrayBuffer>, data?: Json) => {
	const form = new FormData();
	form.append('file', new Blob([content], { type: 'text/plain' }), name);
	if (data) form.append('data', JSON.stringify({ indexing_technique: 'high_quality', process_rule: paragraphs, ...data }));
	return form;
};

describe('indexing', () => {
	it('goes through the life cycle with progress', async () => {
		const { slow, client } = await startSlowly();
		const base = await client.base();
		const { batch } = await client.write(base, { name: 'n', text: nature, process_rule: paragraphs });
		const seen = await client.settled(base, batch);
		const order = ['waiting', 'parsing', 'cleaning', 'splitting', 'indexing', 'completed'];
		const statuses = [...new Set(seen.map(({ indexing_status: status }) => String(status)))];
		expect(statuses).toEqual(order.filter((status) => statuses.includes(status)));
		expect(statuses.length).toBeGreaterThan(3);
		expect(seen.at(-1)).toMatchObject({ completed_segments: 3, total_segments: 3, error: null });
		await slow.close();
	});

	it('ends in an error for wrong sizes, without subchunks and on order', async () => {
		const base = await dify.base();
		const sized = (max_tokens: number): Json => ({
			mode: 'custom',
			rules: { pre_processing_rules: [], segmentation: { separator: '\n', max_tokens } },
		});
		const ended = async (body: Json) => {
			const { batch } = await dify.write(base, { text: 'x', ...body });
			return (await dify.settled(base, batch)).at(-1);
		};
		const wrong = 'Custom segment length should be between 50 and 4000.';
		expect(await ended({ name: 'small', process_rule: sized(10) })).toMatchObject({ indexing_status: 'error', error: wrong });
		emulator.faults.add({ indexingError: 'out of order' });
		expect(await ended({ name: 'ordered' })).toMatchObject({ error: 'out of order' });
		expect(await ended({ name: 'fine', process_rule: paragraphs })).toMatchObject({ indexing_status: 'completed' });
	});

	it('leaves a document waiting on order', async () => {
		const base = await dify.base();
		emulator.faults.add({ indexingNever: true });
		await dify.write(base, { name: 'never', text: 'x' });
		await dify.add(base, { name: 'other', text: 'x' });
		const { json } = await dify.call('GET', `/datasets/${base}/documents?status=queuing`);
		expect(json).toMatchObject({ total: 1, data: [{ name: 'never', indexing_status: 'waiting' }] });
	});

	it('completes a hierarchical document without chunks where the mode is automatic', async () => {
		const base = await dify.base();
		const document = await dify.add(base, { name: 'h', text: nature, doc_form: 'hierarchical_model' });
		expect(await dify.chunks(base, document)).toEqual([]);
	});
});

describe('documents of one name', () => {
	it('replaces an enabled one: same id, new batch, new chunks', async () => {
		const base = await dify.base();
		const first = await dify.write(base, { name: 'n', text: 'Old text.' });
		await dify.settled(base, first.batch);
		const second = await dify.write(base, { name: 'n', text: 'New text.' });
		await dify.settled(base, second.batch);
		expect(second.id).toBe(first.id);
		expect(second.batch).not.toBe(first.batch);
		expect(contentsOf(await dify.chunks(base, first.id))).toEqual(['New text.']);
		expect((await dify.call('GET', `/datasets/${base}/documents/${first.batch}/indexing-status`)).status).toBe(404);
	});

	it('mixes both texts when the first is still being indexed', async () => {
		const { slow, client } = await startSlowly();
		const base = await client.base();
		const [first, second] = await Promise.all(
			['Old text.', 'New text.'].map((text) => client.write(base, { name: 'n', text, process_rule: paragraphs })),
		);
		expect(second.id).toBe(first.id);
		await client.settled(base, second.batch);
		expect(contentsOf(await client.chunks(base, first.id)).sort()).toEqual(['New text.', 'Old text.']);
		await slow.close();
	});

	it('makes a second one beside a disabled one, or by file without duplicate', async () => {
		const base = await dify.base();
		const id = await dify.add(base, { name: 'n.txt', text: 'One.' });
		await dify.call('POST', `/datasets/${base}/document/create_by_file`, upload('n.txt', 'Two.', { duplicate: false }));
		expect(emulator.counts().documents).toBe(2);
		await dify.call('PATCH', `/datasets/${base}/documents/status/disable`, { document_ids: [id] });
		await dify.add(base, { name: 'other', text: 'Three.', original_document_id: null });
		const again = await dify.write(base, { name: 'n.txt', text: 'Four.' });
		expect(again.id).not.toBe(id);
	});
});

describe('files', () => {
	it('keeps the name, whatever its letters, and logs the part', async () => {
		const base = await dify.base();
		const path = `/datasets/${base}/document/create-by-file`;
		const { json } = await dify.call('POST', path, upload('отчёт 报告.md', 'Text.', {}));
		expect(json.document).toMatchObject({ name: 'отчёт 报告.md' });
		expect(emulator.requests.at(-1)).toMatchObject({
			route: 'POST /datasets/{dataset_id}/document/create-by-file',
			status: 200,
			multipart: { files: [{ field: 'file', filename: 'отчёт 报告.md', contentType: 'text/plain', size: 5 }] },
		});
	});

	it.each([
		['an extension that is not allowed', 'x.exe', new Uint8Array(1)],
		['no extension', 'x', new Uint8Array(1)],
		['more than 15 MB', 'x.txt', new Uint8Array(15 * 1024 * 1024 + 1)],
	])('refuses %s with an empty message', async (_, name, bytes) => {
		const base = await dify.base();
		const { status, json } = await dify.call('POST', `/datasets/${base}/document/create-by-file`, upload(name, bytes, {}));
		expect({ status, ...json }).toEqual({ status: 400, code: 'invalid_param', message: '' });
	});
});

describe('retrieval', () => {
	it('ranks by words, with scores between 0 and 1', async () => {
		const base = await dify.base();
		await dify.add(base, { name: 'n', text: nature, process_rule: paragraphs });
		const records = await dify.retrieve(base, 'Where does an apple grow?');
		expect(found(records)[0]).toBe('Apples grow on trees.');
		const scores = records.map(({ score }) => Number(score));
		expect(scores[0]).toBeGreaterThan(0.5);
		expect(scores[1]).toBeLessThan(0.1);
		expect(await dify.retrieve(base, 'apple', { top_k: 1 })).toHaveLength(1);
		const strict = { score_threshold_enabled: true, score_threshold: 0.5 };
		expect(found(await dify.retrieve(base, 'apple', strict))).toEqual(['Apples grow on trees.']);
		expect(await dify.retrieve(base, 'penguin', { search_method: 'full_text_search' })).toEqual([]);
	});

	it('leaves out what is disabled', async () => {
		const base = await dify.base();
		const id = await dify.add(base, { name: 'n', text: nature });
		await dify.call('PATCH', `/datasets/${base}/documents/status/disable`, { document_ids: [id] });
		expect(await dify.retrieve(base, 'apple')).toEqual([]);
		const { status, json } = await dify.call('PATCH', `/datasets/${base}/documents/status/enable`, { document_ids: [id] });
		expect({ status, ...json }).toMatchObject({ status: 400, code: 'invalid_action' });
	});

	it('finds whole words, case-sensitive, in an economy base and nothing else', async () => {
		const base = await dify.base({ indexing_technique: 'economy' });
		await dify.add(base, { name: 'n', text: nature, indexing_technique: 'economy', process_rule: paragraphs });
		const keyword = { search_method: 'keyword_search', score_threshold_enabled: true, score_threshold: 0.9 };
		expect((await dify.retrieve(base, 'Apples', keyword))[0]).toMatchObject({ score: 0 });
		expect(await dify.retrieve(base, 'apples', keyword)).toEqual([]);
		const { status, json } = await dify.call('POST', `/datasets/${base}/retrieve`, { query: 'Apples' });
		expect({ status, message: String(json.message) }).toMatchObject({ status: 400, message: expect.stringContaining('relation') });
	});

	it('gives the parent with the children that were found', async () => {
		const base = await dify.base();
		const text = 'Rivers flow.\nLakes are still.\n\nApples grow.';
		await dify.add(base, { name: 'h', text, doc_form: 'hierarchical_model', process_rule: families });
		const [record] = await dify.retrieve(base, 'still lakes');
		expect(record).toMatchObject({
			segment: { content: 'Rivers flow.\nLakes are still.' },
			child_chunks: [{ content: 'Lakes are still.', position: 2, score: record.score }],
		});
	});

	it('filters by metadata', async () => {
		const base = await dify.base();
		const ids = await Promise.all(['a', 'b'].map((name) => dify.add(base, { name, text: `Text of ${name}.` })));
		const { json: field } = await dify.call('POST', `/datasets/${base}/metadata`, { type: 'number', name: 'pages' });
		const operation_data = ids.map((document_id, index) => ({
			document_id,
			metadata_list: [{ id: field.id, name: 'pages', value: index }],
		}));
		await dify.call('POST', `/datasets/${base}/documents/metadata`, { operation_data });
		const conditions = [{ name: 'pages', comparison_operator: '≥', value: 1 }];
		const metadata_filtering_conditions = { logical_operator: 'and', conditions };
		expect(found(await dify.retrieve(base, 'text', { metadata_filtering_conditions }))).toEqual(['Text of b.']);
	});
});

describe('lists', () => {
	it('caps pages at 100 and says so to nobody', async () => {
		await Promise.all(Array.from({ length: 102 }, (_, index) => dify.base({ name: `base ${index}` })));
		const page = async (query: string) => (await dify.call('GET', `/datasets?${query}`)).json;
		const capped = await page('limit=101');
		expect([(capped.data as Json[]).length, capped.has_more, capped.limit, capped.total]).toEqual([100, false, 101, 102]);
		expect(await page('limit=51&page=2')).toMatchObject({ has_more: true });
		expect(await page('limit=51&page=3')).toMatchObject({ has_more: false, data: [] });
		expect(await page('keyword=base%20_0%25')).toMatchObject({ total: 11 });
	});
});
