import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';

import { run } from './processes';
import { markdown, type Row } from './table';

const FIGURES = ['requests', 'streams', 'runs', 'upload', 'documents', 'ingestion', 'list', 'package'];
const README = path.join(__dirname, 'README.md');

function versionOf(name: string): string {
	return `${name} ${(createRequire(__filename)(`${name}/package.json`) as { version: string }).version}`;
}

/** On what it was measured, and how busy that was with other things before. */
function setting(load: number): string {
	const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GiB`;
	const versions = [`Node ${process.versions.node}`, ...['n8n-core', 'undici', 'eventsource-parser'].map(versionOf)];
	return `Measured on ${machine}, ${process.platform}, load before ${load.toFixed(1)}; ${versions.join(', ')}.`;
}

/** Puts a text between the markers of the README. */
async function keep(text: string): Promise<void> {
	const readme = await readFile(README, 'utf8');
	const [start, end] = ['<!-- figures -->', '<!-- /figures -->'];
	const [before] = readme.split(start);
	const [, after] = readme.split(end);
	await writeFile(README, `${before}${start}\n\n${text}\n\n${end}${after}`);
}

async function main(): Promise<void> {
	const [load] = loadavg();
	const home = await mkdtemp(path.join(tmpdir(), 'n8n-bench-'));
	process.env.N8N_USER_FOLDER = home;
	try {
		const rows: Row[] = [];
		for (const name of FIGURES) rows.push(...(await run<Row[]>(`figures/${name}`)));
		const table = markdown(rows);
		console.log(table);
		await keep(`${table}\n\n${setting(load)}`);
	} finally {
		await rm(home, { recursive: true, force: true });
	}
}

void main();
