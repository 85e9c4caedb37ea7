import type { IDataObject } from 'n8n-workflow';

import { withFile } from '../engine/harness';
import { byId, someText, unique, uuid, type Step } from './dify';
import { filledByPerson, type FormInput } from './forms';
import { journey, story } from './story';

const QUESTION = 'May this journey go on?';

const APPS = [
	{ app: 'human', node: 'difyChatflow', resource: 'chatflow', operation: 'send', ended: { output: someText } },
	{ app: 'workflowHuman', node: 'difyWorkflow', resource: 'workflow', operation: 'run', ended: { status: 'succeeded' } },
] as const;

for (const { app, node, resource, operation, ended } of APPS) {
	journey(`a ${resource} that asks a person`, [app], (dify) => {
		const user = unique('journey');
		const does = async (run: Step['run'], parameters: IDataObject, input?: Step['input']) => (await dify.does({ run, parameters, input, key: app }))[0];

		story('waits, shows its form, takes it once, and goes on to its end', async () => {
			const question = resource === 'chatflow' ? { query: QUESTION } : {};
			const asked = { user, ...question, ...(await dify.inputParameters(app, QUESTION)) };
			const paused = await does(`${node}.${resource}.${operation}`, asked);
			if (paused.conversation_id) dify.owesConversation(paused.conversation_id, user, app);
			expect(paused).toMatchObject({ status: 'paused', workflow_run_id: uuid, forms: [expect.objectContaining({ form_token: someText })] });

			const [{ form_token: token }] = paused.forms as IDataObject[];
			const form = await does(`${node}.humanInput.get`, { form_token: token });
			expect(form).toMatchObject({ form_content: expect.any(String), inputs: expect.any(Array), user_actions: expect.any(Array) });

			const [{ id: action }] = form.user_actions as IDataObject[];
			const inputsJson = JSON.stringify(filledByPerson(form.inputs as unknown as FormInput[]));
			const filled = { form_token: token, action, user, inputsMode: 'json', inputsJson };
			expect(await does(`${node}.humanInput.submit`, filled, [withFile('note.txt', 'Fine.')])).toEqual({ success: true });
			expect(await dify.refuses({ run: `${node}.humanInput.get`, parameters: { form_token: token }, key: app })).toMatchObject({
				message: 'The form was submitted already',
			});

			const followed = { workflow_run_id: byId(paused.workflow_run_id), user };
			expect(await does(`${node}.${resource}.streamEvents`, followed)).toMatchObject({ ...ended, workflow_run_id: paused.workflow_run_id });
		});
	});
}
