/** What `npm publish` would ship: only what belongs in it, small, and loadable where n8n's installer puts it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installInto, root } from './lib/package.js';
import { Failure, main, run } from './lib/processes.js';

const allowed = /^(dist\/.+|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/;
const unwanted = /\.tsbuildinfo$|\.test\.js$|^dist\/(package\.json|docs\/|test\/)/;
const limit = 400_000;

/** n8n's own loader checks descriptions, icons and codex files, and finds an output schema for every operation. */
const load = `
	require('reflect-metadata');
	const { dirname } = require('node:path');
	const { loadOutputSchema, PackageDirectoryLoader } = require('n8n-core');
	const operations = ({ properties }) => properties.filter(({ name }) => name === 'operation').flatMap((menu) =>
		menu.options.map(({ value }) => ({ version: 1, resource: menu.displayOptions.show.resource[0], operation: value })));
	const loader = new PackageDirectoryLoader(process.argv[1]);
	loader.loadAll().then(() => {
		const { nodes, credentials } = loader.types;
		const wanted = require(process.argv[1] + '/package.json').n8n;
		console.log([...nodes, ...credentials].map(({ name }) => name).join(', '));
		const schemas = nodes.filter(({ name }) => !name.endsWith('Tool')).flatMap((node) =>
			operations(node).map((operation) => loadOutputSchema({ nodeDir: dirname(loader.known.nodes[node.name].sourcePath), ...operation })));
		console.log(schemas.filter(Boolean).length + ' output schemas for ' + schemas.length + ' operations');
		if (schemas.length === 0 || !schemas.every(Boolean)) process.exit(1);
		if (nodes.filter(({ name }) => !name.endsWith('Tool')).length !== wanted.nodes.length) process.exit(1);
		process.exit(credentials.length === wanted.credentials.length ? 0 : 1);
	});
`;

await main(async () => {
	const [{ files, size }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' }));
	const paths = files.map(({ path }) => path);
	const wrong = paths.filter((path) => !allowed.test(path) || unwanted.test(path));
	if (wrong.length > 0) throw new Failure(`These files do not belong in the package:\n${wrong.join('\n')}`);
	const missing = ['README.md', 'LICENSE', 'CHANGELOG.md'].filter((path) => !paths.includes(path));
	if (missing.length > 0) throw new Failure(`The package lacks ${missing.join(', ')}.`);
	if (size > limit) throw new Failure(`The package has ${size} bytes, more than ${limit}.`);
	console.log(`${paths.length} files, ${(size / 1000).toFixed(0)} kB packed`);

	const home = mkdtempSync(join(tmpdir(), 'n8n-home-'));
	try {
		const installed = await installInto(home);
		await run(process.execPath, ['-e', load, installed], { env: { ...process.env, NODE_PATH: join(root, 'node_modules') } });
	} finally {
		rmSync(home, { recursive: true });
	}
});
