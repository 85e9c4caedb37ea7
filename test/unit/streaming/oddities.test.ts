import { chatAnswer, chatflowAnswer, completionAnswer, workflowAnswer } from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import type { DifyEvent } from '../../../src/streaming/events';
import { errorOf, pushed } from './pushing';
import * as t from './transcripts';

const ALL = ['agentThoughts', 'nodeTrace', 'reasoning', 'timing', 'rawEvents'] as const;

const KINDS = [
	['chat', chatAnswer, t.chat, 'Héllo'],
	['agent', chatAnswer, t.agent, 'Found it.'],
	['completion', completionAnswer, t.chat, 'Héllo'],
	['chatflow', chatflowAnswer, t.chatflow, 'Hi: Ja'],
	['workflow', workflowAnswer, t.workflow, 'Ja'],
] as const;

const flow = (...events: DifyEvent[]) => pushed(chatflowAnswer('advanced-chat'), events);

describe.each(KINDS)('the answer of a %s', (name, kind, events, text) => {
	const failure = { event: 'error', message: 'no' };
	const said = (...parts: readonly DifyEvent[]) => pushed(kind(name), parts);

	it.each([0, 1, events.length - 1])('ends at an error without code after %i events, with what was said', (count) => {
		const before = events.slice(0, count);
		const error = errorOf(kind(name), [...before, failure]);
		expect(error).toMatchObject({ code: 'invalid_param', status: 400, message: 'no' });
		expect(error.partial).toEqual(said(...before).partial());
	});

	it('is not undone by an error without code after its end', () => {
		const answer = said(...events, failure);
		expect([answer.state, answer.text, answer.result()]).toEqual(['done', text, said(...events).result()]);
	});

	it('says so when an error has no words', () => {
		expect(errorOf(kind(name), [{ event: 'error', message: null }]).message).toBe('The run ended without a reason');
	});

	it('learns ids that are null at first', () => {
		const nothing = { task_id: null, message_id: null, conversation_id: null, workflow_run_id: null, created_at: null };
		const answer = said({ event: 'novelty', ...nothing }, ...events);
		expect(answer.result()).toEqual(said(...events).result());
		expect(said({ event: 'novelty', ...nothing }).ids).toEqual({});
	});

	it('has no text from events of other apps, of nobody or without a name', async () => {
		const answer = kind(name);
		const odd = ': comment\n\nid: 7\n\ndata: {"answer":"no","data":{"text":"no"}}\n\ndata: {"event":null,"answer":"no"}\n\n';
		const body = (async function* () {
			yield Buffer.from(odd + t.sse({ event: 'parallel_branch_started', answer: 'no', data: { text: 'no' } }, ...events));
		})();
		await collect(body, answer);
		expect(answer.text).toBe(text);
	});

	it('keeps 600 KB in one line, and separators in a text', async () => {
		const long = `\u2028${'ä'.repeat(300 * 1024)}\u2029\u0085\r\n`;
		const grown = kind(name);
		const more = name === 'workflow' ? { ...t.work[5], data: { text: long } } : t.delta(long);
		const body = (async function* () {
			yield* [Buffer.from(t.sse(more)), Buffer.from(t.sse(...events.filter(({ event }) => !event.endsWith('message'))))];
		})();
		await collect(body, grown);
		expect(grown.text.startsWith(long)).toBe(true);
	});

	it('survives values that nothing can be made of', () => {
		const odd = { toString: 1, valueOf: 1, id: [], data: null };
		const oddOf = (value: object) => Object.fromEntries(Object.keys(value).map((key) => [key, odd]));
		const spoilt = (event: DifyEvent) => ({ ...oddOf(event), data: oddOf(event.data ?? {}), event: event.event });
		const retry = t.node('node_retry', 'n', { retry_index: 1 });
		const all = [retry, retry, ...t.agent, ...t.flow, ...t.work, t.replace('x'), t.messageEnd([]), t.succeeded].map(spoilt);
		const failing = all.filter((event) => errorOf(kind(name, { include: ALL }), [event]).code !== 'none');
		expect(failing).toEqual([]);
		expect(typeof JSON.stringify(pushed(kind(name, { include: ALL }), all).extras())).toBe('string');
	});
});

describe('two ends', () => {
	const second = t.messageEnd([{ related_id: 'f2' }], { usage: null });

	it('of a message: the first counts', () => {
		const answer = flow(...t.flow, t.messageEnd([]), second, t.succeeded);
		expect(answer.result()).toMatchObject({ answer: 'Hi: Ja', metadata: t.metadata });
		expect(answer.extras()).not.toHaveProperty('files');
	});

	it.each([
		['failed', t.finished('failed', {}, 'late')],
		['other', t.finished('succeeded', { answer: 'Other' })],
		['paused', t.pausedFlow[3]],
	])('of a run: the first counts, not the one that is %s', (_, late) => {
		const answer = flow(...t.flow, t.succeeded, late, t.messageEnd([]));
		expect([answer.state, answer.extras()]).toEqual(['done', { workflow_run_id: 'r1', status: 'succeeded' }]);
		expect(answer.result()).toMatchObject({ answer: 'Hi: Ja', metadata: t.metadata });
	});
});

describe('a failure without words', () => {
	it.each([null, undefined, { a: 1 }])('is told as one: %j', (reason) => {
		const end = { ...t.succeeded, data: { status: 'failed', error: reason } };
		expect(errorOf(chatflowAnswer('advanced-chat'), [end]).message).toBe('Run failed: no reason given');
	});
});
