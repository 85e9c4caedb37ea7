import type { IDataObject } from 'n8n-workflow';

import { runNode } from '../engine/harness';
import { journey, journeysOf, versions, type Recording } from '../replay/recordings';
import { startPlayback, type Playback } from './playback';
import type { Row } from './row';
import { rows } from './rows';

const ID = '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15';
const ids = new Proxy({} as Record<string, string> & Parameters<Row['params']>[0], { get: () => ID });
/** What Dify writes for its developers, and what a crash looks like. */
const LEFTOVERS = /You have requested this URI|PluginInvokeError|req_id:|"error_type"|\[object Object\]|\bundefined\b|Cannot read/;
const TOLD = ['status', 'indexing_status', 'error'];
/** Dify is asked again, until the deadline. */
const WAITED_OUT = /Too many (?:concurrent )?requests|concurrent/i;
/** Operations that have another way to what a server refuses, such as an older route. */
const HELPS_ITSELF = /\.(?:document\.(?:getDownloadUrl|getUploadFile|update|updateStatus)|metadata\.getBuiltIn|tag\.(?:getByDataset|update))$/;
const NO_WAIT = { waitForIndexing: false, waitForCompletion: false, waitForFinish: false };

jest.setTimeout(300_000);

// The recordings stand beside the repository and not in it.
(versions.length ? describe.each(versions) : describe.skip.each(['no recordings here']))('answers recorded from %s', (version) => {
	const recordings = versions.length ? journeysOf(version).flatMap((name) => journey(version, name)) : [];
	let server: Playback;
	beforeAll(async () => {
		server = await startPlayback(recordings);
	});
	afterAll(async () => {
		await server.close();
	});

	const cases = rows.flatMap((row) => {
		const own = distinct(recordings.filter(({ route, status, sse }) => route === row.route && status !== null && !sse));
		return own.length ? [[row.operation, row, own] as const] : [];
	});

	test.each(cases)('%s makes items of them or says what is wrong and what to do', async (operation, row, own) => {
		const [node, resource, name] = operation.split('.');
		const parameters: IDataObject = { resource, operation: name, ...row.params(ids), ...NO_WAIT };
		const apiKey = row.key === 'dataset' ? 'dataset-example' : 'app-example';
		for (const recording of own) {
			server.play(recording);
			const credential = { domain: server.url, apiKey, retries: 0 };
			const { items, error } = await runNode({ node, parameters, credential, input: row.input });
			const { id, status } = recording;
			if (error) {
				expect({ id, message: error.message }).toEqual({ id, message: expect.not.stringMatching(LEFTOVERS) });
				expect({ id, description: error.description }).toEqual({ id, description: expect.stringMatching(/^(?!This should not happen)\S/) });
			} else if (server.plays > 0 && (status ?? 0) >= 400) {
				expect({ id, operation }).toEqual({ id, operation: expect.stringMatching(HELPS_ITSELF) });
			}
			for (const item of items) expect({ id, keys: Object.keys(item.json).length }).not.toEqual({ id, keys: 0 });
		}
	});
});

/** One recording of each kind of answer. */
function distinct(recordings: Recording[]): Recording[] {
	const kinds = new Map<string, Recording>();
	for (const recording of recordings) {
		const { status, body } = recording;
		const text = JSON.stringify(body) ?? '';
		if (!WAITED_OUT.test(text)) kinds.set(`${status} ${(status ?? 0) < 400 ? shapeOf(body) : text.replace(/[\da-f-]{36}/g, '')}`, recording);
	}
	return [...kinds.values()];
}

/** Keys and types, and how a run or document ended. */
function shapeOf(value: unknown): string {
	if (Array.isArray(value)) return `[${value.length ? shapeOf(value[0]) : ''}]`;
	if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
	return Object.entries(value).map(([key, inner]) => `${key}:${TOLD.includes(key) ? String(inner) : shapeOf(inner)}`).join();
}
