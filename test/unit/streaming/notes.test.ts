import { chatAnswer, chatflowAnswer, completionAnswer, workflowAnswer } from '../../../src/streaming/answers';
import type { DifyEvent } from '../../../src/streaming/events';
import { pushed, withData } from './pushing';
import * as t from './transcripts';

const ALL = ['agentThoughts', 'nodeTrace', 'reasoning', 'timing', 'rawEvents'] as const;
const KINDS = [chatAnswer, chatflowAnswer, completionAnswer, workflowAnswer];

const flow = (...events: DifyEvent[]) => pushed(chatflowAnswer('advanced-chat'), events);
const nodesOf = (...events: DifyEvent[]) => flow(...events).extras(['nodeTrace']).nodeTrace as unknown[];

describe('extras', () => {
	it('are told only to those who ask', () => {
		const answer = pushed(chatflowAnswer('advanced-chat', { include: [] }), t.chatflow);
		expect(answer.extras()).toEqual({ workflow_run_id: 'r1', status: 'succeeded' });
		expect(Object.keys(answer.extras(['nodeTrace', 'timing']))).toEqual([
			'workflow_run_id',
			'status',
			'nodeTrace',
			'timing',
		]);
	});

	it('are by default what was ordered', () => {
		const answer = pushed(chatAnswer('chat', { include: ['rawEvents'] }), t.chat);
		expect(answer.extras()).toEqual({ rawEvents: t.chat });
		expect(answer.extras([])).toEqual({});
	});

	it.each(KINDS)('are none of a stream without events', (kind) => {
		expect(kind('chat').extras(ALL)).toEqual({ timing: {} });
	});
});

describe('nodeTrace', () => {
	const times = { created_at: 1700000000, inputs: { secret: 1 }, inputs_truncated: false };
	const begin = (id: string, more = {}) => t.node('node_started', id, { ...times, ...more });
	const end = (id: string, more = {}) => {
		const numbers = { elapsed_time: 0.5, finished_at: 1700000001, execution_metadata: null, error: null };
		return t.node('node_finished', id, { ...times, ...numbers, status: 'succeeded', ...more });
	};
	const started = (id: string) => ({ node_id: id, title: id, node_type: 'llm', started_at: 1700000000 });
	const done = (id: string) => ({ ...started(id), status: 'succeeded', elapsed_time: 0.5, finished_at: 1700000001 });

	it('has one entry for each execution, with its end or the word that it runs', () => {
		const tokens = { execution_metadata: { total_tokens: 13, total_price: '0' } };
		const failed = { status: 'failed', error: 'boom' };
		const nodes = nodesOf(begin('a'), begin('b'), end('b', tokens), begin('c'), end('c', failed));
		expect(nodes).toEqual([
			{ ...started('a'), status: 'running' },
			{ ...done('b'), total_tokens: 13 },
			{ ...done('c'), ...failed },
		]);
	});

	it('is not doubled by a snapshot, which may know more', () => {
		const snapshot = [t.started(), t.replace('', ''), begin('a', { index: 1 }), end('a'), begin('b', { index: 2 })];
		expect(nodesOf(t.started(), begin('a'), ...snapshot, end('b'))).toEqual([done('a'), done('b')]);
	});

	it('knows nodes whose start was missed', () => {
		expect(nodesOf(end('a'))).toEqual([done('a')]);
	});

	it('counts retries, told twice or not', () => {
		const retry = (id: string, more = {}) => t.node('node_retry', id, { ...times, status: 'retry', error: 'no', ...more });
		const retries = [retry('a', { retry_index: 1 }), retry('a', { retry_index: 2 }), retry('a', { retry_index: 2 })];
		expect(nodesOf(begin('a'), ...retries)).toEqual([{ ...started('a'), status: 'running', retries: 2 }]);
		expect(nodesOf(begin('a'), ...retries, end('a'))).toEqual([{ ...done('a'), retries: 2 }]);
		expect(nodesOf(begin('a'), retry('a'), retry('a'))).toMatchObject([{ retries: 2 }]);
	});

	it('marks what ran in an iteration or a loop, and in which round', () => {
		const list = { id: 'list', node_type: 'iteration' };
		const inner = (id: string, round: number) => {
			const more = { id, iteration_id: 'list' };
			const execution_metadata = { total_tokens: 7, iteration_id: 'list', iteration_index: round };
			return [
				t.node('iteration_next', 'list', { ...list, index: round }),
				begin('x', more),
				end('x', { ...more, execution_metadata }),
			];
		};
		const completed = { ...list, total_tokens: 14, steps: 2, status: 'succeeded', elapsed_time: 1, finished_at: 1700000001 };
		const events = [
			t.node('iteration_started', 'list', { ...list, created_at: 1700000000 }),
			...inner('e1', 0),
			...inner('e2', 1),
			t.node('iteration_completed', 'list', { ...completed, execution_metadata: { total_tokens: 14 } }),
			begin('y', { loop_id: 'rounds' }),
			end('y', { loop_id: 'rounds', execution_metadata: { loop_index: 0 } }),
		];
		const x = { ...done('x'), iteration_id: 'list', total_tokens: 7 };
		expect(nodesOf(...events)).toEqual([
			{ ...done('list'), node_type: 'iteration', elapsed_time: 1, total_tokens: 14, steps: 2 },
			{ ...x, iteration_index: 0 },
			{ ...x, iteration_index: 1 },
			{ ...done('y'), loop_id: 'rounds', loop_index: 0 },
		]);
	});

	it('tells a loop that runs again apart, not one that is told again', () => {
		const loop = { id: 'l', node_type: 'loop', iteration_id: 'list' };
		const round = [t.node('loop_started', 'l', loop), t.node('loop_completed', 'l', { ...loop, status: 'succeeded' })];
		const stored = [begin('l', { ...loop, id: 'e-loop' }), end('l', { ...loop, id: 'e-loop' })];
		expect(nodesOf(...round, ...round)).toHaveLength(2);
		expect(nodesOf(round[0], ...round)).toHaveLength(1);
		expect(nodesOf(...round, ...stored)).toHaveLength(1);
	});

	it('says which node waits for a person, and that it went on', () => {
		const pause = t.pausedFlow[3];
		const begun = [begin('h1', { node_type: 'human-input' }), begin('other'), pause];
		const answer = pushed(chatflowAnswer('advanced-chat', { continueOnPause: true, include: ['nodeTrace'] }), begun);
		const statuses = () => (answer.extras().nodeTrace as Array<{ status: string }>).map(({ status }) => status);
		expect(statuses()).toEqual(['paused', 'running']);
		pushed(answer, [t.resumed(t.started()), begin('h1')]);
		expect(statuses()).toEqual(['running', 'running']);
		pushed(answer, [end('h1')]);
		expect(statuses()).toEqual(['succeeded', 'running']);
	});

	it('is not confused by events without data, or by a pause that names no node', () => {
		const bare = { event: 'node_started', ...t.runIds, data: null };
		const pause = withData(t.pausedFlow[3], { paused_nodes: 'h1' });
		expect(nodesOf(bare, bare, begin('h1'), pause)).toEqual([
			{ status: 'running' },
			{ ...started('h1'), status: 'running' },
		]);
	});
});

