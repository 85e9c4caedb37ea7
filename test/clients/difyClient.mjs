/** Calls every method of npm's `dify-client`: `node difyClient.mjs URL KEYS`, KEYS being JSON. A line of JSON per call. */
import assert from 'node:assert/strict';
import { ChatClient, CompletionClient, DifyClient } from 'dify-client';

const [url, keys] = [process.argv[2], JSON.parse(process.argv[3])];
const user = 'client-user';
const say = (line) => console.log(JSON.stringify(line));

/** Makes the call of that name and looks at its answer. */
async function check(name, work) {
	try {
		await work();
		say({ name, ok: true, error: null });
	} catch (error) {
		const { status, data } = error.response ?? {};
		say({ name, ok: false, error: `${error.message}\n${status ? `last answer: HTTP ${status} ${JSON.stringify(data)}` : ''}` });
	}
}

const methodsOf = (client) =>
	Object.getOwnPropertyNames(client.prototype)
		.filter((name) => name !== 'constructor')
		.map((name) => `${client.name}.${name}`);

/** The events of a streamed answer. */
async function eventsOf({ data }) {
	let text = '';
	for await (const piece of data.setEncoding('utf8')) text += piece;
	assert.ok(text.endsWith('\n\n'));
	return text.split('\n\n').flatMap((block) => (block.startsWith('data: ') ? [JSON.parse(block.slice(6))] : []));
}

const answerOf = (events) => events.map(({ event, answer }) => (event === 'message' ? answer : '')).join('');

say({ methods: [DifyClient, CompletionClient, ChatClient].flatMap(methodsOf) });

const client = new DifyClient('no-key', `${url}/v1`);
const chat = new ChatClient(keys.form, `${url}/v1`);
const completion = new CompletionClient(keys.completion, `${url}/v1`);
const workflow = new CompletionClient(keys.workflow, `${url}/v1`);
const inputs = { city: 'Ulm' };
let conversation;
let message;
let file;

await check('DifyClient.getApplicationParameters (wrong key)', async () => {
	await assert.rejects(client.getApplicationParameters(user), ({ response }) => response.status === 401 && response.data.code === 'unauthorized');
});
await check('DifyClient.updateApiKey', async () => {
	client.updateApiKey(keys.form);
	assert.equal((await client.getApplicationParameters(user)).status, 200);
});
await check('DifyClient.getApplicationParameters', async () => {
	const { data } = await client.getApplicationParameters(user);
	assert.equal(data.opening_statement, 'Hello, I am open.');
	assert.deepEqual(data.user_input_form.flatMap(Object.keys), ['text-input', 'paragraph', 'select', 'number', 'checkbox']);
});
await check('DifyClient.sendRequest', async () => {
	const { data } = await client.sendRequest('GET', '/info');
	assert.deepEqual([data.name, data.mode], ['Chat with a form', 'chat']);
});
await check('DifyClient.fileUpload', async () => {
	const form = new FormData();
	form.append('file', new Blob(['Grüße'], { type: 'text/plain' }), 'grüße.txt');
	form.append('user', user);
	const { data, status } = await client.fileUpload(form);
	assert.deepEqual([status, data.name, data.size, data.mime_type], [201, 'grüße.txt', 7, 'text/plain']);
	file = data.id;
});

await check('ChatClient.createChatMessage', async () => {
	const { data } = await chat.createChatMessage(inputs, 'What is perry?', user);
	assert.equal(data.event, 'message');
	assert.match(data.answer, /\S/);
	conversation = data.conversation_id;
	message = data.message_id;
});
await check('ChatClient.createChatMessage (streaming)', async () => {
	const files = [{ type: 'document', transfer_method: 'local_file', upload_file_id: file }];
	const events = await eventsOf(await chat.createChatMessage(inputs, 'And what is cider?', user, true, conversation, files));
	assert.match(answerOf(events), /\S/);
	assert.deepEqual([...new Set(events.map((event) => event.conversation_id))], [conversation]);
	assert.equal(events.at(-1).event, 'message_end');
});
await check('DifyClient.messageFeedback', async () => {
	assert.equal((await client.messageFeedback(message, 'like', user)).data.result, 'success');
});
await check('ChatClient.getConversationMessages', async () => {
	const { data } = await chat.getConversationMessages(user, conversation, null, 20);
	assert.deepEqual(data.data.map(({ query }) => query), ['What is perry?', 'And what is cider?']);
	assert.deepEqual(data.data[0].feedback, { rating: 'like' });
	assert.equal(data.data[1].message_files[0].filename, 'grüße.txt');
});
await check('ChatClient.getConversations', async () => {
	const { data } = await chat.getConversations(user, null, 20);
	assert.deepEqual([data.limit, data.data.map(({ id }) => id)], [20, [conversation]]);
});
await check('ChatClient.renameConversation', async () => {
	const { data } = await chat.renameConversation(conversation, 'Pears', user);
	assert.deepEqual([data.id, data.name], [conversation, 'Pears']);
});
await check('ChatClient.deleteConversation', async () => {
	assert.equal((await chat.deleteConversation(conversation, user)).status, 204);
	assert.deepEqual((await chat.getConversations(user)).data.data, []);
});

await check('CompletionClient.createCompletionMessage', async () => {
	const { data } = await completion.createCompletionMessage({ query: 'What is perry?' }, user);
	assert.equal(data.mode, 'completion');
	assert.match(data.answer, /\S/);
});
await check('CompletionClient.createCompletionMessage (streaming)', async () => {
	const events = await eventsOf(await completion.createCompletionMessage({ query: 'What is perry?' }, user, true));
	assert.match(answerOf(events), /\S/);
	assert.equal(events.at(-1).event, 'message_end');
});
await check('CompletionClient.runWorkflow', async () => {
	const { data } = await workflow.runWorkflow({ query: 'What is perry?', city: 'Ulm' }, user);
	assert.equal(data.data.status, 'succeeded');
	assert.equal(data.data.outputs.city, 'Ulm');
});
await check('CompletionClient.runWorkflow (streaming)', async () => {
	const events = await eventsOf(await workflow.runWorkflow({ query: 'What is perry?', city: 'Ulm' }, user, true));
	assert.deepEqual([events[0].event, events.at(-1).event], ['workflow_started', 'workflow_finished']);
	assert.equal(events.at(-1).data.outputs.city, 'Ulm');
});
