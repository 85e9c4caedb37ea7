/** Every check there is, none skipped because another failed; the last line counts them. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/package.js';
import { main, run } from './lib/processes.js';

const artifacts = join(root, '.artifacts');
const report = (name) => join(artifacts, `${name}.json`);
const toFile = (name) => ['--json', `--outputFile=${report(name)}`];

/** Name, minutes it may take, command. */
const steps = [
	['tests', 40, 'npm', 'test', '--', ...toFile('tests')],
	['lint', 8, 'npm', 'run', 'lint'],
	['types', 5, 'npm', 'run', 'types'],
	['build', 5, 'npm', 'run', 'build'],
	['package', 5, process.execPath, 'scripts/check-package.mjs'],
	['start', 30, 'npm', 'start', '--', '--once'],
	['e2e', 30, 'npm', 'run', 'test:e2e', '--', ...toFile('e2e')],
];

/** What jest counted; a suite that could not even start counts as one failure. */
function counted(name, succeeded) {
	if (!existsSync(report(name))) return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
	const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report(name), 'utf8'));
	const failed = numFailedTests + numRuntimeErrorTestSuites;
	return { passed: numPassedTests, failed: succeeded ? failed : Math.max(failed, 1) };
}

await main(async () => {
	rmSync(artifacts, { recursive: true, force: true });
	mkdirSync(artifacts);
	const summary = [];
	for (const [name, minutes, command, ...args] of steps) {
		console.log(`\n=== ${name}: ${[command, ...args].join(' ')}`);
		const began = Date.now();
		const problem = await run(command, args, { cwd: root, seconds: minutes * 60 }).then(
			() => undefined,
			(error) => error,
		);
		const took = Math.round((Date.now() - began) / 1000);
		const { passed, failed } = counted(name, !problem);
		if (problem) console.log(problem.message);
		summary.push({ name, passed, failed, took });
	}
	console.log();
	for (const { name, passed, failed, took } of summary) console.log(`${name.padEnd(10)} ${passed} passed, ${failed} failed, ${took} s`);
	const total = (key) => summary.reduce((sum, step) => sum + step[key], 0);
	console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
	return total('failed') > 0 ? 1 : 0;
});
