import { byId, unique } from './dify';
import { journey, story } from './story';

const QUESTION = 'What is cider made of?';

journey('opinions of an answer', ['chat'], (dify) => {
	const user = unique('journey');
	let message: unknown;
	const rated = (rating: string, content?: string) => ({ message_id: byId(message), user, rating, ...(content && { additionalFields: { content } }) });
	const opinions = async () =>
		(await dify.does({ run: 'dify.feedback.getAll' }))
			.filter((each) => each.message_id === message)
			.map(({ rating, content }) => ({ rating, content }));

	beforeAll(async () => {
		const parameters = { query: QUESTION, user, ...(await dify.inputParameters('chat', QUESTION)) };
		const [sent] = await dify.does({ run: 'difyChat.chat.send', parameters });
		dify.owesConversation(sent.conversation_id, user, 'chat');
		message = sent.message_id;
	});

	story('are given, replaced and taken back', async () => {
		const done = [{ success: true }];
		expect(await dify.does({ run: 'difyChat.message.submitFeedback', parameters: rated('like', 'Well said.') })).toEqual(done);
		expect(await opinions()).toEqual([{ rating: 'like', content: 'Well said.' }]);
		expect(await dify.does({ run: 'dify.feedback.submit', parameters: rated('dislike', 'Too short.') })).toEqual(done);
		expect(await opinions()).toEqual([{ rating: 'dislike', content: 'Too short.' }]);
		expect(await dify.does({ run: 'dify.feedback.submit', parameters: rated('none') })).toEqual(done);
		expect(await opinions()).toEqual([]);
	});
});
