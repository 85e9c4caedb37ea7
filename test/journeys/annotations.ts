import type { IDataObject } from 'n8n-workflow';

import { byId, unique, uuid } from './dify';
import { journey, story } from './story';

const ANSWER = 'From nine to five, and never on a Sunday.';

const APPS = [
	{ app: 'chat', node: 'difyChat', send: 'chat.send' },
	{ app: 'chatflow', node: 'difyChatflow', send: 'chatflow.send' },
	{ app: 'completion', node: 'difyCompletion', send: undefined },
] as const;

for (const { app, node, send } of APPS) {
	journey(`annotations of a ${app} app`, ['dataset', app], (dify) => {
		const user = unique('journey');
		const question = unique('When does the journey begin?');
		const does = async (operation: string, parameters: IDataObject) =>
			await dify.does({ run: `${node}.annotation.${operation}`, parameters });
		const annotate = async (): Promise<unknown> => {
			const [{ id }] = await does('create', { question, answer: ANSWER });
			dify.owes(id, async () => await does('delete', { annotation_id: byId(id) }));
			return id;
		};

		story('are made, listed, changed and deleted', async () => {
			const id = await annotate();
			const listed = async () => await does('getAll', { filters: { keyword: question } });
			expect(await listed()).toEqual([expect.objectContaining({ id, question, answer: ANSWER, hit_count: 0 })]);

			const other = { question: `${question}!`, answer: 'At noon.' };
			expect(await does('update', { annotation_id: byId(id), ...other })).toEqual([expect.objectContaining({ id, ...other })]);
			expect(await listed()).toEqual([expect.objectContaining({ id, ...other })]);

			dify.settled(id);
			expect(await does('delete', { annotation_id: byId(id) })).toEqual([{ deleted: true }]);
			expect(await listed()).toEqual([]);
		});

		story('answer instead of the model while that is switched on', async () => {
			const { annotation_reply: before } = (await dify.parameters(app)) as { annotation_reply: IDataObject };
			const settings = before.enabled ? settingsOf(before) : { score_threshold: 0.9, embedding_model: byId(await someModel()) };
			const configure = async (action: string) => await does('configureReply', { action, ...settings });
			const isOn = async () => ((await dify.parameters(app)).annotation_reply as IDataObject).enabled;
			await annotate();

			if (!before.enabled) dify.owes('reply', async () => await configure('disable'));
			const [job] = await configure('enable');
			expect(job).toMatchObject({ job_id: uuid, job_status: 'completed' });
			expect(await does('getReplyStatus', { action: 'enable', job_id: job.job_id })).toEqual([
				expect.objectContaining({ job_id: job.job_id, job_status: 'completed' }),
			]);
			expect(await isOn()).toBe(true);
			if (send) await isAnswered(send);

			if (before.enabled) return;
			dify.settled('reply');
			expect(await configure('disable')).toEqual([expect.objectContaining({ job_id: uuid, job_status: 'completed' })]);
			expect(await isOn()).toBe(false);
		});

		async function isAnswered(operation: 'chat.send' | 'chatflow.send'): Promise<void> {
			const parameters = { query: question, user, ...(await dify.inputParameters(app, question)) };
			const [sent] = await dify.does({ run: `${node}.${operation}`, parameters });
			dify.owesConversation(sent.conversation_id, user, app);
			expect(sent.output).toBe(ANSWER);
		}

		/** `provider::model`, as the nodes name an embedding model. */
		async function someModel(): Promise<string> {
			const [{ provider, models }] = await dify.does({ run: 'difyKnowledge.model.getEmbeddingModels' });
			return `${String(provider)}::${String((models as IDataObject[])[0].model)}`;
		}
	});
}

/** The reply as it is switched on already. */
function settingsOf({ score_threshold, embedding_model }: IDataObject): IDataObject {
	const { embedding_provider_name: provider, embedding_model_name: model } = embedding_model as IDataObject;
	return { score_threshold, embedding_model: byId(`${String(provider)}::${String(model)}`) };
}
