import type { Emulator } from '../emulator';
import { startEmulator } from '../emulator';
import { ask, byHand, chat, chatflow, eventually, sent, shapeOf, streaming, textOf, workflow } from './live';
import type { QueueStage } from './queueStage';
import { finding, losing, reading, remembering } from './queueWorkflows';
import { expectStop } from './stopped';

type Execution = { status: string; data: string };

/** Runs that are watched, remembered, stopped and lost, on two workers. */
export function queuedRuns(stage: () => QueueStage) {
	let dify: Emulator;
	let longer: Emulator;
	const watched = [streaming('live-chat', chat), streaming('live-chatflow', chatflow), streaming('live-workflow', workflow)];
	const stoppable = [byHand('stop-chat', chat), byHand('stop-chatflow', chatflow), byHand('stop-workflow', workflow)];

	beforeAll(async () => {
		const { rest } = stage();
		dify = await startEmulator({ tokenMs: 30 });
		longer = await startEmulator({ tokenMs: 600 });
		const credential = async (name: string, { url }: Emulator, apiKey: string) =>
			await rest.saveCredential({ name, type: 'difyApi', data: { domain: url, apiKey } });
		await credential('Slow chat', dify, dify.keys.chat);
		await credential('Slow chatflow', dify, dify.keys.chatflow);
		await credential('Slow workflow', dify, dify.keys.workflowSlow);
		await credential('Long chatflow', longer, longer.keys.chatflow);
		await credential('Long workflow', longer, longer.keys.workflowSlow);
		for (const saved of [...watched, ...stoppable, ...losing, remembering]) await rest.saveWorkflow(saved);
		for (const { id } of [...watched, ...losing, remembering]) await rest.publish(id);
	});
	afterAll(async () => await Promise.all([dify?.close(), longer?.close()]));

	const call = async (id: string, body: object = {}) => {
		const answer = await fetch(`${stage().rest.url}/webhook/${id}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		return (await answer.json()) as Record<string, unknown>;
	};
	const executionsOf = async (workflowId: string) => {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await stage().rest.call<{ results: Array<{ id: string }> }>('GET', `/executions?filter=${filter}&limit=100`);
		return results.map(({ id }) => id);
	};
	const endedOf = async (id: string) => {
		const execution = await stage().rest.call<Execution>('GET', `/executions/${id}`);
		return ['new', 'running'].includes(execution.status) ? undefined : execution;
	};
	/** Ids of a workflow's executions by worker. */
	const takenOf = async (workflowId: string) => {
		const ids = await executionsOf(workflowId);
		return stage().workers.map(({ taken }) => taken().filter((id) => ids.includes(id)));
	};

	test('webhooks in streaming mode give the text while it grows, several at once', async () => {
		const ids = watched.flatMap(({ id }) => [id, id]);
		const answers = await Promise.all(ids.map(async (id) => await ask(stage().rest.url, id, 'MAGIC_SLOW')));
		for (const lines of answers) {
			expect(shapeOf(lines)).toEqual(['begin', 'item', 'end']);
			const items = lines.filter(({ type }) => type === 'item');
			expect(items.length).toBeGreaterThan(10);
			expect(items[items.length - 1].at - items[0].at).toBeGreaterThan(1000);
			expect(textOf(lines)).toContain('slow59');
			expect(textOf(lines)).toBe(textOf(answers[0]));
		}
		for (const { id } of watched) {
			const { Dify } = await stage().rest.lastRun(id);
			expect(Dify.map(({ json }) => json.output ?? (json.outputs as { text: string }).text)).toEqual([textOf(answers[0])]);
		}
		const taken = (await Promise.all(watched.map(async ({ id }) => await takenOf(id)))).flat();
		expect(taken.filter((ids) => ids.length > 0).length).toBeGreaterThan(3);
	});

	test('a session key makes one conversation, whichever worker asks', async () => {
		const outputs: unknown[] = [];
		await eventually(async () => {
			const { conversation_id } = await call('remembering', { session: 'ticket-7', question: `Question ${outputs.length}` });
			outputs.push(conversation_id);
			const [first, second] = await takenOf('remembering');
			return first.length > 1 && second.length > 1 ? true : undefined;
		}, 60);
		expect(new Set(outputs).size).toBe(1);
		const get = async (path: string) => {
			const answer = await fetch(`${dify.url}/v1/${path}&user=remembering&limit=100`, { headers: { authorization: `Bearer ${dify.keys.chat}` } });
			return ((await answer.json()) as { data: Array<Record<string, unknown>> }).data;
		};
		expect(await get('conversations?')).toEqual([expect.objectContaining({ id: outputs[0], name: 'ticket-7' })]);
		const questions = (await get(`messages?conversation_id=${String(outputs[0])}`)).map(({ query }) => query);
		expect(questions).toEqual(outputs.map((_, index) => `Question ${index}`));
	});

	test.each([
		['stop-chat', '/chat-messages'],
		['stop-chatflow', '/chat-messages'],
		['stop-workflow', '/workflows/run'],
	])('%s on a worker stops in Dify, too', async (id, route) => {
		const execution = await expectStop(stage().rest, dify, id, route);
		expect(stage().workers.flatMap(({ taken }) => taken())).toContain(execution);
	});

	test('a worker that is killed in mid-run loses no run of Dify, and none is sent twice', async () => {
		const { rest, workers: [worker], startWorker } = stage();
		const lostOf = async () => await Promise.all(losing.map(async ({ id }) => (await takenOf(id))[0]));
		await eventually(async () => {
			for (const { id } of losing) await Promise.all([call(id), call(id)]);
			return (await lostOf()).every((ids) => ids.length > 0) ? true : undefined;
		});
		const all = (await Promise.all(losing.map(async ({ id }) => await executionsOf(id)))).flat();
		const runs = () => [...sent(longer.requests, '/workflows/run'), ...sent(longer.requests, '/chat-messages')];
		await eventually(() => (runs().length >= all.length ? true : undefined));
		const [workflows, chatflows] = await lostOf();
		await worker.kill();

		const again = await startWorker('worker1');
		const endings = all.map(async (id) => {
			const execution = await eventually(async () => await endedOf(id), 120);
			return { id, ...execution };
		});
		for (const { id, status, data } of await Promise.all(endings)) {
			const isLost = [...workflows, ...chatflows].includes(id);
			// The worker that comes back calls it crashed, unless main has given it up before.
			expect([id, isLost ? ['crashed', 'error'] : ['success']]).toEqual([id, expect.arrayContaining([status])]);
			if (status === 'error') expect(data).toContain('This execution failed to be processed too many times and will no longer retry.');
		}

		for (const id of workflows) {
			await rest.saveWorkflow(finding(id));
			const found = await eventually(async () => {
				const { Run } = await rest.runWorkflow('finding', 'Start');
				return Run?.length ? Run.map(({ json }) => json) : undefined;
			}, 60);
			expect(found).toEqual([expect.objectContaining({ status: 'succeeded', outputs: { text: expect.stringContaining('slow59') } })]);
		}
		for (const id of chatflows) {
			await rest.saveWorkflow(reading(id));
			const answers = await eventually(async () => {
				const { Messages } = await rest.runWorkflow('reading', 'Start');
				return Messages.every(({ json }) => String(json.answer).includes('slow59')) ? Messages.length : undefined;
			}, 60);
			expect(answers).toBe(1);
		}
		expect(again.taken().filter((id) => all.includes(id))).toEqual([]);
		const users = runs().map(({ body }) => (body as { user: string }).user);
		expect(users.sort()).toEqual(all.map((id) => `n8n-${id}`).sort());
	});
}
