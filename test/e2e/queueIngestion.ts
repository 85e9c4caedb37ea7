import type { Emulator } from '../emulator';
import { startEmulator } from '../emulator';
import { eventually, sent } from './live';
import type { QueueStage } from './queueStage';
import { readExample } from './workflows';

const DOCUMENTS = 5000;
const BATCH = 250;

/** Many documents, on two workers of which one dies. */
export function queuedIngestion(stage: () => QueueStage) {
	let dify: Emulator;
	let base: string;
	const example = readExample('ingestion-at-scale.json');

	const call = async (method: string, path: string, body?: object) => {
		const headers = { authorization: `Bearer ${dify.keys.dataset}`, 'content-type': 'application/json' };
		const answer = await fetch(`${dify.url}/v1/datasets${path}`, { method, headers, body: body && JSON.stringify(body) });
		return (await answer.json()) as Record<string, unknown>;
	};
	/** The key of every document of the base, from Dify's own list. */
	const keys = async () => {
		const found: unknown[] = [];
		for (let page = 1; ; page++) {
			const { data, has_more: more } = await call('GET', `/${base}/documents?page=${page}&limit=100`);
			for (const { indexing_status, doc_metadata } of data as Array<{ indexing_status: string; doc_metadata: Array<{ name: string; value: string }> }>) {
				expect(indexing_status).toBe('completed');
				found.push(doc_metadata.find(({ name }) => name === 'source_id')?.value);
			}
			if (!more) return found;
		}
	};

	/** The executions that were started in the editor, not by a batch. */
	const startedByHand = async () => {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: example.id }));
		const { results } = await stage().rest.call<{ results: Array<{ id: string; mode: string }> }>('GET', `/executions?filter=${filter}&limit=100`);
		return results.filter(({ mode }) => mode === 'manual').map(({ id }) => id);
	};

	beforeAll(async () => {
		const { rest } = stage();
		dify = await startEmulator({ indexingMs: 5 });
		base = String((await call('POST', '', { name: 'Articles', indexing_technique: 'high_quality' })).id);
		await rest.saveCredential({ name: 'Dify knowledge key', type: 'difyApi', data: { domain: dify.url, apiKey: dify.keys.dataset } });
		await rest.saveCredential({ name: 'Ingestion secret', type: 'httpHeaderAuth', data: { name: 'x-ingestion', value: 'example' } });
		const settings: Record<string, unknown> = { knowledge_base: base, documents: DOCUMENTS, batch_size: BATCH, n8n: rest.url };
		for (const setting of example.nodes.find(({ name }) => name === 'Settings')?.parameters?.assignments?.assignments ?? []) {
			setting.value = settings[setting.name];
		}
		await rest.saveWorkflow(example);
		await rest.publish(example.id);
	});
	afterAll(async () => await dify?.close());

	test(`${DOCUMENTS} documents are written once each, though a worker is killed`, async () => {
		const { rest, workers, startWorker } = stage();
		const first = rest.runWorkflow(example.id, 'Run Now').then(
			() => 'nothing was lost',
			(error: Error) => error.message,
		);
		await eventually(() => (dify.counts().documents > 0.4 * DOCUMENTS ? true : undefined), 600);
		const [parent] = await startedByHand();
		const victim = workers.find(({ taken }) => !taken().includes(parent)) ?? workers[1];
		await victim.kill();
		expect(await first).toMatch(/[1-9]\d* batches did not end and 0 documents failed\. Run the workflow again/);
		expect(dify.counts().documents).toBeLessThan(DOCUMENTS);
		await startWorker(victim.name);
		const { Result } = await rest.runWorkflow(example.id, 'Run Now');
		const { created, updated, skipped, failed_batches: lost } = Result[0].json as Record<string, number>;
		expect([created + updated + skipped, lost]).toEqual([DOCUMENTS, 0]);
		expect(skipped).toBeGreaterThan(0.4 * DOCUMENTS);
		const found = await keys();
		expect(found).toHaveLength(DOCUMENTS);
		expect(new Set(found).size).toBe(DOCUMENTS);
		expect(dify.counts().documents).toBe(DOCUMENTS);
		expect(sent(dify.requests, '/document/create-by-text')).toHaveLength(DOCUMENTS);
	});
}
