import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1024 * 1024;
const SAMPLE_MS = 10;
const PASSES = 20;

/** What some work takes. */
export interface Taken {
	/** MB of resident memory at the worst moment, over what is resident before with the garbage collected. */
	over: number;
	idle: number;
	seconds: number;
}

/** Runs it and watches the process's memory. Whatever is loaded or pooled only once belongs to a run before this one. */
export async function memoryOf(work: () => Promise<unknown>): Promise<Taken> {
	const idle = await idleRss();
	const begun = performance.now();
	const peak = await peakRss(work);
	return { over: (peak - idle) / MIB, idle: idle / MIB, seconds: (performance.now() - begun) / 1000 };
}

export function memoryText({ over, idle, seconds }: Taken): string {
	return `${Math.round(over)} MB over ${Math.round(idle)} MB idle, in ${seconds.toFixed(1)} s`;
}

/** The least after several collections: V8 gives what is free back only seconds later. */
async function idleRss(): Promise<number> {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	let least = Number.POSITIVE_INFINITY;
	for (let pass = 0; pass < PASSES; pass++) {
		collectGarbage();
		await pause(300);
		least = Math.min(least, process.memoryUsage.rss());
	}
	return least;
}

async function peakRss(work: () => Promise<unknown>): Promise<number> {
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