describe('agentThoughts', () => {
	const log = (id: unknown, more = {}) => ({ event: 'agent_log', ...t.ids, data: { id, label: id, status: 'success', ...more } });
	const told = (...events: DifyEvent[]) => flow(...events).extras(['agentThoughts']).agentThoughts;

	it('nest the calls of an agent among the nodes under its rounds, each once', () => {
		const [round, call] = [log('r1', { parent_id: null }), log('c1', { parent_id: 'r1' })];
		const begun = [withData(round, { status: 'start' }), withData(call, { status: 'start' })];
		const deep = log('d1', { parent_id: 'c1' });
		expect(told(...begun, call, deep, log('r2'), round)).toEqual([
			{ ...round.data, children: [{ ...call.data, children: [deep.data] }] },
			log('r2').data,
		]);
	});

	it('keep calls whose round was missed, and survive nonsense', () => {
		expect(told(log('c1', { parent_id: 'gone' }))).toEqual([{ ...log('c1').data, parent_id: 'gone' }]);
		const circle = [log('a', { parent_id: 'b' }), log('b', { parent_id: 'a' }), log('c', { parent_id: 'c' })];
		expect(told(...circle, log(undefined), log(null), log('r1'))).toEqual([log('r1').data]);
	});
});

describe('timing', () => {
	it.each([
		['chat', chatAnswer, t.chat.slice(1, 2), { firstEvent: 10, firstText: 20, total: 30 }],
		['chatflow', chatflowAnswer, [t.delta('a')], { firstEvent: 10, firstText: 20, total: 30 }],
		['workflow', workflowAnswer, t.work.slice(5, 6), { firstEvent: 10, firstText: 20, total: 30 }],
	])('of a %s counts from where its clock does', (_, kind, text, timing) => {
		let now = 0;
		const answer = kind('chat', { clock: () => (now += 10), include: ['timing'] });
		expect(pushed(answer, [{ event: 'novelty', ...t.ids }, ...text, { event: 'novelty' }]).extras()).toEqual({ timing });
	});

	it('has no time of a text that did not come, and of no other run', () => {
		const answer = chatflowAnswer('advanced-chat', { clock: () => 5 });
		pushed(answer, [t.delta(''), { ...t.delta('other'), message_id: 'm2' }]);
		expect(answer.extras(['timing'])).toEqual({ timing: { firstEvent: 5, total: 5 } });
	});

	it('counts from its beginning without a clock', () => {
		jest.useFakeTimers({ now: 1000 });
		const answer = chatAnswer('chat');
		jest.setSystemTime(1250);
		pushed(answer, t.chat);
		jest.useRealTimers();
		expect(answer.extras(['timing'])).toEqual({ timing: { firstEvent: 250, firstText: 250, total: 250 } });
	});
});

