import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/n8n';
import { run, start, stop } from '../../scripts/lib/processes';

/** Where Debian keeps each version of Postgres, newest first; its programs are not in the path. */
const debian = '/usr/lib/postgresql';
const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((version) => join(debian, version, 'bin'))];

function programOf(name: string): string | undefined {
	return folders.map((folder) => join(folder, name)).find(existsSync);
}

/** What n8n's queue mode needs and this machine does not have. */
export const missingServers = ['redis-server', 'postgres', 'initdb'].filter((name) => !programOf(name));

/** A server on loopback, with its data in `folder`; it says in its log when it is ready. */
async function serve(folder: string, name: string, [command, ...args]: string[]) {
	const log = join(folder, `${name}.log`);
	const child = start(command, args, { cwd: folder, log });
	let ended = false;
	void child.ended.then(() => (ended = true));
	for (const deadline = Date.now() + 60_000; !/ready to accept connections/i.test(readFileSync(log, 'utf8')); await sleep(50)) {
		if (ended || Date.now() > deadline) throw new Error(`${name} does not start:\n${readFileSync(log, 'utf8')}`);
	}
	return { close: async () => await stop(child) };
}

export async function startRedis(folder: string) {
	const port = await freePort();
	const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', ''];
	return { port, ...(await serve(folder, 'redis', [String(programOf('redis-server')), ...args])) };
}

/** The database `postgres` of the user `n8n`, without a password. Postgres refuses to run as root: there it runs as `postgres`. */
export async function startPostgres(folder: string) {
	const port = await freePort();
	const data = join(folder, 'postgres');
	mkdirSync(data);
	const isRoot = process.getuid?.() === 0;
	if (isRoot) await run('chown', ['postgres', data], { log: join(folder, 'chown.log') });
	const own = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
	const as = (program: string, ...args: string[]) => [...own, String(programOf(program)), ...args];
	const [command, ...args] = as('initdb', '-D', data, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8', '--no-sync');
	await run(command, args, { cwd: data, log: join(folder, 'initdb.log') });
	const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${data}`, 'fsync=off'].flatMap((each) => ['-c', each]);
	return { port, ...(await serve(folder, 'postgres', as('postgres', '-D', data, '-p', String(port), ...settings))) };
}
