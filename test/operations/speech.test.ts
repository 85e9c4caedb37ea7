import type { IDataObject } from 'n8n-workflow';

import type { Emulator } from '../emulator';
import { runNode, type Ran } from '../engine/harness';
import { seededWorkspace, type Workspace } from './workspace';

const SPEAK = 'POST /text-to-audio';

let workspace: Workspace;
beforeEach(async () => {
	workspace = await seededWorkspace();
	workspace.watch();
});
afterEach(async () => {
	await workspace.emulator.close();
});

type Key = keyof Emulator['keys'];

const NODES: Partial<Record<Key, [node: string, resource: string]>> = {
	agent: ['difyChat', 'chat'],
	chat: ['difyChat', 'chat'],
	chatflow: ['difyChatflow', 'chatflow'],
	chatflowHuman: ['difyChatflow', 'chatflow'],
	completion: ['difyCompletion', 'completion'],
	form: ['difyChat', 'chat'],
};

async function send(key: Key, options: IDataObject, more: IDataObject = {}): Promise<Ran> {
	const [node, resource] = NODES[key] ?? [];
	const asked = key === 'completion' ? { inputsJson: '{ "query": "How long is the Rhine?" }' } : { query: 'How long is the Rhine?', inputsJson: '{ "city": "Ulm" }' };
	return await runNode({
		node: String(node),
		parameters: { resource, operation: 'send', user: 'ada', inputsMode: 'json', conversation: 'new', options, ...asked, ...more },
		credential: workspace.credential(key),
		onError: 'continueRegularOutput',
	});
}

test.each<Key>(['form', 'agent', 'chatflow', 'completion'])('the answer of %s is spoken beside its JSON', async (key) => {
	const { items } = await send(key, { speak: true, voice: 'nova' });
	const silent = await send(key, {});
	expect(Object.keys(items[0].json)).toEqual(Object.keys(silent.items[0].json));
	expect(items[0].json.output).toBe(silent.items[0].json.output);
	expect(items[0].binary).toEqual({ data: expect.objectContaining({ mimeType: 'audio/mpeg', fileName: 'answer.mp3', bytes: expect.any(Number) }) });
	expect(silent.items[0].binary).toBeUndefined();
	expect(workspace.sent(SPEAK).map(({ body }) => body)).toEqual([{ message_id: items[0].json.message_id, user: 'ada', voice: 'nova' }]);
});

test('without Simplify the JSON is that of Dify, and the field is the one named', async () => {
	const { items } = await send('chatflow', { speak: true, outputBinaryField: 'voice' }, { simplify: false });
	expect(items[0].json).toMatchObject({ event: 'message', mode: 'advanced-chat', answer: expect.any(String) });
	expect(Object.keys(items[0].binary ?? {})).toEqual(['voice']);
	expect(workspace.sent(SPEAK)[0].body).toEqual({ message_id: items[0].json.message_id, user: 'ada' });
});

test('an app that does not speak is told before the answer is paid for', async () => {
	const { items } = await send('chat', { speak: true });
	expect(items[0].json).toMatchObject({ error: 'This app does not speak', details: { description: expect.stringMatching(/Text to Speech/) } });
	expect(workspace.sent('POST /chat-messages')).toEqual([]);
});

test.each([
	['null', 200, null],
	['no bytes', 200, ''],
	['a refusal', 400, { code: 'invalid_param', message: 'Sorry, no voice available.', status: 400 }],
	['the page of a web server', 500, '<html><title>Internal Server Error</title></html>'],
])('%s instead of speech keeps the answer', async (_, status, body) => {
	workspace.emulator.faults.add({ route: SPEAK, status, body });
	const { items } = await send('form', { speak: true });
	expect(items[0].json).toEqual({
		error: expect.stringMatching(/^The answer was not spoken: /),
		details: expect.objectContaining({
			code: 'speech_failed',
			description: expect.stringMatching(/The answer is in the details/),
			answer: expect.stringContaining('1233 kilometres'),
			message_id: expect.any(String),
			conversation_id: expect.any(String),
		}),
	});
	expect(workspace.sent('POST /chat-messages')).toHaveLength(1);
});

test('a run that waits for a person has nothing to say yet', async () => {
	workspace.emulator.faults.add({ route: 'GET /parameters', status: 200, body: { text_to_speech: { enabled: true } } });
	const { items } = await send('chatflowHuman', { speak: true });
	expect(items[0].json).not.toHaveProperty('error');
	expect(workspace.sent(SPEAK)).toEqual([]);
});
