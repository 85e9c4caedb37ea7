import { setTimeout as sleep } from 'node:timers/promises';
import type { Rest } from '../../scripts/lib/rest';
import type { Emulator } from '../emulator';
import { eventually, sent, startByHand } from './live';

/** Starts a workflow, stops its execution in n8n in mid-run and expects that Dify is told so in time. The execution's id. */
export async function expectStop(rest: Rest, dify: Emulator, id: string, route: string): Promise<string> {
	dify.requests.length = 0;
	const execution = await startByHand(rest, id);
	const [run] = await eventually(() => (sent(dify.requests, route).length ? sent(dify.requests, route) : undefined));
	await sleep(500);
	const began = Date.now();
	await rest.call('POST', `/executions/${execution}/stop`);
	const [stop] = await eventually(() => (sent(dify.requests, '/stop').length ? sent(dify.requests, '/stop') : undefined), 5);
	expect(stop.at - began).toBeLessThan(2000);
	expect(stop.body).toEqual({ user: (run.body as { user: string }).user });
	const { status } = await rest.call<{ status: string }>('GET', `/executions/${execution}`);
	expect(status).toBe('canceled');
	return execution;
}
