const { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { uptime } = require('node:os');
const { dirname } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/** Whether the process that took the lock is no more: gone, waiting for its parent to notice, or from before the last boot. */
function isLeftOver(file) {
	try {
		const pid = readFileSync(file, 'utf8');
		process.kill(Number(pid), 0);
		const isZombie = process.platform === 'linux' && readFileSync(`/proc/${pid}/cmdline`).length === 0;
		return isZombie || statSync(file).mtimeMs < Date.now() - uptime() * 1000;
	} catch (error) {
		return error.code === 'ESRCH';
	}
}

/** Makes `file` a link to `mine`; false when it exists. */
function claim(mine, file) {
	try {
		linkSync(mine, file);
		return true;
	} catch (error) {
		if (error.code === 'EEXIST') return false;
		throw error;
	}
}

/** Removes the lock of a dead process; one process at a time, or it might remove the next one's. */
function clear(mine, file) {
	const clearing = `${file}.clearing`;
	if (!claim(mine, clearing)) {
		if (statSync(clearing, { throwIfNoEntry: false })?.mtimeMs < Date.now() - 10_000) rmSync(clearing, { force: true });
		return;
	}
	if (isLeftOver(file)) rmSync(file, { force: true });
	rmSync(clearing);
}

/** Takes the lock file, unless a living process has it. Returns what releases it. */
function tryLock(file) {
	mkdirSync(dirname(file), { recursive: true });
	const mine = `${file}.${process.pid}`;
	writeFileSync(mine, String(process.pid));
	if (isLeftOver(file)) clear(mine, file);
	const taken = claim(mine, file);
	rmSync(mine);
	return taken ? () => rmSync(file, { force: true }) : undefined;
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
