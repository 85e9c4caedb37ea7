import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { report } from '../processes';
import { row, type Row } from '../table';

const ROUNDS = 9;
const PACKAGE = path.resolve(__dirname, '../..');
const start = promisify(execFile);

interface Loading {
	nodes: number;
	load: number;
	describe: number;
}

/** One of several, of which the best counts; in a process without `tsx`, which would have a hand in every `require`. */
async function loading(): Promise<Loading> {
	const { stdout } = await start(process.execPath, [path.join(PACKAGE, 'bench/loading.mjs')], { env: withoutOptions() });
	return JSON.parse(stdout) as Loading;
}

function withoutOptions(): NodeJS.ProcessEnv {
	return { ...process.env, NODE_OPTIONS: '' };
}

/** Bytes of the package as npm stores it. */
async function packed(): Promise<number> {
	const { stdout } = await start('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: PACKAGE });
	return (JSON.parse(stdout) as Array<{ size: number }>)[0].size;
}

async function figure(): Promise<Row[]> {
	const runs: Loading[] = [];
	for (let round = 0; round < ROUNDS; round++) runs.push(await loading());
	const [load, describe] = [Math.min(...runs.map((run) => run.load)), Math.min(...runs.map((run) => run.describe))];
	const kilobytes = (await packed()) / 1000;
	const all = `All ${runs[0].nodes} nodes`;
	return [
		row(`${all}: loading them into n8n`, `${Math.round(load)} ms`, { bar: '< 60 ms', met: load < 60 }),
		row(`${all}: describing them`, `${describe.toFixed(1)} ms`, { bar: '< 20 ms', met: describe < 20 }),
		row('Package, packed', `${Math.round(kilobytes)} KB`, { bar: '< 400 KB', met: kilobytes < 400 }),
	];
}

void report(figure());
