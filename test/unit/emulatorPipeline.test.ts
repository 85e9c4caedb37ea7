import { inflateRawSync } from 'node:zlib';

import { type Emulator, startEmulator } from '../emulator';
import { Client } from '../emulator/client';
import type { Json } from '../emulator/json';
import { zip } from '../emulator/zip';

let emulator: Emulator;
let dify: Client;

beforeAll(async () => {
	emulator = await startEmulator({ indexingMs: 4, strict: true });
	dify = new Client(emulator);
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const none = '00000000-0000-4000-8000-000000000000';

/** Names and contents by the headers in front of each file. */
const unpacked = (bytes: Buffer) => {
	const files: Record<string, string> = {};
	for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
		const [size, nameLength] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26)];
		const from = at + 30 + nameLength;
		files[bytes.toString('utf8', at + 30, from)] = inflateRawSync(bytes.subarray(from, from + size)).toString();
		at = from + size;
	}
	return files;
};

describe('downloads', () => {
	const download = (base: string, document: string) => dify.call('GET', `/datasets/${base}/documents/${document}/download`);

	it('come from a signed URL that needs no key', async () => {
		const base = await dify.base();
		const { json } = await download(base, await dify.add(base, { name: 'отчёт', text: 'Слова' }));
		const url = String(json.url);
		expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/files\/.*as_attachment=true$/);
		const response = await fetch(url);
		expect(await response.text()).toBe('Слова');
		expect(response.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('отчёт')}`);
		expect((await fetch(url.replace(/sign=./, 'sign='))).status).toBe(404);
	});

	it('may have a relative URL', async () => {
		const other = await startEmulator({ indexingMs: 1, filesUrl: '' });
		const client = new Client(other);
		const base = await client.base();
		const id = await client.add(base, { name: 'n', text: 't' });
		expect((await client.call('GET', `/datasets/${base}/documents/${id}/download`)).json.url).toMatch(/^\/files\//);
		await other.close();
	});

	it('come together in a zip', async () => {
		const base = await dify.base();
		const [one, two] = [await dify.add(base, { name: 'a.txt', text: 'A' }), await dify.add(base, { name: '火.txt', text: '火山' })];
		const pack = (...document_ids: string[]) =>
			dify.fetch('POST', `/datasets/${base}/documents/download-zip`, { document_ids });
		const response = await pack(one, two, one);
		expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=[0-9a-f]{32}\.zip$/);
		expect(unpacked(Buffer.from(await response.arrayBuffer()))).toEqual({ 'a.txt': 'A', '火.txt': '火山', 'a (1).txt': 'A' });
		expect((await pack(one, none)).status).toBe(404);
		expect(await (await pack('bad')).text()).toContain('Input should be a valid UUID, invalid length');
		expect((await dify.call('GET', `/datasets/${base}/documents/${one}/upload-file`)).text).toContain('<title>404');
	});

	it('pack nothing into an empty zip', () => {
		expect(zip([]).toString('hex')).toBe(`504b0506${'00'.repeat(18)}`);
	});
});

describe('pipelines', () => {
	let base: string;
	let file: Json;

	beforeEach(async () => {
		const response = await fetch(`${emulator.url}/_emulator/pipeline-base`, { method: 'POST' });
		base = String(((await response.json()) as Json).id);
		const form = new FormData();
		form.append('file', new Blob(['Rivers flow.\n\nApples grow.'], { type: 'text/plain' }), 'n.txt');
		const { status, json } = await dify.call('POST', '/datasets/pipeline/file-upload', form);
		expect([status, json.extension]).toEqual([201, 'txt']);
		file = { related_id: json.id, name: 'n.txt' };
	});

	const run = (body: Json = {}) =>
		dify.call('POST', `/datasets/${base}/pipeline/run`, {
			...{ inputs: { sep: 'x', req: 'y' }, datasource_type: 'local_file', datasource_info_list: [file] },
			...{ start_node_id: 'ds', is_published: true, response_mode: 'streaming' },
			...body,
		});

	it('belong to bases of their own kind', async () => {
		const { json } = await dify.call('GET', `/datasets/${base}`);
		expect(json).toMatchObject({ runtime_mode: 'rag_pipeline', is_published: true, chunk_structure: 'text_model' });
		const plugins = (id: string) => dify.call('GET', `/datasets/${id}/pipeline/datasource-plugins?is_published=true`);
		expect(JSON.parse((await plugins(base)).text)).toMatchObject([{ node_id: 'ds', datasource_type: 'local_file' }, {}]);
		expect((await plugins(await dify.base())).json.message).toBe('Pipeline not found');
	});

	it('make documents that are no uploads', async () => {
		const { json } = await run();
		expect(json.documents).toMatchObject([{ data_source_type: 'local_file', indexing_status: 'waiting', position: 1 }]);
		const seen = await dify.settled(base, String(json.batch));
		expect(seen.at(-1)).toMatchObject({ indexing_status: 'completed', total_segments: 2 });
		const id = String((json.documents as Json[])[0].id);
		expect((await dify.call('GET', `/datasets/${base}/documents/${id}`)).json.created_from).toBe('rag-pipeline');
		const { json: refusal } = await dify.call('GET', `/datasets/${base}/documents/${id}/download`);
		expect(refusal.message).toBe('Document does not have an uploaded file to download.');
		expect(await dify.retrieve(base, 'apples')).toMatchObject([{ segment: { content: 'Apples grow.' } }, {}]);
	});

	it('accept what is wrong', async () => {
		const statusOf = async ({ json }: { json: Json }) =>
			(await dify.call('GET', `/datasets/${base}/documents/${String(json.batch)}/indexing-status`)).json;
		expect(await statusOf(await run({ datasource_info_list: [] }))).toMatchObject({ message: 'Documents not found.' });
		const never = await run({ start_node_id: 'nope' });
		const lost = await run({ datasource_info_list: [{ ...file, related_id: none }] });
		const [end] = (await dify.settled(base, String(lost.json.batch))).slice(-1);
		expect(end).toMatchObject({ indexing_status: 'error', error: expect.stringContaining(`file_id=${none}`) });
		expect(await statusOf(never)).toMatchObject({ data: [{ indexing_status: 'waiting' }] });
	});

	it.each<[Json, number, string]>([
		[{ inputs: {} }, 500, 'sep is required in input form'],
		[{ datasource_type: 'foo' }, 500, "'foo' is not a valid DatasourceProviderType"],
		[{ inputs: null }, 400, 'inputs\n  Input should be a valid dictionary'],
	])('refuse %j', async (body, status, message) => {
		const { json } = await run(body);
		expect(json).toMatchObject({ status, message: expect.stringContaining(message) });
	});

	it('show what a draft would do', async () => {
		const outputs = { preview: [{ content: 'Rivers flow.' }, { content: 'Apples grow.' }], total_segments: 2 };
		const draft = { is_published: false };
		expect((await run({ ...draft, response_mode: 'blocking' })).json.data).toMatchObject({ status: 'succeeded', outputs });
		const events = (await run(draft)).text.trim().split('\n\n');
		expect(events).toHaveLength(10);
		expect(JSON.parse(events[9].slice(5))).toMatchObject({ event: 'workflow_finished', data: { outputs } });
		expect((await dify.call('GET', `/datasets/${base}/documents`)).json.total).toBe(0);
	});

	it('run single nodes', async () => {
		const node = async (id: string, datasource_type: string) => {
			const body = { inputs: {}, datasource_type, is_published: true };
			const { text } = await dify.call('POST', `/datasets/${base}/pipeline/datasource/nodes/${id}/run`, body);
			return text.match(/datasource_\w+/g)?.slice(0, 3);
		};
		expect(await node('nope', 'local_file')).toEqual(['datasource_error']);
		expect((await node('ds', 'local_file'))?.[0]).toBe('datasource_error');
		expect(await node('ds', 'online_document')).toEqual(['datasource_processing', 'datasource_error']);
		expect(await node('crawl', 'website_crawl')).toEqual([
			...['datasource_processing', 'datasource_processing', 'datasource_completed'],
		]);
	});
});
