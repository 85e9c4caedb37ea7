import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Emulator } from '../emulator';
import { runNode, type Ran } from '../engine/harness';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

type Key = keyof Emulator['keys'];

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const SEND = 'POST /chat-messages';
const LIST = 'GET /conversations';
const CHECK = 'GET /messages';
const EVENTS = 'GET /workflow/{workflow_run_id}/events';
const RENAME = 'POST /conversations/{conversation_id}/name';

let workspace: Workspace;
beforeEach(async () => {
	workspace = await seededWorkspace();
	workspace.watch();
});
afterEach(async () => {
	await workspace.emulator.close();
});

interface Sending {
	key?: Key;
	input?: INodeExecutionData[];
	more?: object;
}

/** One run of Send Message; `parameters` beside the question and the user. */
async function send(parameters: IDataObject, { key = 'chat', input, more }: Sending = {}): Promise<Ran> {
	const [node, resource] = key.startsWith('chatflow') ? ['difyChatflow', 'chatflow'] : ['difyChat', 'chat'];
	return await runNode({
		node,
		parameters: { resource, operation: 'send', query: 'How long is the Rhine?', user: 'ada', ...parameters },
		credential: workspace.credential(key),
		input,
		...more,
	});
}

const conversationsOf = ({ items, error }: Ran) => {
	expect(error).toBeUndefined();
	return items.map(({ json }) => json.conversation_id as string);
};

async function listed(user = 'ada', key: Key = 'chat'): Promise<Array<{ id: string; name: string }>> {
	return (await workspace.call('GET', `/conversations?user=${user}&limit=100`, undefined, key)).data;
}

const bodies = () => workspace.sent(SEND).map(({ body }) => body as IDataObject);
const routes = () => workspace.emulator.requests.map(({ route }) => route).filter((route) => [SEND, LIST, CHECK, RENAME].includes(route)).slice(1);
const begin = async (user: string, key: Key, query = 'Hello') => {
	const parameters = { conversation: 'new', query, user, additionalFields: { auto_generate_name: false } };
	return conversationsOf(await send(parameters, { key }))[0];
};
const remove = async (id: string, key: Key = 'chat') => await workspace.call('DELETE', `/conversations/${id}`, { user: 'ada' }, key);
const rename = async (id: string, name: string, key: Key = 'chat') =>
	await workspace.call('POST', `/conversations/${id}/name`, { user: 'ada', name }, key);

