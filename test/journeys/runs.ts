import type { IDataObject } from 'n8n-workflow';

import { brokenWay } from './cut';
import { byId, eventually, someText, unique, uuid } from './dify';
import { shapeOf } from './shape';
import { journey, story } from './story';

const QUESTION = 'How long is the Rhine?';

journey('a workflow', ['workflow'], (dify) => {
	const user = unique('journey');
	let inputs: IDataObject;
	let run: IDataObject;
	const does = async (operation: string, parameters: IDataObject) => (await dify.does({ run: `difyWorkflow.workflow.${operation}`, parameters }))[0];
	const chosen = (started: IDataObject = run) => ({ workflow_run_id: byId(started.workflow_run_id) });

	beforeAll(async () => {
		inputs = { user, ...(await dify.inputParameters('workflow', QUESTION)) };
	});

	story('gives its outputs', async () => {
		run = await does('run', inputs);
		expect(run).toMatchObject({ status: 'succeeded', outputs: expect.any(Object), workflow_run_id: uuid, task_id: uuid, total_steps: expect.any(Number) });
		expect(Object.keys(run.outputs as IDataObject)).not.toEqual([]);
	});

	story('is read afterwards, with the same outputs', async () => {
		const read = await does('getRun', chosen());
		expect(read).toMatchObject({ id: run.workflow_run_id, status: 'succeeded', inputs: expect.any(Object), total_steps: run.total_steps });
		expect(shapeOf(read.outputs)).toEqual(shapeOf(run.outputs));
	});

	story('is logged under its user', async () => {
		const parameters = { filters: { created_by_end_user_session_id: user } };
		const logs = await eventually(
			async () => await dify.does({ run: 'difyWorkflow.workflow.getLogs', parameters }),
			(list) => list.length > 0,
		);
		expect(logs).toContainEqual(expect.objectContaining({ workflow_run: expect.objectContaining({ id: run.workflow_run_id, status: 'succeeded' }) }));
	});

	story('is run in the version that was published', async () => {
		const { data } = await does('run', { ...inputs, simplify: false });
		const { workflow_id: version } = data as IDataObject;
		expect(await does('runById', { ...inputs, workflow_id: version })).toMatchObject({ status: 'succeeded', workflow_run_id: uuid });
		expect(await dify.refuses({ run: 'difyWorkflow.workflow.runById', parameters: { ...inputs, workflow_id: run.workflow_run_id } })).toMatchObject({
			message: expect.stringMatching(/\w/),
		});
	});

	story('is only started, and followed to its end', async () => {
		dify.needs('1.14.0');
		const started = await does('run', { ...inputs, options: { startOnly: true } });
		expect(started).toEqual({ status: 'running', workflow_run_id: uuid, task_id: uuid });
		expect(await does('streamEvents', { ...chosen(started), user })).toMatchObject({ status: 'succeeded', workflow_run_id: started.workflow_run_id });
	});

	story('is only started, and waited for', async () => {
		dify.needs('1.9.0');
		const started = await does('run', { ...inputs, options: { startOnly: true } });
		expect(await does('getRun', { ...chosen(started), waitForFinish: true })).toMatchObject({ id: started.workflow_run_id, status: 'succeeded' });
	});

	story('is found again when its connection breaks, and is not run twice', async () => {
		dify.needs('1.9.0');
		const way = await brokenWay(dify.domain, '"workflow_started"');
		const [found] = await dify.does({ run: 'difyWorkflow.workflow.run', parameters: inputs, domain: way.domain }).finally(way.close);
		expect(way.cuts()).toBe(1);
		expect(way.requests.filter((request) => request.startsWith('POST '))).toEqual(['POST /v1/workflows/run']);
		expect(found).toMatchObject({ status: 'succeeded', workflow_run_id: uuid });
		expect(shapeOf(found.outputs)).toEqual(shapeOf(run.outputs));
	});
});

journey('a chatflow', ['chatflow'], (dify) => {
	const user = unique('journey');
	let asked: IDataObject;
	const send = async (more: IDataObject = {}, domain?: string): Promise<IDataObject> => {
		const [sent] = await dify.does({ run: 'difyChatflow.chatflow.send', parameters: { ...asked, ...more }, domain });
		dify.owesConversation(sent.conversation_id, user, 'chatflow');
		return sent;
	};
	const answer = { output: someText, conversation_id: uuid, message_id: uuid, workflow_run_id: uuid, citations: expect.any(Array) };

	beforeAll(async () => {
		asked = { query: QUESTION, user, ...(await dify.inputParameters('chatflow', QUESTION)) };
	});

	story('answers', async () => {
		expect(await send()).toMatchObject({ ...answer, usage: expect.any(Object) });
	});

	story('is only started, and followed to its end', async () => {
		dify.needs('1.14.0');
		const started = await send({ options: { startOnly: true } });
		expect(started).toEqual({ status: 'running', workflow_run_id: uuid, task_id: uuid, conversation_id: uuid, message_id: uuid });
		const parameters = { workflow_run_id: byId(started.workflow_run_id), user };
		expect(await dify.does({ run: 'difyChatflow.chatflow.streamEvents', parameters })).toEqual([
			expect.objectContaining({ output: someText, workflow_run_id: started.workflow_run_id }),
		]);
	});

	story('is found again when its connection breaks, and is not run twice', async () => {
		dify.needs('1.9.0');
		const way = await brokenWay(dify.domain, '"workflow_started"');
		const found = await send({}, way.domain).finally(way.close);
		expect(way.cuts()).toBe(1);
		expect(way.requests.filter((request) => request === 'POST /v1/chat-messages')).toHaveLength(1);
		expect(found).toMatchObject(answer);
	});
});
