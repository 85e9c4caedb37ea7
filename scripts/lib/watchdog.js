/**
 * Ends process groups when the process that started them is gone, however it went: that closes our standard input.
 * Lines: `123` a group to watch, `-123` a group that has ended.
 */
const groups = new Set();

function signal(name) {
	for (const pid of groups) {
		try {
			process.kill(-pid, name);
		} catch {
			groups.delete(pid);
		}
	}
}

require('node:readline')
	.createInterface({ input: process.stdin })
	.on('line', (line) => {
		const pid = Number(line);
		if (pid > 0) groups.add(pid);
		else groups.delete(-pid);
	})
	.on('close', () => {
		signal('SIGTERM');
		const deadline = Date.now() + 10_000;
		setInterval(() => {
			signal(0);
			if (Date.now() > deadline) signal('SIGKILL');
			if (groups.size === 0) process.exit();
		}, 200);
	});

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
