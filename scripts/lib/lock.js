const { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { uptime } = require('node:os');
const { dirname } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

function isHeld(file) {
	try {
		process.kill(Number(readFileSync(file, 'utf8')), 0);
		return statSync(file).mtimeMs > Date.now() - uptime() * 1000;
	} catch {
		return false;
	}
}

/** Takes the lock file, unless a living process has it. Returns what releases it. */
function tryLock(file) {
	mkdirSync(dirname(file), { recursive: true });
	const mine = `${file}.${process.pid}`;
	writeFileSync(mine, String(process.pid));
	try {
		if (!isHeld(file)) rmSync(file, { force: true });
		linkSync(mine, file);
	} catch (error) {
		if (error.code === 'EEXIST') return undefined;
		throw error;
	} finally {
		rmSync(mine);
	}
	return () => rmSync(file, { force: true });
}

/** Does `work` while no other process does any under the same lock file. */
async function alone(file, work) {
	let release = tryLock(file);
	if (!release) console.log(`Another process is at the same work; waiting for it (${file}) …`);
	while (!release) {
		await sleep(500);
		release = tryLock(file);
	}
	try {
		return await work();
	} finally {
		release();
	}
}

module.exports = { alone, tryLock };
