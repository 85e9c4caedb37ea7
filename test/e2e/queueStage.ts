import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { n8n } from '../../scripts/lib/cache';
import { launch } from '../../scripts/lib/n8n';
import { installInto } from '../../scripts/lib/package';
import { stop } from '../../scripts/lib/processes';
import { Rest } from '../../scripts/lib/rest';
import { startPostgres, startRedis } from './servers';
import { owner } from './stage';

/** How many executions a worker has in hand at once. */
const CONCURRENCY = 5;

const queueSettings = (redis: number, postgres: number) => ({
	EXECUTIONS_MODE: 'queue',
	OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
	N8N_ENCRYPTION_KEY: 'example-key-of-main-and-workers',
	QUEUE_BULL_REDIS_HOST: '127.0.0.1',
	QUEUE_BULL_REDIS_PORT: String(redis),
	// By default a lost worker is noticed after a minute or two.
	QUEUE_WORKER_LOCK_DURATION: '8000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
	DB_TYPE: 'postgresdb',
	DB_POSTGRESDB_HOST: '127.0.0.1',
	DB_POSTGRESDB_PORT: String(postgres),
	DB_POSTGRESDB_DATABASE: 'postgres',
	DB_POSTGRESDB_USER: 'n8n',
});

export interface Worker {
	name: string;
	/** Ids of the executions that it took. */
	taken(): string[];
	kill(): Promise<void>;
}

/** n8n's queue mode as it runs on several machines: main, two workers, Redis and Postgres, each with a folder of its own. */
export async function setTheQueueStage() {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-queue-'));
	chmodSync(folder, 0o755);
	const closing: Array<() => Promise<unknown>> = [];
	const close = async () => {
		for (const each of closing.reverse()) await each();
		rmSync(folder, { recursive: true, force: true });
	};
	let isReady = false;
	const homeOf = (name: string) => join(folder, name);
	try {
		await installInto(homeOf('main'));
		for (const name of ['worker1', 'worker2']) cpSync(homeOf('main'), homeOf(name), { recursive: true });
		const installation = await n8n();
		const [redis, postgres] = [await startRedis(folder), await startPostgres(folder)];
		closing.push(redis.close, postgres.close);
		const more = queueSettings(redis.port, postgres.port);

		const workers: Worker[] = [];
		/** Starts one, in the place of one of that name that is no more. */
		const startWorker = async (name: string): Promise<Worker> => {
			const args = ['worker', `--concurrency=${CONCURRENCY}`];
			const worker = await launch(installation, { home: homeOf(name), args, more });
			closing.push(async () => await stop(worker.child));
			const taken = () => [...readFileSync(worker.log, 'utf8').matchAll(/Worker started execution (\d+)/g)].map(([, id]) => id);
			const kill = async () => {
				process.kill(Number(worker.child.pid), 'SIGKILL');
				await worker.child.ended;
			};
			const started = { name, taken, kill };
			const at = workers.findIndex((known) => known.name === name);
			workers.splice(at < 0 ? workers.length : at, 1, started);
			return started;
		};
		const main = await launch(installation, { home: homeOf('main'), more });
		closing.push(async () => await stop(main.child));
		await Promise.all([startWorker('worker1'), startWorker('worker2')]);
		const rest = new Rest(main.url, installation.modules);
		await rest.signIn(owner);
		isReady = true;
		return { rest, workers, startWorker, close };
	} finally {
		if (!isReady) await close();
	}
}

export type QueueStage = Awaited<ReturnType<typeof setTheQueueStage>>;