describe('rawEvents', () => {
	it('are the events of this run up to its end, whatever they are', () => {
		const novelty = { event: 'novelty', ...t.ids, x: [1] };
		const events = [novelty, ...t.chat];
		const answer = chatAnswer('chat', { include: ['rawEvents'] });
		pushed(answer, [novelty, { ...t.delta('no'), message_id: 'm2' }, ...t.chat, t.delta('late')]);
		expect(answer.extras()).toEqual({ rawEvents: events });
		expect((answer.extras().rawEvents as unknown[])[1]).toBe(events[1]);
	});

	it('are kept only where they were ordered', () => {
		expect(pushed(chatAnswer('chat'), t.chat).extras(['rawEvents'])).toEqual({});
	});
});

describe('reasoning', () => {
	const chunk = (reasoning: unknown, is_final = false, ids: object = t.runIds): DifyEvent => {
		return { event: 'reasoning_chunk', ...ids, data: { reasoning, node_id: 'n1', is_final, message_id: 'm1' } };
	};
	const reasoningOf = (...events: DifyEvent[]) => flow(...events).extras(['reasoning']).reasoning;

	it('of Dify ≥ 1.15 comes beside the text, one block for each node', () => {
		const events = [chunk('I '), chunk('think.'), chunk('', true), chunk('More.'), chunk(null, true)];
		const answer = flow(...t.flow, ...events, t.messageEnd([]), t.succeeded);
		expect(answer.extras(['reasoning']).reasoning).toBe('I think.\n\nMore.');
		expect(answer.result().answer).toBe('Hi: Ja');
		const work = pushed(workflowAnswer('workflow'), [...t.work, chunk('So.', true, { task_id: 't1', workflow_run_id: 'r1' })]);
		expect([work.text, work.extras(['reasoning']).reasoning]).toEqual(['Ja', 'So.']);
	});

	it('is what stands in the text between its tags', () => {
		const think = [t.delta('<thi'), t.delta('nk>I ponder.</think>'), t.delta('\n\nYes')];
		expect(reasoningOf(...think)).toBe('I ponder.');
		expect(pushed(chatAnswer('chat'), think).extras(['reasoning'])).toEqual({ reasoning: 'I ponder.' });
		expect(reasoningOf(chunk('First.', true), ...think)).toBe('First.\n\nI ponder.');
		const work = [{ ...t.work[5], data: { text: '<think>So</think>Ja' } }];
		expect(pushed(workflowAnswer('workflow'), work).extras(['reasoning'])).toEqual({ reasoning: 'So' });
	});

	it('is in the deltas where the outputs have lost it, and in the outputs where the deltas were missed', () => {
		const tagged = '<think>I ponder.</think>\n\nYes';
		const end = (answer: string) => [t.messageEnd([]), t.finished('succeeded', { answer })];
		expect(reasoningOf(t.started(), t.delta(tagged), ...end('Yes'))).toBe('I ponder.');
		expect(reasoningOf(t.started(), t.delta('der.</think>\n\nYes'), ...end(tagged))).toBe('I ponder.');
	});
});

describe('revision', () => {
	it.each([
		['a longer text', t.replace('Hello world', ''), 0],
		['the same text', t.replace('Hello', ''), 0],
		['another text', t.replace('Hell', ''), 1],
		['no text', t.replace('', ''), 1],
	])('tells whether %s can be had by adding to what was said', (_, event, revision) => {
		expect(pushed(chatAnswer('chat'), [t.delta('Hello'), event]).revision).toBe(revision);
	});

	it('of a New Agent depends on what its closing message says', () => {
		const said = [t.agentDelta('Dra'), t.agentDelta('ft')];
		expect(pushed(chatAnswer('agent'), [...said, t.delta('Draft')])).toMatchObject({ text: 'Draft', revision: 0 });
		expect(pushed(chatAnswer('agent'), [...said, t.delta('Final')])).toMatchObject({ text: 'Final', revision: 1 });
	});

	it('of a workflow and a re-joined chatflow', () => {
		const replace = { ...t.work[5], event: 'text_replace', data: { text: 'No' } };
		expect(pushed(workflowAnswer('workflow'), [...t.work, replace])).toMatchObject({ text: 'No', revision: 1 });
		expect(flow(t.started(), t.replace('First', ''), t.delta('!'))).toMatchObject({ text: 'First!', revision: 0 });
		expect(flow(...t.flow, t.started(), t.replace('', ''))).toMatchObject({ text: 'Hi: Ja', revision: 0, ids: t.runIds });
	});
});
