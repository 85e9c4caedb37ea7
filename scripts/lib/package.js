/** This package: its development tree, its build, and its installation into an n8n home. */
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { alone } = require('./lock');
const { run } = require('./processes');

const root = dirname(dirname(__dirname));
const { name, devDependencies, dependencies, peerDependencies } = require('../../package.json');
const state = join(root, 'node_modules', '.cache', name);

function files(path) {
	if (!existsSync(path)) return [];
	if (!statSync(path).isDirectory()) return [path];
	return readdirSync(path).sort().flatMap((entry) => files(join(path, entry)));
}

/** A digest of files and folders of this package. */
function digest(...paths) {
	const hash = createHash('sha256');
	for (const file of paths.flatMap((path) => files(join(root, path)))) hash.update(file).update(readFileSync(file));
	return hash.digest('hex');
}

/** Remembers what was made last of which sources, and makes it only when that is no longer true. */
async function unlessDone(what, current, work) {
	const note = join(state, what);
	if (existsSync(note) && readFileSync(note, 'utf8') === current()) return;
	await work();
	mkdirSync(state, { recursive: true });
	writeFileSync(note, current());
}

/** Installs the development tree when it is missing or older than the lockfile. */
async function installDependencies() {
	const declared = JSON.stringify([dependencies, devDependencies, peerDependencies]);
	await unlessDone('installed', () => declared + digest('package-lock.json'), async () => {
		console.log('Installing what this package is built and tested with (a minute or two) …');
		const bare = !existsSync(join(root, 'node_modules'));
		const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
		await run('npm', [bare ? 'ci' : 'install', ...flags], { cwd: root });
	});
}

async function build() {
	await run('npm', ['run', 'build'], { cwd: root, log: join(state, 'build.log') });
}

const sources = ['package.json', 'package-lock.json', 'tsconfig.json', 'gulpfile.js', 'credentials', 'icons', 'nodes', 'src'];

/** Installs and builds this package where that is needed. */
async function prepare() {
	await alone(join(dirname(state), `${name}.lock`), async () => {
		await installDependencies();
		await unlessDone('built', () => digest(...sources) + digest('dist'), async () => {
			console.log('Building the nodes …');
			await build();
		});
	});
}

async function pack(folder) {
	mkdirSync(folder, { recursive: true });
	await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, log: join(folder, 'pack.log') });
	return join(folder, readFileSync(join(folder, 'pack.log'), 'utf8').trim().split('\n').pop());
}

/** Puts the packed package into an n8n home, step by step as n8n's own installer of community nodes does. */
async function installInto(home) {
	const nodes = join(home, '.n8n', 'nodes');
	const target = join(nodes, 'node_modules', name);
	const version = digest('package.json', 'dist');
	const note = join(nodes, `${name}.digest`);
	if (existsSync(target) && existsSync(note) && readFileSync(note, 'utf8') === version) return target;
	const fresh = join(nodes, 'unfinished');
	for (const old of [note, fresh]) rmSync(old, { recursive: true, force: true });
	mkdirSync(fresh, { recursive: true });
	await run('tar', ['-xzf', await pack(join(nodes, 'packed')), '-C', fresh, '--strip-components=1']);
	const manifest = JSON.parse(readFileSync(join(fresh, 'package.json'), 'utf8'));
	for (const field of ['devDependencies', 'peerDependencies', 'optionalDependencies']) delete manifest[field];
	writeFileSync(join(fresh, 'package.json'), JSON.stringify(manifest, null, 2));
	const flags = ['--audit=false', '--fund=false', '--bin-links=false', '--install-strategy=shallow', '--ignore-scripts=true', '--package-lock=false'];
	await run('npm', ['install', ...flags], { cwd: fresh, log: join(nodes, 'install.log') });
	rmSync(target, { recursive: true, force: true });
	mkdirSync(dirname(target), { recursive: true });
	renameSync(fresh, target);
	writeFileSync(join(nodes, 'package.json'), JSON.stringify({ name: 'installed-nodes', private: true, dependencies: { [name]: manifest.version } }));
	writeFileSync(note, version);
	return target;
}

module.exports = { build, installDependencies, installInto, name, pack, prepare, root };
