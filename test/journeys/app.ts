import type { IDataObject } from 'n8n-workflow';

import { withFile } from '../engine/harness';
import { byId, unique, uuid, type Step } from './dify';
import type { Key } from './environment';
import { journey, story } from './story';

const TEXT = 'The Rhine is 1233 kilometres long.';
const QUESTION = 'How long is the Rhine?';

/** Apps that chat, with the operation that does. */
const CHATS: Partial<Record<Key, Step['run']>> = {
	chat: 'difyChat.chat.send',
	agent: 'difyChat.chat.send',
	chatflow: 'difyChatflow.chatflow.send',
};

const isOn = (feature: string) => (parameters: IDataObject) => (parameters[feature] as IDataObject | undefined)?.enabled === true;

const takesDocuments = ({ file_upload: upload }: IDataObject) => {
	const { enabled, allowed_file_types: types, allowed_file_upload_methods: methods } = (upload ?? {}) as Record<string, string[] | boolean>;
	return enabled === true && (types as string[]).includes('document') && (methods as string[]).includes('local_file');
};

journey('what an app says of itself', ['chat'], (dify) => {
	story('is its name and mode', async () => {
		expect(await dify.does({ run: 'dify.info.get' })).toEqual([
			expect.objectContaining({ name: expect.any(String), description: expect.any(String), tags: expect.any(Array) }),
		]);
	});

	story('is its form and its features', async () => {
		expect(await dify.does({ run: 'dify.info.getParameters' })).toEqual([await dify.parameters('chat')]);
	});

	story('are the icons of its tools', async () => {
		expect(await dify.does({ run: 'dify.info.getMeta' })).toEqual([{ tool_icons: expect.any(Object) }]);
	});

	story('is its web page', async () => {
		expect(await dify.does({ run: 'dify.info.getSite' })).toEqual([expect.objectContaining({ title: expect.any(String) })]);
	});
});

journey('files of an app', ['chat'], (dify) => {
	const user = unique('journey');
	const name = `${unique('journey')}.txt`;

	story('are uploaded by an end user', async () => {
		const [file] = await dify.does({ run: 'dify.file.upload', parameters: { user }, input: [withFile(name, TEXT)] });
		expect(file).toMatchObject({ id: uuid, name, size: TEXT.length, extension: 'txt', created_by: uuid });
		expect(await dify.does({ run: 'dify.endUser.get', parameters: { end_user_id: file.created_by } })).toEqual([
			expect.objectContaining({ id: file.created_by, session_id: user }),
		]);
	});

	story('are given back once a message has used them', async () => {
		const key = await dify.appWith(['chat', 'agent', 'chatflow'], takesDocuments, 'uploads of documents');
		const [file] = await dify.does({ run: 'dify.file.upload', parameters: { user }, input: [withFile(name, TEXT)], key });
		const parameters = { query: QUESTION, user, attachments: '={{ [$json] }}', ...(await dify.inputParameters(key, QUESTION)) };
		const [sent] = await dify.does({ run: CHATS[key]!, parameters, input: [{ json: file }], key });
		dify.owesConversation(sent.conversation_id, user, key);

		const asked = { file_id: file.id, filters: { as_attachment: true } };
		const [{ json, binary }] = await dify.items({ run: 'dify.file.preview', parameters: asked, key });
		expect(json).toEqual({ fileName: name, mimeType: 'text/plain', size: TEXT.length });
		expect(binary?.data).toMatchObject({ fileName: name, bytes: TEXT.length });
	});
});

journey('the voice of an app', ['chat'], (dify) => {
	const user = unique('journey');

	story('says a text, and understands it', async () => {
		const apps: Key[] = ['chat', 'agent', 'chatflow', 'completion'];
		const key = await dify.appWith(apps, isOn('text_to_speech'), 'text to speech');
		const [spoken] = await dify.items({ run: 'dify.audio.fromText', parameters: { source: 'text', text: TEXT, user }, key });
		expect(spoken.json).toEqual({ fileName: 'speech.mp3', mimeType: expect.stringMatching(/^audio\//), size: expect.any(Number) });

		const listener = await dify.appWith(apps, isOn('speech_to_text'), 'speech to text');
		const heard = await dify.does({ run: 'dify.audio.toText', parameters: { user }, input: [spoken], key: listener });
		expect(heard).toEqual([{ text: expect.any(String) }]);
	});

	story('speaks an answer', async () => {
		const key = await dify.appWith(['chat', 'agent', 'chatflow'], isOn('text_to_speech'), 'text to speech');
		const parameters = { query: QUESTION, user, ...(await dify.inputParameters(key, QUESTION)) };
		const [sent] = await dify.does({ run: CHATS[key]!, parameters, key });
		dify.owesConversation(sent.conversation_id, user, key);
		const asked = { source: 'message', message_id: byId(sent.message_id), user };
		const [{ json }] = await dify.items({ run: 'dify.audio.fromText', parameters: asked, key });
		expect(Number(json.size)).toBeGreaterThan(0);
	});
});
