import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, type RunOptions } from '../engine/harness';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

jest.setTimeout(120_000);

/** Stands before Dify and dies at a request: before Dify sees it, or when it has answered. Nothing comes through later. */
class Fuse {
	seen = 0;
	private dieAt = Number.POSITIVE_INFINITY;
	private isAnswered = false;
	private readonly server: Server;

	constructor(private readonly target: string) {
		this.server = createServer((incoming, outgoing) => {
			const number = ++this.seen;
			if (number > this.dieAt || (number === this.dieAt && !this.isAnswered)) return void incoming.socket.destroy();
			const { method, headers, url = '' } = incoming;
			const forwarded = request(this.target + url, { method, headers }, (answer) => {
				if (number >= this.dieAt) {
					answer.resume();
					return void answer.on('end', () => incoming.socket.destroy());
				}
				outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
				answer.pipe(outgoing);
			});
			forwarded.on('error', () => incoming.socket.destroy());
			incoming.pipe(forwarded);
		});
	}

	arm(dieAt = Number.POSITIVE_INFINITY, isAnswered = false) {
		Object.assign(this, { seen: 0, dieAt, isAnswered });
	}

	async open(): Promise<string> {
		await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close() {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

/** Key to name and text. */
type Source = Map<string, { name: string; text: string }>;

let workspace: Workspace;
let base: string;
let fuse: Fuse;
let domain: string;
beforeEach(async () => {
	workspace = await seededWorkspace();
	fuse = new Fuse(workspace.emulator.url);
	domain = await fuse.open();
	await newBase();
});
afterEach(async () => {
	await fuse.close();
	await workspace.emulator.close();
});

const newBase = async (): Promise<void> => {
	({ id: base } = await workspace.call('POST', '/datasets', { name: `Source ${Math.random()}`, indexing_technique: 'high_quality' }));
};
const running = (operation: string, source: Source, more: IDataObject): RunOptions => ({
	node: 'difyKnowledge',
	parameters: { resource: 'document', operation, dataset_id: byId(base), key: '={{ $json.key }}', ...more },
	credential: { ...workspace.credential('dataset'), domain },
	input: [...source].map(([key, { name, text }]): INodeExecutionData => ({ json: { key, name, text } })),
});
const bringing = (source: Source, concurrency = 1) =>
	running('upsert', source, { source: 'text', name: '={{ $json.name }}', text: '={{ $json.text }}', options: { concurrency, indexingTimeout: 20 } });
const clearing = (source: Source) => running('deleteMissing', source, { dryRun: false, maxDeletions: 100 });

/** Waits until Dify has done what a killed execution left it with. */
const settled = async () => {
	for (;;) {
		const { data } = await workspace.call('GET', `/datasets/${base}/documents?limit=100`);
		const documents = data as unknown as IDataObject[];
		if (documents.every(({ indexing_status: status }) => ['completed', 'error'].includes(String(status)))) return documents;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
};

/** What the base holds, as key and text of each document. */
const held = async () => {
	const documents = await settled();
	const entries = documents.map(async ({ id, doc_metadata: values }) => {
		const key = ((values ?? []) as IDataObject[]).find(({ name }) => name === 'source_id')?.value;
		const { data } = await workspace.call('GET', `/datasets/${base}/documents/${String(id)}/segments`);
		return [key, (data as unknown as IDataObject[]).map(({ content }) => content).join('|')];
	});
	return (await Promise.all(entries)).sort();
};
const wanted = (source: Source) => [...source].map(([key, { text }]) => [key, text]).sort();

const first: Source = new Map([
	['x/README', { name: 'README.md', text: 'First x.' }],
	['y/README', { name: 'README.md', text: 'First y.' }],
]);
const second: Source = new Map([
	['x/README', { name: 'README.md', text: 'Second x.' }],
	['z/README', { name: 'README.md', text: 'First z.' }],
]);

test.each([
	['before Dify sees it', false],
	['when Dify has done it', true],
])('killed at each of its requests, %s, an execution is finished by the next one', async (_, isAnswered) => {
	let isOver = false;
	let kills = 0;
	for (let dieAt = 1; !isOver; dieAt++) {
		await newBase();
		await outputOf(bringing(first));
		fuse.arm(dieAt, isAnswered);
		const { error } = await runNode(bringing(second));
		isOver = !error;
		kills += error ? 1 : 0;
		fuse.arm();
		const union: Source = new Map([...first, ...second]);
		await outputOf(bringing(second));
		expect({ dieAt, held: await held() }).toEqual({ dieAt, held: wanted(union) });
		await outputOf(clearing(second));
		expect({ dieAt, held: await held() }).toEqual({ dieAt, held: wanted(second) });
		const again = await outputOf(bringing(second));
		expect(again.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped']);
	}
	expect(kills).toBeGreaterThan(10);
});

test('a change that was killed and then taken back leaves the old content', async () => {
	const old: Source = new Map([['x', { name: 'x.md', text: 'Old.' }]]);
	const changed: Source = new Map([['x', { name: 'x.md', text: 'New.' }]]);
	const found: unknown[] = [];
	let isOver = false;
	for (let dieAt = 1; !isOver; dieAt++) {
		await newBase();
		await outputOf(bringing(old));
		fuse.arm(dieAt, true);
		isOver = !(await runNode(bringing(changed))).error;
		fuse.arm();
		const isChanged = JSON.stringify(await held()).includes('New.');
		const [{ outcome }] = await outputOf(bringing(old));
		found.push({ isChanged, outcome });
		expect({ dieAt, held: await held() }).toEqual({ dieAt, held: wanted(old) });
	}
	expect(found).toContainEqual({ isChanged: true, outcome: 'updated' });
	expect(found).toContainEqual({ isChanged: false, outcome: 'skipped' });
});

/** Park and Miller, so that a failing script can be run again. */
const randoms = (seed: number) => () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;

test.each([1, 2, 3, 4].map((seed) => [seed * 7919]))('after random edits and kills a clean run makes the base equal to the source (seed %d)', async (seed) => {
	const random = randoms(seed);
	const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)];
	const source: Source = new Map();
	let text = 0;
	const edits: Record<string, () => void> = {
		create: () => source.set(`key ${Math.floor(random() * 8)}`, { name: pick(['README.md', 'notes.md', 'a.txt']), text: `Text ${++text}.` }),
		change: () => source.size && Object.assign(pick([...source.values()]), { text: pick([`Text ${++text}.`, 'Text 1.']) }),
		rename: () => source.size && Object.assign(pick([...source.values()]), { name: pick(['README.md', 'notes.md', 'b.txt']) }),
		remove: () => void source.delete(pick([...source.keys(), ''])),
	};
	source.set('first', { name: 'README.md', text: 'Text 0.' });
	for (let round = 0; round < 6; round++) {
		for (let edit = 0; edit < 4; edit++) edits[pick(Object.keys(edits))]();
		if (!source.size) edits.create();
		if (random() < 0.3) workspace.emulator.faults.add({ indexingError: 'The model is busy.' });
		fuse.arm(1 + Math.floor(random() * 30), random() < 0.5);
		await runNode(bringing(source, pick([1, 4])));
		workspace.emulator.faults.clear();
		if (random() < 0.6) continue;
		fuse.arm();
		await outputOf(bringing(source, pick([1, 4])));
		await outputOf(clearing(source));
		expect(await held()).toEqual(wanted(source));
	}
	fuse.arm();
	await outputOf(bringing(source, 3));
	await outputOf(clearing(source));
	expect(await held()).toEqual(wanted(source));
	expect(new Set((await outputOf(bringing(source))).map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
});
