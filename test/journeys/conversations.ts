import type { IDataObject } from 'n8n-workflow';

import { byId, someText, unique, uuid } from './dify';
import { Lacking } from './lacking';
import { journey, story } from './story';

const QUESTION = 'How long is the Rhine?';

/** What the nodes of apps that chat have in common; suggestions by every operation that gives them. */
const APPS = [
	{ app: 'chat', node: 'difyChat', resource: 'chat', suggestions: ['chat.getSuggested', 'message.getSuggested'] },
	{ app: 'chatflow', node: 'difyChatflow', resource: 'chatflow', suggestions: ['chatflow.getSuggested'] },
] as const;

for (const { app, node, resource, suggestions } of APPS) {
	journey(`a conversation with a ${app} app`, [app], (dify) => {
		const user = unique('journey');
		let conversation: unknown;
		let message: unknown;
		let answer: unknown;
		const within = () => ({ conversation_id: byId(conversation), user });

		beforeAll(async () => {
			const inputs = await dify.inputParameters(app, QUESTION);
			const parameters = { query: QUESTION, user, ...inputs };
			[{ conversation_id: conversation, message_id: message, output: answer }] = await dify.does({ run: `${node}.${resource}.send`, parameters });
			dify.owesConversation(conversation, user, app);
		});

		story('is read', async () => {
			const [kept] = await dify.does({ run: `${node}.conversation.getMessages`, parameters: within() });
			expect(kept).toMatchObject({ id: message, conversation_id: conversation, query: QUESTION, answer, status: 'normal', error: null });
		});

		story('is given a name', async () => {
			const name = unique('Rivers 河');
			const [renamed] = await dify.does({ run: `${node}.conversation.rename`, parameters: { ...within(), name } });
			expect(renamed).toMatchObject({ id: conversation, name });
			expect(await dify.does({ run: `${node}.conversation.getAll`, parameters: { user } })).toEqual([
				expect.objectContaining({ id: conversation, name }),
			]);
		});

		for (const operation of suggestions) {
			story(`proposes what to ask next: ${operation}`, async () => {
				const parameters = { message_id: byId(message), user };
				expect(await dify.does({ run: `${node}.${operation}`, parameters })).toEqual([{ questions: expect.any(Array) }]);
			});
		}

		story('is deleted', async () => {
			expect(await dify.does({ run: `${node}.conversation.delete`, parameters: within() })).toEqual([{ deleted: true }]);
			dify.settled(conversation);
			expect(await dify.refuses({ run: `${node}.conversation.getMessages`, parameters: within() })).toMatchObject({
				message: 'The conversation does not exist for this user',
			});
			expect(await dify.does({ run: `${node}.conversation.getAll`, parameters: { user } })).toEqual([]);
		});
	});
}

/** Only chatflows have variables; both nodes show those of a conversation. */
journey('variables of a conversation', ['chatflow'], (dify) => {
	const user = unique('journey');
	const key = 'chatflow';

	for (const node of ['difyChat', 'difyChatflow'] as const) {
		story(`are read and set: ${node}`, async () => {
			const inputs = await dify.inputParameters(key, QUESTION);
			const [sent] = await dify.does({ run: 'difyChatflow.chatflow.send', parameters: { query: QUESTION, user, ...inputs } });
			dify.owesConversation(sent.conversation_id, user, key);
			const within = { conversation_id: byId(sent.conversation_id), user };

			const read = async () => await dify.does({ run: `${node}.conversation.getVariables`, parameters: { ...within, returnAll: true }, key });
			const text = (await read()).find(({ value_type: type }) => type === 'string');
			if (!text) throw new Lacking('the chatflow has no conversation variable of type string');
			expect(text).toMatchObject({ id: uuid, name: someText, value: expect.any(String) });

			const value = unique('set by a journey');
			const parameters: IDataObject = { ...within, variable_id: byId(text.id), value };
			expect(await dify.does({ run: `${node}.conversation.updateVariable`, parameters, key })).toEqual([
				expect.objectContaining({ id: text.id, name: text.name, value }),
			]);
			expect(await read()).toContainEqual(expect.objectContaining({ id: text.id, value }));
		});
	}
});
