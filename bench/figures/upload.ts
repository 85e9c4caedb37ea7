import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { IBinaryData } from 'n8n-workflow';

import { itemsOf } from '../engine';
import { report, run, serve } from '../processes';
import { row, type Row } from '../table';

const MIB = 1024 * 1024;
const SAMPLE_MS = 10;

async function upload(domain: string, file: IBinaryData): Promise<void> {
	await itemsOf({
		node: 'difyKnowledge',
		parameters: {
			resource: 'document',
			operation: 'createByFile',
			dataset_id: { __rl: true, mode: 'id', value: '613515c7-e4e1-478d-9f45-3e415417b8af' },
			waitForIndexing: false,
		},
		credential: { domain, apiKey: 'dataset-example', ignoreSslIssues: true },
		input: [{ json: {}, binary: { data: file } }],
	});
}

/** Resident memory with nothing going on and the garbage collected. */
async function idleRss(): Promise<number> {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	for (let pass = 0; pass < 3; pass++) {
		collectGarbage();
		await pause(300);
	}
	return process.memoryUsage.rss();
}

/** Highest resident memory while `work` goes on. */
async function peakRss(work: () => Promise<void>): Promise<number> {
	let peak = 0;
	const sample = () => {
		peak = Math.max(peak, process.memoryUsage.rss());
	};
	const timer = setInterval(sample, SAMPLE_MS);
	await work();
	sample();
	clearInterval(timer);
	return peak;
}

async function figure(): Promise<Row[]> {
	// In a process of their own: putting them there takes memory too, which would count as idle.
	const { small, big } = await run<Record<'small' | 'big', IBinaryData>>('files');
	const server = await serve('bare');
	await upload(server.url, small);
	const idle = await idleRss();
	const begun = performance.now();
	const peak = await peakRss(async () => await upload(server.url, big));
	const seconds = (performance.now() - begun) / 1000;
	server.stop();
	const over = (peak - idle) / MIB;
	const measured = `${Math.round(over)} MB over ${Math.round(idle / MIB)} MB idle, in ${seconds.toFixed(1)} s`;
	return [row("Peak memory of an upload of 1 GiB from n8n's binary store", measured, { bar: '< 60 MB', met: over < 60 })];
}

void report(figure());
