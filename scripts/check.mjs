/** `npm run check`: types, lint, and the tests that take no minutes, side by side. The build checks the types of all that is shipped. */
import { build, root } from './lib/package.js';
import { main, run } from './lib/processes.js';

const besides = [
	['tsc', '--noEmit', '-p', 'test'],
	['eslint', '.', '--max-warnings', '0'],
	['jest', '--selectProjects', 'unit', 'operations', 'contract'],
];

await main(async () => {
	await build();
	await Promise.all(besides.map(async (command) => await run('npx', ['--no-install', ...command], { cwd: root })));
});
