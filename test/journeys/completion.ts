import type { IDataObject } from 'n8n-workflow';

import { byId, someText, unique, uuid } from './dify';
import { journey, story } from './story';

const QUESTION = 'What is cider made of?';

journey('a completion app', ['completion'], (dify) => {
	const user = unique('journey');
	let answer: IDataObject;

	story('writes a text', async () => {
		const parameters = { user, ...(await dify.inputParameters('completion', QUESTION)) };
		[answer] = await dify.does({ run: 'difyCompletion.completion.send', parameters });
		expect(answer).toMatchObject({ output: someText, message_id: uuid, usage: { total_tokens: expect.any(Number), currency: expect.any(String) } });
	});

	story('is told what its user thinks', async () => {
		const parameters = { message_id: byId(answer.message_id), user, rating: 'like', additionalFields: { content: 'Well said.' } };
		expect(await dify.does({ run: 'difyCompletion.completion.submitFeedback', parameters })).toEqual([{ success: true }]);
	});

	story('speaks its text', async () => {
		const parameters = { source: 'message', message_id: byId(answer.message_id), user };
		const [{ json, binary }] = await dify.items({ run: 'difyCompletion.completion.textToAudio', parameters });
		expect(json).toEqual({ fileName: 'speech.mp3', mimeType: expect.stringMatching(/^audio\//), size: expect.any(Number) });
		expect(Number(json.size)).toBeGreaterThan(0);
		expect(binary?.data).toMatchObject({ fileName: 'speech.mp3' });
	});
});
