import type { IDataObject } from 'n8n-workflow';

import { unique, type Dify, type Step } from './dify';
import type { Key } from './environment';
import { shapeOf } from './shape';
import { journey, story } from './story';

const QUESTION = 'How long is the Rhine?';

interface Mode {
	app: Key;
	run: Step['run'];
	path: string;
}

const MODES: Mode[] = [
	{ app: 'chat', run: 'difyChat.chat.send', path: '/chat-messages' },
	{ app: 'chatflow', run: 'difyChatflow.chatflow.send', path: '/chat-messages' },
	{ app: 'completion', run: 'difyCompletion.completion.send', path: '/completion-messages' },
	{ app: 'workflow', run: 'difyWorkflow.workflow.run', path: '/workflows/run' },
];

/** The node's answer, made of the stream. */
async function streamed(dify: Dify, { app, run }: Mode, user: string): Promise<IDataObject> {
	const asked = app === 'workflow' || app === 'completion' ? {} : { query: QUESTION, conversation: 'new' };
	const parameters = { user, simplify: false, ...asked, ...(await dify.inputParameters(app, QUESTION)) };
	const [answer] = await dify.does({ run, parameters, key: app });
	if (answer.conversation_id) dify.owesConversation(answer.conversation_id, user, app);
	return answer;
}

/** Dify's own, in one piece. */
async function blocking(dify: Dify, { app, path }: Mode, user: string): Promise<IDataObject> {
	const asked = app === 'workflow' ? {} : { query: QUESTION };
	const body = { inputs: await dify.inputs(app, QUESTION), user, response_mode: 'blocking', ...asked };
	const answer = await dify.call('POST', path, body, app);
	if (answer.conversation_id) dify.owesConversation(answer.conversation_id, user, app);
	return answer;
}

for (const mode of MODES) {
	journey(`the whole answer of a ${mode.app} app`, [mode.app], (dify) => {
		story("is that of Dify's blocking mode, key for key and type for type", async () => {
			if (mode.app === 'chatflow') dify.lacks('1.13.0', '1.13.1', 'its blocking answers hang');
			const user = unique('journey');
			const [ours, theirs] = [await streamed(dify, mode, user), await blocking(dify, mode, user)];
			expect(shapeOf(ours)).toEqual(shapeOf(theirs));
			expect(ours.mode).toBe(theirs.mode);
			expect(ours.event).toBe(theirs.event);
		});
	});
}

journey('the whole answer of an agent', ['chat', 'agent'], (dify) => {
	const user = unique('journey');
	const agent: Mode = { app: 'agent', run: 'difyChat.chat.send', path: '/chat-messages' };

	story('is that which Dify gives of a chat, as it refuses to block for an agent', async () => {
		const ours = await streamed(dify, agent, user);
		await expect(blocking(dify, agent, user)).rejects.toThrow(/400 .*does not support blocking mode/s);
		const { metadata, ...theirs } = await blocking(dify, { ...agent, app: 'chat' }, user);
		const { metadata: said, ...rest } = ours;
		expect(shapeOf(rest)).toEqual(shapeOf(theirs));
		expect(shapeOf((said as IDataObject).usage)).toEqual(shapeOf((metadata as IDataObject).usage));
		expect(Object.keys(said as IDataObject).sort()).toEqual(Object.keys(metadata as IDataObject).sort());
		const { mode = 'chat' } = await dify.call('GET', '/info', undefined, 'agent');
		expect(ours).toMatchObject({ event: 'message', mode });
	});

	story('has what the agent thought, where that is asked for', async () => {
		const parameters = { query: QUESTION, user, conversation: 'new', options: { include: ['agentThoughts'] }, ...(await dify.inputParameters('agent', QUESTION)) };
		const [answer] = await dify.does({ run: 'difyChat.chat.send', parameters, key: 'agent' });
		dify.owesConversation(answer.conversation_id, user, 'agent');
		expect(answer.agentThoughts).toEqual(expect.arrayContaining([expect.objectContaining({ thought: expect.any(String), position: expect.any(Number) })]));
	});
});
