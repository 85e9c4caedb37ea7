import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A server in a process of its own. */
export interface Server {
	url: string;
	stop(): void;
}

/** Starts a module of `servers/`; it says where it listens by {@link ready}. */
export async function serve(name: 'bare' | 'base' | 'emulator' | 'list' | 'runs'): Promise<Server> {
	const child = started(`servers/${name}`);
	return { url: await messageOf<string>(child), stop: () => void child.kill() };
}

/** Runs a module of this folder in a process of its own; its result comes by {@link report}. */
export async function run<T>(module: string): Promise<T> {
	return await messageOf<T>(started(module));
}

/** Called by a server once it listens. Ends with the process that started it. */
export function ready(url: string): void {
	process.once('disconnect', () => process.exit());
	process.send?.(url);
}

/** Called by such a module with its result; ends the process. */
export async function report(result: Promise<object>): Promise<void> {
	const value = await result;
	process.send?.(value, () => process.exit());
}

function started(module: string): ChildProcess {
	return fork(path.join(__dirname, `${module}.ts`), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

async function messageOf<T>(child: ChildProcess): Promise<T> {
	const ended = once(child, 'exit').then(([code]) => {
		throw new Error(`${path.basename(child.spawnargs.at(-1) ?? '')} ended with ${String(code)} and without a result`);
	});
	const [message] = (await Promise.race([once(child, 'message'), ended])) as [T];
	ended.catch(() => undefined);
	return message;
}
