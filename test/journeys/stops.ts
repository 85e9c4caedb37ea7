import { unique, type Step } from './dify';
import { isLive, type Key } from './environment';
import { journey, story } from './story';

/** Takes longer than it takes to stop. */
const LONG = isLive ? 'Count from one to five hundred, every number in words, without leaving any out.' : 'MAGIC_SLOW';
const SOON_MS = 5000;

const APPS: Array<[app: Key, stop: Step['run'], path: string]> = [
	['chat', 'difyChat.chat.stop', '/chat-messages'],
	['chatflow', 'difyChatflow.chatflow.stop', '/chat-messages'],
	['completion', 'difyCompletion.completion.stop', '/completion-messages'],
	['workflow', 'difyWorkflow.workflow.stop', '/workflows/run'],
];

for (const [app, stop, path] of APPS) {
	journey(`a run of a ${app} app`, [app], (dify) => {
		story('is stopped', async () => {
			const user = unique('journey');
			const inputs = await dify.inputs(app, LONG);
			const { task, ended } = await dify.stream(path, { user, inputs, ...(app === 'workflow' ? {} : { query: LONG }) }, app);
			const asked = Date.now();
			expect(await dify.does({ run: stop, parameters: { task_id: task, user } })).toEqual([{ success: true, message: 'Stop requested' }]);
			const text = await ended;
			expect(Date.now() - asked).toBeLessThan(SOON_MS);
			const conversation = /"conversation_id": ?"([^"]+)"/.exec(text)?.[1];
			if (conversation) dify.owesConversation(conversation, user, app);
			expect(text).toMatch(app === 'workflow' || app === 'chatflow' ? /"workflow_finished"/ : /"message_end"/);
		});
	});
}
