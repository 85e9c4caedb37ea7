/** `npm run test:live`: the journeys of `test/journeys` against a real Dify, named in the environment. */
import { createRequire } from 'node:module';
import { difyOfEnvironment } from './lib/demo.js';
import { root } from './lib/package.js';
import { Failure, main, start } from './lib/processes.js';

await main(async () => {
	const dify = difyOfEnvironment();
	if (!dify) throw new Failure('Say which Dify: set DIFY_URL, DIFY_DATASET_KEY and DIFY_CHAT_KEY.');
	console.log(`Running the journeys against ${dify.name}. They make knowledge bases of their own and delete them again.`);
	const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
	return await start(process.execPath, [jest, '--selectProjects', 'journeys', '--runInBand'], { cwd: root }).ended;
});
