import { setTimeout as pause } from 'node:timers/promises';

import { type Emulator, startEmulator } from '../emulator';
import { Client, namesOf } from '../emulator/client';
import type { Json } from '../emulator/json';

let emulator: Emulator;
let chat: Client;
let knowledge: Client;

beforeAll(async () => {
	emulator = await startEmulator({ indexingMs: 5, tokenMs: 3 });
	chat = new Client(emulator, emulator.keys.chat);
	knowledge = new Client(emulator);
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

const textOf = (events: Json[]) =>
	events
		.filter(({ event }) => event === 'message' || event === 'agent_message')
		.map(({ answer }) => String(answer))
		.join('');

const resourcesOf = (events: Json[]) => {
	const end = events.find(({ event }) => event === 'message_end');
	return (end?.metadata as Json).retriever_resources as Json[];
};

const teach = async () => {
	const base = await knowledge.base();
	const text = 'Rivers flow to the sea. The Rhine is long.\n\nApples grow on trees.';
	await knowledge.add(base, { name: 'nature.txt', text, process_rule: { mode: 'automatic' } });
};

const stored = async (client: Client, conversation: Json['x'], user = 'user-1') => {
	const { json } = await client.call('GET', `/messages?user=${user}&conversation_id=${String(conversation)}`);
	return (json.data as Json[])[0];
};

describe('chat', () => {
	it('answers from the knowledge bases and cites them', async () => {
		await teach();
		const events = await chat.events({ query: 'Where do rivers flow?' });
		expect(namesOf(events)).toEqual(['message', 'message_end']);
		expect(textOf(events)).toBe('Rivers flow to the sea.');
		expect(resourcesOf(events)).toMatchObject([
			{ position: 1, dataset_name: 'base', document_name: 'nature.txt', retriever_from: 'api', hit_count: null },
		]);
	});

	it('says that it knows nothing, and cites nothing', async () => {
		await teach();
		const events = await chat.events({ query: 'Who invented the telephone?' });
		expect(textOf(events)).toContain('could not find');
		expect(resourcesOf(events)).toEqual([]);
	});

	it('blocks with the same object, thoughts cut out', async () => {
		const body = { query: 'MAGIC_THINK', inputs: {}, user: 'user-1' };
		const { json, headers } = await chat.call('POST', '/chat-messages', body);
		expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
		expect(json).toMatchObject({ event: 'message', mode: 'chat', answer: 'Final answer to the question.' });
		expect(textOf(await chat.events({ query: 'MAGIC_THINK' }))).toContain('<think>');
	});

	it('ends a stopped stream with the text so far and no usage', async () => {
		const other = new Client(emulator, emulator.keys.chat);
		let stopped = 0;
		const events = await chat.events({ query: 'MAGIC_SLOW' }, async ({ task_id: task, answer }) => {
			if (!answer || stopped > 1) return;
			const user = stopped === 0 ? 'somebody-else' : 'user-1';
			stopped += 1;
			await other.call('POST', `/chat-messages/${String(task)}/stop`, { user });
		});
		const end = events.at(-1) as Json;
		expect(end).toMatchObject({ event: 'message_end', metadata: { usage: { total_tokens: 0, total_price: '0E-7' } } });
		expect(events.length).toBeLessThan(40);
		expect(await stored(chat, end.conversation_id)).toMatchObject({ answer: textOf(events), status: 'normal' });
	});

	it('stores nothing when the client goes away', async () => {
		const gone = new AbortController();
		const body = { query: 'MAGIC_SLOW', inputs: {}, user: 'user-1', response_mode: 'streaming' };
		await chat.fetch('POST', '/chat-messages', body, gone.signal);
		gone.abort();
		await pause(400);
		const { json } = await chat.call('GET', '/conversations?user=user-1');
		expect(await stored(chat, (json.data as Json[])[0].id)).toMatchObject({ answer: '', status: 'normal' });
	});

	it('fails inside the stream, or with a 400 at once', async () => {
		const events = await chat.events({ query: 'MAGIC_MIDERR' });
		expect(namesOf(events)).toEqual(['message', 'error']);
		expect(events.at(-1)).toMatchObject({ code: 'invalid_param', status: 400 });
		expect(events.at(-1)).not.toHaveProperty('task_id');
		const { status, json } = await chat.call('POST', '/chat-messages', { query: 'MAGIC_FAIL429', inputs: {}, user: 'u' });
		expect({ status, message: json.message }).toMatchObject({ status: 400, message: expect.stringMatching(/^req_id: \w+ /) });
	});

	it('checks the form on every message', async () => {
		const form = new Client(emulator, emulator.keys.form);
		const send = async (inputs: Json) => {
			const body = { query: 'x', inputs, user: 'u', response_mode: 'streaming' };
			const { status, json } = await form.call('POST', '/chat-messages', body);
			return status === 200 ? 'fine' : json.message;
		};
		expect(await send({})).toBe('city is required in input form');
		expect(await send({ city: 5 })).toBe("(type 'text-input') city in input form must be a string");
		expect(await send({ city: 'x', tone: '' })).toContain("['formal', 'casual']");
		expect(await send({ city: '', n: '7', loud: 'yes' })).toBe('fine');
	});

	it('keeps conversations by user', async () => {
		const [{ conversation_id: id }] = await chat.events({ query: 'first', auto_generate_name: false });
		await chat.events({ query: 'second', conversation_id: id });
		const { json } = await chat.call('GET', '/conversations?user=user-1');
		expect(json).toMatchObject({ has_more: false, data: [{ id, name: 'first' }] });
		const { json: messages } = await chat.call('GET', `/messages?user=user-1&conversation_id=${String(id)}`);
		expect((messages.data as Json[]).map(({ query }) => query)).toEqual(['first', 'second']);
		const foreign = await chat.call('DELETE', `/conversations/${String(id)}`, { user: 'user-2' });
		expect([foreign.status, foreign.json.message]).toEqual([404, 'Conversation Not Exists.']);
		const renamed = await chat.call('POST', `/conversations/${String(id)}/name`, { user: 'user-1', name: 'new' });
		expect(renamed.json).toMatchObject({ id, name: 'new' });
		expect((await chat.call('DELETE', `/conversations/${String(id)}`, { user: 'user-1' })).status).toBe(204);
		const late = await chat.call('POST', '/chat-messages', { query: 'x', inputs: {}, user: 'user-1', conversation_id: id });
		expect(late.json.message).toMatch(/^Conversation Not Exists\. You have requested this URI/);
	});
});

describe('agent', () => {
	it('thinks, uses its tool and refuses to block', async () => {
		const agent = new Client(emulator, emulator.keys.agent);
		const events = await agent.events({ query: 'MAGIC_TOOL' });
		expect(namesOf(events).join(' ')).toBe(
			'agent_thought agent_message agent_thought agent_message agent_thought message_end',
		);
		const thoughts = events.filter(({ event }) => event === 'agent_thought');
		expect(thoughts.map(({ position, tool }) => [position, tool])).toEqual([
			[1, ''],
			[1, 'current_time'],
			[1, 'current_time'],
			[2, ''],
			[2, ''],
		]);
		const { json } = await agent.call('POST', '/chat-messages', { query: 'x', inputs: {}, user: 'u' });
		expect(json.message).toBe('Agent Chat App does not support blocking mode');
	});
});

describe('chatflow', () => {
	const flow = () => new Client(emulator, emulator.keys.chatflow);

	it('pings first, ends with workflow_finished and closes a second later', async () => {
		await teach();
		let finished = 0;
		const events = await flow().events({ query: 'Where do rivers flow?' }, ({ event }) => {
			if (event === 'workflow_finished') finished = Date.now();
			return Promise.resolve();
		});
		expect(Date.now() - finished).toBeGreaterThan(900);
		const names = namesOf(events).join(' ');
		expect(names).toMatch(/^ping workflow_started node_started .* message_end workflow_finished$/);
		expect(events.at(-1)).toMatchObject({ data: { status: 'succeeded', outputs: { answer: textOf(events) } } });
		expect(resourcesOf(events)).toMatchObject([{ retriever_from: 'workflow', hit_count: 0, segment_position: 1 }]);
	});

	it('tells of a launch error inside the stream and then falls silent', async () => {
		const body = { query: '', inputs: {}, user: 'u', response_mode: 'streaming' };
		const response = await flow().fetch('POST', '/chat-messages', body);
		const reader = (response.body as ReadableStream<Uint8Array>).getReader();
		let text = '';
		while (!text.includes('data:')) text += Buffer.from((await reader.read()).value ?? []).toString();
		expect(text).toBe('event: ping\n\ndata: {"event":"error","message":"query is required","status":500}\n\n');
		await expect(Promise.race([reader.read(), pause(200, 'silence')])).resolves.toBe('silence');
		await reader.cancel();
	});

	it('begins a new conversation where the asked one is not there', async () => {
		const id = '00000000-0000-4000-8000-000000000000';
		const events = await flow().events({ query: 'x', conversation_id: id });
		expect(events.at(-1)?.conversation_id).not.toBe(id);
	});

	it('fails a stopped run and goes on after a lost connection', async () => {
		const client = flow();
		const events = await client.events({ query: 'MAGIC_SLOW' }, async ({ event, task_id: task }) => {
			if (event === 'message') await client.call('POST', `/chat-messages/${String(task)}/stop`, { user: 'anybody' });
		});
		expect(events.at(-1)).toMatchObject({ data: { status: 'failed', error: 'Aborted: User requested stop' } });
		const gone = new AbortController();
		const body = { query: 'MAGIC_SLOW', inputs: {}, user: 'leaver', response_mode: 'streaming' };
		await client.fetch('POST', '/chat-messages', body, gone.signal);
		gone.abort();
		await pause(500);
		const { json } = await client.call('GET', '/conversations?user=leaver');
		const message = await stored(client, (json.data as Json[])[0].id, 'leaver');
		expect(message.answer).toMatch(/^slow00 .* slow59$/);
	});
});

describe('apps of other modes', () => {
	it('refuses to chat', async () => {
		for (const key of [emulator.keys.completion, emulator.keys.workflow]) {
			const { status, json } = await new Client(emulator, key).call('POST', '/chat-messages', { user: 'u' });
			expect({ status, ...json }).toMatchObject({ status: 400, code: 'not_chat_app' });
		}
		const { json } = await new Client(emulator, emulator.keys.workflow).call('GET', '/info');
		expect(json.mode).toBe('workflow');
	});
});
