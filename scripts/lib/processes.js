/** Child processes, each in a group of its own, which never outlive this process. */
const { spawn } = require('node:child_process');
const { closeSync, mkdirSync, openSync, readFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');

/** Something people can act on: its message is all they need to see. */
class Failure extends Error {}

const running = new Set();
let watchdog;

function tellWatchdog(line) {
	if (!watchdog) {
		watchdog = spawn(process.execPath, [join(__dirname, 'watchdog.js')], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
		watchdog.unref();
		watchdog.stdin.unref();
		watchdog.stdin.on('error', () => {});
	}
	watchdog.stdin.write(`${line}\n`);
}

function signalGroup(pid, signal) {
	try {
		process.kill(-pid, signal);
	} catch {
		// nobody is left in it
	}
}

/** Starts a process. Its output goes to the file `log`, or where ours goes. */
function start(command, args, { cwd, env, log } = {}) {
	if (log) mkdirSync(dirname(log), { recursive: true });
	const output = log ? openSync(log, 'w') : 'inherit';
	const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output], detached: true });
	if (log) closeSync(output);
	child.ended = new Promise((resolve) => {
		child.once('error', () => resolve(127));
		child.once('exit', (code) => {
			running.delete(child);
			signalGroup(child.pid, 'SIGKILL');
			tellWatchdog(-child.pid);
			resolve(code ?? 1);
		});
	});
	if (child.pid) {
		running.add(child);
		tellWatchdog(child.pid);
	}
	return child;
}

/** Ends a process and all that it started. */
async function stop(child) {
	signalGroup(child.pid, 'SIGTERM');
	const impatient = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 10_000);
	await child.ended;
	clearTimeout(impatient);
}

/** Runs a command to its end, at most `seconds` long; a `Failure` with its last words when it does not succeed. */
async function run(command, args, { seconds, ...options } = {}) {
	const child = start(command, args, options);
	const timer = seconds && setTimeout(() => stop(child), seconds * 1000);
	const code = await child.ended;
	clearTimeout(timer);
	if (code === 0) return;
	const words = `This did not succeed: ${[basename(command), ...args].join(' ')}`;
	throw new Failure(options.log ? `${words}\n${tail(options.log)}\nMore in ${options.log}` : words);
}

function tail(file) {
	return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}

/** Runs a script's main function; when it ends, fails or is told to end, so does everything it started. */
async function main(work, { interrupted = 130 } = {}) {
	let leaving = false;
	const leave = async (code) => {
		if (leaving) return;
		leaving = true;
		await Promise.all([...running].map(stop));
		process.exit(code);
	};
	const signals = { SIGINT: interrupted, SIGTERM: 143, SIGHUP: 129 };
	for (const [signal, code] of Object.entries(signals)) process.on(signal, () => leave(code));
	try {
		await leave((await work()) ?? 0);
	} catch (error) {
		if (!leaving) console.error(`\n${error instanceof Failure ? error.message : error.stack}`);
		await leave(1);
	}
}

module.exports = { Failure, main, run, start, stop, tail };