describe('by session key', () => {
	test('is the default and takes the session of a Chat Trigger', async () => {
		const input = [{ json: { chatInput: 'How long is the Rhine?', sessionId: 'session-1' } }];
		const run = async () => await send({ query: '={{ $json.chatInput }}' }, { input });
		const [first] = conversationsOf(await run());
		const [second] = conversationsOf(await run());
		expect(second).toBe(first);
		expect(bodies()).toEqual([
			{ query: 'How long is the Rhine?', user: 'ada', inputs: {}, auto_generate_name: false, response_mode: 'streaming' },
			{
				query: 'How long is the Rhine?',
				user: 'ada',
				inputs: {},
				auto_generate_name: false,
				response_mode: 'streaming',
				conversation_id: first,
			},
		]);
		expect(workspace.sent(RENAME).map(({ body }) => body)).toEqual([{ name: 'session-1', auto_generate: false, user: 'ada' }]);
		expect(await listed()).toEqual([expect.objectContaining({ id: first, name: 'session-1' })]);
		expect(workspace.sent(LIST)).toHaveLength(2);
	});

	test.each<Key>(['chat', 'agent', 'chatflow'])('is found in Dify by a process that never heard of it (%s)', async (key) => {
		const id = await begin('ada', key);
		await rename(id, 'ticket-7', key);
		await begin('ada', key, 'Something else');
		workspace.watch();
		expect(conversationsOf(await send({ sessionKey: 'ticket-7' }, { key }))).toEqual([id]);
		expect(workspace.sent(RENAME)).toEqual([]);
	});

	test('without a key every message starts a conversation, which keeps its title', async () => {
		for (const sessionKey of ['', '  ', '={{ $json.nothing }}']) conversationsOf(await send({ sessionKey }));
		expect(routes()).toEqual([SEND, SEND, SEND]);
		expect(new Set((await listed()).map(({ id }) => id)).size).toBe(3);
		expect(bodies().every((body) => !('auto_generate_name' in body) && !('conversation_id' in body))).toBe(true);
	});

	test('keys of one user are apart, and so are users of one key', async () => {
		const ids = [];
		for (const [sessionKey, user] of [['a', 'ada'], ['b', 'ada'], ['a', 'bob'], ['a', 'ada'], ['a', 'bob']]) {
			ids.push(...conversationsOf(await send({ sessionKey, user })));
		}
		expect(new Set(ids).size).toBe(3);
		expect(ids.slice(3)).toEqual([ids[0], ids[2]]);
	});

	test.each([
		['quotes, blanks and a language', `  O'Neil says "hi" 你好 \\ %20 `, `O'Neil says "hi" 你好 \\ %20`],
		['255 characters', '名'.repeat(255), '名'.repeat(255)],
		['256 characters', '名'.repeat(256), expect.stringMatching(/^sha256 [\da-f]{64}$/)],
		['10,000 characters', 'x'.repeat(10_000), expect.stringMatching(/^sha256 [\da-f]{64}$/)],
		['a line break', 'two\nlines', expect.stringMatching(/^sha256 [\da-f]{64}$/)],
		['a number', 4711, '4711'],
	])('%s is a key', async (_, sessionKey, name) => {
		const [first] = conversationsOf(await send({ sessionKey }));
		expect(await listed()).toEqual([expect.objectContaining({ id: first, name })]);
		expect(conversationsOf(await send({ sessionKey: sessionKey as string }))).toEqual([first]);
	});

	test('an object is no key', async () => {
		const { error } = await send({ sessionKey: '={{ ({ a: 1 }) }}' });
		expect(error?.message).toBe("'Session Key' is not text");
		expect(error?.description).toMatch(/expression/);
		expect(routes()).toEqual([]);
	});

	test('first messages of one key that run at once make one conversation', async () => {
		const input = Array.from({ length: 8 }, (_, index) => ({ json: { sessionId: `s${index % 2}` } }));
		const ids = conversationsOf(await send({ options: { concurrency: 8 } }, { input }));
		expect(new Set(ids).size).toBe(2);
		expect(ids).toEqual(input.map((_, index) => ids[index % 2]));
		expect(await listed()).toHaveLength(2);
		expect(workspace.sent(RENAME)).toHaveLength(2);
	});

	test('is found beyond the first page, among the rows of a second that two pages share', async () => {
		const body = { inputs: {}, user: 'ada', response_mode: 'blocking', auto_generate_name: false };
		const ask = async (query: string) => await workspace.call('POST', '/chat-messages', { ...body, query }, 'chat');
		await untilNextSecond();
		const { conversation_id: wanted } = await ask('wanted');
		await rename(wanted, 'old');
		for (let index = 0; index < 55; index++) await ask(`Question ${index}`);
		await untilNextSecond();
		for (let index = 0; index < 55; index++) await ask(`More ${index}`);
		workspace.watch();
		expect(conversationsOf(await send({ sessionKey: 'old' }))).toEqual([wanted]);
		expect(workspace.sent(LIST).length).toBeGreaterThan(1);
	}, 30_000);
});

async function untilNextSecond(): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, 1010 - (Date.now() % 1000)));
}

