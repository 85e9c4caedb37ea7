/** `npm run test:live`: the journeys of `test/journeys` against a real Dify, named in the environment. */
import { createRequire } from 'node:module';
import { root } from './lib/package.js';
import { Failure, main, start } from './lib/processes.js';

await main(async () => {
	const { DIFY_URL } = process.env;
	const keys = Object.keys(process.env).filter((name) => /^DIFY_\w+_KEY$/.test(name) && process.env[name]);
	if (!DIFY_URL || !keys.length) {
		throw new Failure('Say which Dify: set DIFY_URL, and DIFY_DATASET_KEY, DIFY_CHAT_KEY or other keys that README.md names.');
	}
	console.log(`Running the journeys against Dify at ${DIFY_URL} with ${keys.join(', ')}.`);
	console.log('They delete what they make: bases, tags, conversations, annotations. Uploads and the logs of runs stay.');
	const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
	const flags = ['--selectProjects', 'journeys', '--runInBand', ...process.argv.slice(2)];
	return await start(process.execPath, [jest, ...flags], { cwd: root }).ended;
});
