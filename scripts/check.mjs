/** `npm run check`: types, lint, build, and the tests that take no minutes. The build checks the types of what is shipped. */
import { build, root } from './lib/package.js';
import { main, run } from './lib/processes.js';

const npx = async (...command) => await run('npx', ['--no-install', ...command], { cwd: root });

async function look() {
	await npx('tsc', '--noEmit', '-p', 'test');
	await npx('eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/');
}

await main(async () => {
	await Promise.all([build(), look()]);
	// Most suites wait for servers; a core that only starts them would be idle.
	await npx('jest', '--maxWorkers', '4', '--selectProjects', 'unit', 'operations', 'contract');
});
