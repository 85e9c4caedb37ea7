import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { itemsOf } from '../engine';
import { memoryOf, memoryText } from '../memory';
import { report, run, serve } from '../processes';
import { row, times, type Row } from '../table';

const DATASET = { __rl: true, mode: 'id', value: '613515c7-e4e1-478d-9f45-3e415417b8af' };
const TEXT = 'The Rhine flows from the Alps to the North Sea. It is 1233 kilometres long.\n'.repeat(10);
const LATENCY_MS = 50;
const CONCURRENCIES = [1, 2, 4, 8, 16, 32];
const MOST_MB = 100;

const control = async <T>(url: string, path: string) => (await (await fetch(url + path)).json()) as T;
const countsOf = async (url: string) => await control<{ requests: number; writes: number }>(url, '/counts');
const texts = (count: number, prefix: string): INodeExecutionData[] =>
	Array.from({ length: count }, (_, index) => ({ json: { key: `${prefix}/${index}.md`, text: `${index}: ${TEXT}` } }));

/** Number of items with each outcome. */
async function upsert(domain: string, input: INodeExecutionData[], parameters: IDataObject): Promise<Record<string, number>> {
	const items = await itemsOf({
		node: 'difyKnowledge',
		parameters: { resource: 'document', operation: 'upsert', dataset_id: DATASET, key: '={{ $json.key }}', ...parameters },
		credential: { domain, apiKey: 'dataset-example' },
		input,
	});
	const outcomes: Record<string, number> = {};
	for (const { json } of items) outcomes[String(json.outcome)] = (outcomes[String(json.outcome)] ?? 0) + 1;
	return outcomes;
}

const byText = (concurrency: number): IDataObject => ({ source: 'text', name: '={{ $json.key }}', text: '={{ $json.text }}', options: { concurrency } });

function assertAll(outcomes: Record<string, number>, outcome: string, count: number): void {
	if (outcomes[outcome] !== count) throw new Error(`Not ${count} ${outcome}: ${JSON.stringify(outcomes)}`);
}

async function together(): Promise<Row[]> {
	const count = 1000;
	const seconds = new Map<number, number>();
	for (const concurrency of CONCURRENCIES) {
		const server = await serve('base');
		assertAll(await upsert(server.url, texts(8, 'before'), byText(8)), 'created', 8);
		await control(server.url, `/latency?ms=${LATENCY_MS}`);
		const begun = performance.now();
		assertAll(await upsert(server.url, texts(count, 'a'), { ...byText(concurrency), waitForIndexing: false }), 'created', count);
		seconds.set(concurrency, (performance.now() - begun) / 1000);
		server.stop();
	}
	return CONCURRENCIES.map((concurrency) => {
		const [taken, gain] = [seconds.get(concurrency)!, seconds.get(1)! / seconds.get(concurrency)!];
		const measured = `${taken.toFixed(1)} s, ${Math.round((count / taken) * 3.6)},000 an hour, ${times(gain)}`;
		const bar = concurrency === 8 ? { bar: '≥ 7×', met: gain >= 7 } : undefined;
		return row(`Create or Update of ${count} documents, each answer after ${LATENCY_MS} ms, at Concurrency ${concurrency}`, measured, bar);
	});
}

async function many(): Promise<Row[]> {
	const count = 10_000;
	const server = await serve('base');
	await upsert(server.url, texts(200, 'before'), byText(8));
	const input = texts(count, 'a');
	const before = await countsOf(server.url);
	const first = await memoryOf(async () => assertAll(await upsert(server.url, input, byText(8)), 'created', count));
	const between = await countsOf(server.url);
	const second = await memoryOf(async () => assertAll(await upsert(server.url, input, byText(8)), 'skipped', count));
	const after = await countsOf(server.url);
	server.stop();
	const [sent, again] = [between.requests - before.requests, after.requests - between.requests];
	const writes = after.writes - between.writes;
	const share = (again / sent) * 100;
	const measured = `${again} of ${sent} requests, ${share.toFixed(2)} %, ${writes} writes`;
	return [
		row(`A second run over ${count} documents that have not changed`, measured, { bar: '≤ 1 %, no write', met: share <= 1 && !writes }),
		row(`Peak memory of the first run over ${count} documents`, memoryText(first), { bar: `< ${MOST_MB} MB`, met: first.over < MOST_MB }),
		row('Peak memory of the second', memoryText(second), { bar: `< ${MOST_MB} MB`, met: second.over < MOST_MB }),
	];
}

async function large(): Promise<Row> {
	const { small, quarter } = await run<Record<'small' | 'quarter', IBinaryData>>('files');
	const server = await serve('base');
	const files = (data: IBinaryData, prefix: string): INodeExecutionData[] =>
		Array.from({ length: 8 }, (_, index) => ({ json: { key: `${prefix}-${index}.txt` }, binary: { data } }));
	const byFile = { source: 'file', binaryPropertyName: 'data', options: { concurrency: 8, fileName: '={{ $json.key }}' } };
	assertAll(await upsert(server.url, files(small, 'small'), byFile), 'created', 8);
	const taken = await memoryOf(async () => assertAll(await upsert(server.url, files(quarter, 'large'), byFile), 'created', 8));
	server.stop();
	return row('Peak memory of 8 × 256 MiB at once, hashed and sent', memoryText(taken), { bar: `< ${MOST_MB} MB`, met: taken.over < MOST_MB });
}

async function figure(): Promise<Row[]> {
	return [...(await together()), ...(await many()), await large()];
}

void report(figure());
