import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { serve } from './processes';

const EXECUTIONS = Number(process.argv[2] ?? 100_000);
const SAMPLES = 20;
const AT_ONCE = 4;
const WIDTH = 40;
/** Longer than a connection is kept open without use. */
const KEEP_ALIVE_S = 35;
const MIB = 1024 ** 2;

interface Sample {
	executions: number;
	/** MiB after a collection. */
	heap: number;
	/** What keeps the process awake: timers, sockets, files. */
	handles: number;
	sockets: number;
}

const DATASET = { __rl: true, mode: 'id', value: '613515c7-e4e1-478d-9f45-3e415417b8af' };
/** An unchanged document, a changed one, and a list. */
const OPERATIONS = [
	{ operation: 'upsert', source: 'text', name: 'same.md', text: 'Same.', key: 'same', dataset_id: DATASET },
	{ operation: 'upsert', source: 'text', name: 'other.md', text: '={{ $json.text }}', key: 'other', dataset_id: DATASET, waitForIndexing: false },
	{ operation: 'getAll', dataset_id: DATASET },
];

function plot(label: string, samples: Sample[], value: (sample: Sample) => number): string {
	const most = Math.max(...samples.map(value));
	const line = (sample: Sample) => {
		const bar = '█'.repeat(Math.round((value(sample) / most) * WIDTH));
		return `${String(sample.executions).padStart(7)} ${bar.padEnd(WIDTH)} ${value(sample).toFixed(label.includes('MiB') ? 1 : 0)}`;
	};
	return [label, ...samples.map(line)].join('\n');
}

/** Means of the first and the last quarter after the start: what grows with the executions grows from the one to the other. */
function growth(samples: Sample[], value: (sample: Sample) => number): number {
	const quarter = Math.floor(samples.length / 4);
	const mean = (some: Sample[]) => some.reduce((sum, each) => sum + value(each), 0) / some.length;
	return mean(samples.slice(-quarter)) - mean(samples.slice(1, quarter + 1));
}

async function soak(): Promise<boolean> {
	const { itemsOf } = await import('./engine');
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	const server = await serve('base');
	const socketsOf = async () => ((await (await fetch(`${server.url}/counts`, { headers: { connection: 'close' } })).json()) as { sockets: number }).sockets - 1;
	const credential = { domain: server.url, apiKey: 'dataset-example' };
	const execute = async (index: number) => {
		const parameters = { resource: 'document', ...OPERATIONS[index % OPERATIONS.length] };
		await itemsOf({ node: 'difyKnowledge', parameters, credential, input: [{ json: { text: `Text ${index}.` } }] });
	};
	const sample = async (executions: number): Promise<Sample> => {
		collectGarbage();
		await pause(50);
		collectGarbage();
		const handles = process.getActiveResourcesInfo().length;
		return { executions, heap: process.memoryUsage().heapUsed / MIB, handles, sockets: await socketsOf() };
	};

	await Promise.all(OPERATIONS.map(async (_, index) => await execute(index)));
	const samples: Sample[] = [];
	const begun = performance.now();
	for (let done = 0; done < EXECUTIONS; ) {
		const until = Math.round((EXECUTIONS * (samples.length + 1)) / SAMPLES);
		const worker = async () => {
			while (done < until) await execute(done++);
		};
		await Promise.all(Array.from({ length: AT_ONCE }, worker));
		samples.push(await sample(done));
	}
	const seconds = (performance.now() - begun) / 1000;
	await pause(KEEP_ALIVE_S * 1000);
	const sockets = await socketsOf();
	server.stop();

	const [heap, handles] = [growth(samples, (each) => each.heap), growth(samples, (each) => each.handles)];
	console.log(`${EXECUTIONS} executions of Dify Knowledge in one process, ${AT_ONCE} at a time, in ${Math.round(seconds)} s (Node ${process.versions.node})\n`);
	console.log(`${plot('Heap in use after a collection, MiB', samples, (each) => each.heap)}\n`);
	console.log(`${plot('Active handles and requests', samples, (each) => each.handles)}\n`);
	console.log(`${plot('Open connections', samples, (each) => each.sockets)}\n`);
	console.log(`From the first to the last quarter: heap ${heap.toFixed(2)} MiB, handles ${handles.toFixed(1)}. Connections left ${KEEP_ALIVE_S} s after the end: ${sockets}.`);
	return heap < 5 && handles < 2 && sockets === 0;
}

async function main(): Promise<void> {
	const home = await mkdtemp(path.join(tmpdir(), 'n8n-soak-'));
	process.env.N8N_USER_FOLDER = home;
	const isFlat = await soak().finally(() => void rm(home, { recursive: true, force: true }));
	process.exit(isFlat ? 0 : 1);
}

void main();
