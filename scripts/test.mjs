/** `npm test`, on a bare clone too: install, build, then every test that needs no n8n server. */
import { createRequire } from 'node:module';
import { build, installDependencies, root } from './lib/package.js';
import { main, start } from './lib/processes.js';

await main(async () => {
	await installDependencies();
	await build();
	const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
	return await start(process.execPath, [jest, ...process.argv.slice(2), '--ignoreProjects', 'e2e'], { cwd: root }).ended;
});
