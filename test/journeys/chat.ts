import { randomUUID } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { byId, unique, uuid } from './dify';
import { isLive } from './environment';
import { journey, story } from './story';

const QUESTIONS = ['How long is the Rhine?', 'What is cider made of?'];
const ANSWERS = ['It is 1233 kilometres long.', 'Cider is made of pressed apples.'];
const hasKnowledge = !isLive || process.env.DIFY_CHAT_HAS_KNOWLEDGE === '1';

journey('a chat app', ['chat'], (dify) => {
	const user = unique('journey');
	let inputs: IDataObject;

	beforeAll(async () => {
		inputs = await dify.inputParameters('chat', QUESTIONS[0]);
		if (!isLive) await teach();
	});

	/** The emulator's chat app answers from every base of its workspace. */
	async function teach(): Promise<void> {
		const [base] = await dify.does({ run: 'difyKnowledge.dataset.create', parameters: { name: 'Manuals' } });
		for (const [index, text] of ANSWERS.entries()) {
			const parameters = { dataset_id: byId(base.id), name: `${index}.md`, text };
			await dify.does({ run: 'difyKnowledge.document.createByText', parameters });
		}
	}

	async function send(query: string, more: IDataObject = {}): Promise<IDataObject> {
		const [answer] = await dify.does({ run: 'difyChat.chat.send', parameters: { query, user, ...inputs, ...more } });
		dify.owesConversation(answer.conversation_id, user, 'chat');
		return answer;
	}

	const within = (conversation: unknown) => ({ conversation: 'id', conversation_id: byId(conversation) });

	describe('a conversation', () => {
		let first: IDataObject;
		let second: IDataObject;

		story('begins with an answer and its cost', async () => {
			first = await send(QUESTIONS[0]);
			expect(first).toMatchObject({
				output: isLive ? expect.stringMatching(/\S/) : expect.stringContaining(ANSWERS[0]),
				conversation_id: uuid,
				message_id: uuid,
				citations: expect.any(Array),
				usage: {
					prompt_tokens: expect.any(Number),
					completion_tokens: expect.any(Number),
					total_tokens: expect.any(Number),
					total_price: expect.stringMatching(/^\d+(?:\.\d+)?$/),
					currency: expect.any(String),
					latency: expect.any(Number),
				},
			});
			expect((first.usage as IDataObject).total_tokens).toBeGreaterThan(0);
		});

		(hasKnowledge ? story : test.skip)('cites what the answer rests on', async () => {
			expect(first.citations).toEqual(
				expect.arrayContaining([
					{
						position: 1,
						dataset_name: expect.any(String),
						document_name: expect.any(String),
						document_id: uuid,
						segment_id: uuid,
						score: expect.any(Number),
						content: isLive ? expect.stringMatching(/\S/) : ANSWERS[0],
					},
				]),
			);
		});

		story('goes on by its ID', async () => {
			second = await send(QUESTIONS[1], within(first.conversation_id));
			expect(second.conversation_id).toBe(first.conversation_id);
			expect(second.message_id).not.toBe(first.message_id);
			expect(second.output).toEqual(isLive ? expect.stringMatching(/\S/) : expect.stringContaining(ANSWERS[1]));
		});

		story("is the user's only one", async () => {
			const list = await dify.does({ run: 'difyChat.conversation.getAll', parameters: { user } });
			expect(list).toEqual([
				expect.objectContaining({ id: first.conversation_id, name: expect.stringMatching(/\S/), status: 'normal', inputs: expect.any(Object) }),
			]);
		});

		story('is kept with its questions and answers, in the order of time', async () => {
			const parameters = { conversation_id: byId(first.conversation_id), user, returnAll: true };
			const messages = await dify.does({ run: 'difyChat.message.getAll', parameters });
			expect(messages.map(({ id, query }) => ({ id, query }))).toEqual([
				{ id: first.message_id, query: QUESTIONS[0] },
				{ id: second.message_id, query: QUESTIONS[1] },
			]);
			expect(messages.map(({ answer }) => answer)).toEqual([first.output, second.output]);
			expect(messages.map(({ status, error }) => [status, error])).toEqual([['normal', null], ['normal', null]]);
		});

		story('keeps its newest message where only one is asked for', async () => {
			const parameters = { conversation_id: byId(first.conversation_id), user, limit: 1 };
			const messages = await dify.does({ run: 'difyChat.message.getAll', parameters });
			expect(messages.map(({ id }) => id)).toEqual([second.message_id]);
		});

		story('is apart from the next one', async () => {
			const other = await send(QUESTIONS[0]);
			expect(other.conversation_id).not.toBe(first.conversation_id);
			const list = await dify.does({ run: 'difyChat.conversation.getAll', parameters: { user } });
			expect(list.map(({ id }) => id).sort()).toEqual([first.conversation_id, other.conversation_id].sort());
		});

		story("is not another user's", async () => {
			const parameters = { query: QUESTIONS[0], user: unique('somebody'), ...inputs, ...within(first.conversation_id) };
			expect(await dify.refuses({ run: 'difyChat.chat.send', parameters })).toMatchObject({
				message: 'The conversation does not exist for this user',
				description: expect.stringContaining("'User'"),
			});
		});
	});

	story('a conversation that never was does not exist', async () => {
		const words = { message: 'The conversation does not exist for this user' };
		const conversation = within(randomUUID());
		const parameters = { query: QUESTIONS[0], user, ...inputs, ...conversation };
		expect(await dify.refuses({ run: 'difyChat.chat.send', parameters })).toMatchObject(words);
		expect(
			await dify.refuses({ run: 'difyChat.message.getAll', parameters: { user, conversation_id: conversation.conversation_id } }),
		).toMatchObject(words);
	});
});