describe.each<Key>(['chat', 'agent', 'chatflow'])('a conversation that is gone (%s)', (key) => {
	test('begins anew under its key, and nothing is sent twice', async () => {
		const [first] = conversationsOf(await send({ sessionKey: 's' }, { key }));
		await remove(first, key);
		workspace.watch();
		const anew = await send({ sessionKey: 's' }, { key });
		const [second] = conversationsOf(anew);
		expect(second).not.toBe(first);
		expect(anew.hints).toEqual([expect.stringMatching(/a new one was begun/)]);
		expect(await listed('ada', key)).toEqual([expect.objectContaining({ id: second, name: 's' })]);
		expect(workspace.sent(SEND).filter(({ status }) => status === 200)).toHaveLength(1);
	});

	test('reaches a trigger in streaming mode as one answer', async () => {
		const [first] = conversationsOf(await send({ sessionKey: 's' }, { key }));
		await remove(first, key);
		const { chunks, items } = await send({ sessionKey: 's' }, { key, more: { streaming: true } });
		expect(chunks.filter(({ type }) => type !== 'item').map(({ type }) => type)).toEqual(['begin', 'end']);
		expect(chunks.map(({ content = '' }) => content).join('')).toBe(items[0].json.output);
	});

	test('goes on where another worker began it anew', async () => {
		const [first] = conversationsOf(await send({ sessionKey: 's' }, { key }));
		await remove(first, key);
		const other = await begin('ada', key);
		await rename(other, 's', key);
		const found = await send({ sessionKey: 's' }, { key });
		expect(conversationsOf(found)).toEqual([other]);
		expect(found.hints).toEqual([]);
	});

	test.each([UNKNOWN, 'foreign'])('fails by ID: %s', async (which) => {
		const id = which === 'foreign' ? await begin('bob', key) : which;
		workspace.watch();
		const { error } = await send({ conversation: 'id', conversation_id: byId(id) }, { key });
		expect(error?.message).toBe('The conversation does not exist for this user');
		expect(error?.description).toMatch(/same user/);
		expect(workspace.sent(SEND).filter(({ status }) => status === 200)).toEqual([]);
	});

	test('continues by ID', async () => {
		const id = await begin('ada', key);
		expect(conversationsOf(await send({ conversation: 'id', conversation_id: byId(id.toUpperCase()) }, { key }))).toEqual([id]);
	});

	test('continues the latest of the user, or starts the first', async () => {
		expect(conversationsOf(await send({ conversation: 'latest' }, { key }))).toEqual([(await listed('ada', key))[0].id]);
		await untilNextSecond();
		const newest = await begin('ada', key);
		await begin('bob', key);
		workspace.watch();
		expect(conversationsOf(await send({ conversation: 'latest' }, { key }))).toEqual([newest]);
		expect(workspace.sent(LIST)[0].query).toEqual({ user: 'ada', limit: '1', sort_by: '-updated_at' });
	});

	test('new starts one with every item', async () => {
		const [first, second] = conversationsOf(await send({ conversation: 'new' }, { key, input: [{ json: {} }, { json: {} }] }));
		expect(first).not.toBe(second);
		expect(workspace.sent(LIST)).toEqual([]);
	});
});

describe('a chatflow that answers in another conversation than it was sent', () => {
	const vanishAfterTheLook = async (id: string) => {
		await remove(id, 'chatflow');
		workspace.emulator.faults.add({ route: CHECK, status: 200, body: { limit: 1, has_more: false, data: [] } });
	};

	test('fails by ID, and the answer is not lost', async () => {
		const id = await begin('ada', 'chatflow');
		await vanishAfterTheLook(id);
		const { items } = await send({ conversation: 'id', conversation_id: byId(id) }, { key: 'chatflow', more: { onError: 'continueRegularOutput' } });
		const [{ id: other }] = await listed('ada', 'chatflow');
		expect(items[0].json).toEqual({
			error: 'The conversation does not exist for this user, so that Dify answered in a new one',
			details: expect.objectContaining({
				code: 'conversation_replaced',
				conversation_id: other,
				message_id: expect.any(String),
				answer: expect.stringContaining('1233 kilometres'),
			}),
		});
	});

	test('keeps the new one by session key, and says so', async () => {
		const [first] = conversationsOf(await send({ sessionKey: 's' }, { key: 'chatflow' }));
		await vanishAfterTheLook(first);
		const healed = await send({ sessionKey: 's' }, { key: 'chatflow' });
		const [second] = conversationsOf(healed);
		expect(healed.hints).toEqual([expect.stringMatching(/did not exist any more/)]);
		expect(await listed('ada', 'chatflow')).toEqual([expect.objectContaining({ id: second, name: 's' })]);
		expect(conversationsOf(await send({ sessionKey: 's' }, { key: 'chatflow' }))).toEqual([second]);
	});
});

describe('a server that says nothing about an unknown conversation of a chatflow', () => {
	beforeEach(async () => {
		await workspace.emulator.close();
		workspace = await seededWorkspace({ version: '1.14.2' });
	});

	test('is not asked by ID', async () => {
		const { error } = await send({ conversation: 'id', conversation_id: byId(UNKNOWN) }, { key: 'chatflow' });
		expect(error?.message).toBe('The conversation does not exist for this user');
		expect(workspace.sent(SEND).filter(({ body }) => 'conversation_id' in (body as object))).toEqual([]);
	});

	test('begins anew by session key', async () => {
		const [first] = conversationsOf(await send({ sessionKey: 's' }, { key: 'chatflow' }));
		await remove(first, 'chatflow');
		const [second] = conversationsOf(await send({ sessionKey: 's' }, { key: 'chatflow' }));
		expect(second).not.toBe(first);
	});
});

describe('a run that fails or is left', () => {
	test.each<[Key, string]>([['chat', 'MAGIC_MIDERR'], ['agent', 'MAGIC_MIDERR'], ['chatflow', 'MAGIC_MIDERR']])(
		'has its conversation named all the same (%s)',
		async (key, query) => {
			const { error } = await send({ query, sessionKey: 's' }, { key });
			expect(error).toBeDefined();
			const [{ id, name }] = await listed('ada', key);
			expect(name).toBe('s');
			expect(conversationsOf(await send({ sessionKey: 's' }, { key }))).toEqual([id]);
		},
	);

	test.each<Key>(['chat', 'agent', 'chatflow'])('has its name before its run is over (%s)', async (key) => {
		await workspace.emulator.close();
		workspace = await seededWorkspace({ tokenMs: 15 });
		let isOver = false;
		const sending = send({ query: 'MAGIC_SLOW', sessionKey: 's' }, { key }).finally(() => (isOver = true));
		while (!isOver && (await listed('ada', key))[0]?.name !== 's') await new Promise((resolve) => setTimeout(resolve, 20));
		expect(isOver).toBe(false);
		expect(conversationsOf(await sending)).toEqual([(await listed('ada', key))[0].id]);
		expect(workspace.emulator.requests.filter(({ route }) => route === RENAME)).toHaveLength(1);
	});

	test.each<Key>(['chat', 'agent', 'chatflow'])('goes on after a stream that was lost for good (%s)', async (key) => {
		workspace.emulator.faults.add({ route: SEND, cutAfterBytes: 900 });
		workspace.emulator.faults.add({ route: EVENTS, status: 404, body: { code: 'not_found', message: 'Workflow run not found', status: 404 } });
		const { error } = await send({ sessionKey: 's' }, { key });
		expect(error?.description).toEqual(expect.stringMatching(/\w/));
		workspace.emulator.faults.clear();
		const [{ id, name }] = await listed('ada', key);
		expect(name).toBe('s');
		const next = await send({ sessionKey: 's' }, { key });
		expect(conversationsOf(next)).toEqual([id]);
		expect(next.hints).toEqual([]);
	});

	test('has a name as soon as it is started only', async () => {
		const { items } = await send({ sessionKey: 's', options: { startOnly: true } }, { key: 'chatflow' });
		expect(items[0].json.conversation_id).toEqual(expect.any(String));
		expect(await listed('ada', 'chatflow')).toEqual([expect.objectContaining({ id: items[0].json.conversation_id, name: 's' })]);
	});

	test('is remembered when it is cancelled in mid-answer', async () => {
		await workspace.emulator.close();
		workspace = await seededWorkspace({ tokenMs: 30 });
		await send({ query: 'MAGIC_SLOW', sessionKey: 's' }, { more: { started: (run: { cancel(): void }) => setTimeout(() => run.cancel(), 600) } });
		await new Promise((resolve) => setTimeout(resolve, 500));
		expect(await listed()).toEqual([expect.objectContaining({ name: 's' })]);
	});

	test('keeps the answer when Dify does not take the name', async () => {
		workspace.emulator.faults.add({ route: RENAME, status: 500, body: { code: 'unknown', message: 'Internal Server Error', status: 500 } });
		const ran = await send({ sessionKey: 's' });
		expect(ran.hints).toEqual([expect.stringMatching(/did not take the session key as the name/)]);
		expect(conversationsOf(await send({ sessionKey: 's' }))).toEqual(conversationsOf(ran));
	});
});
