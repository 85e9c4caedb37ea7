import {
	chatflowAnswer,
	completionAnswer,
	workflowAnswer,
	type Answer,
	type AnswerOptions,
} from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import type { DifyEvent } from '../../../src/streaming/events';
import { DifyError } from '../../../src/transport/error';
import * as t from './transcripts';

const created_at = 1700000000;
const numbers = { elapsed_time: 1, total_tokens: 12, total_steps: 3 };
const workIds = { task_id: 't1', workflow_run_id: 'r1' };

function pushed(answer: Answer, events: readonly DifyEvent[]): Answer {
	for (const event of events) answer.push(event);
	return answer;
}

const completion = (...events: DifyEvent[]) => pushed(completionAnswer('completion'), events);
const workflow = (...events: DifyEvent[]) => pushed(workflowAnswer('workflow'), events);
const chatflow = (...events: DifyEvent[]) => pushed(chatflowAnswer('advanced-chat'), events);

function errorOf(answer: Answer, events: readonly DifyEvent[]): DifyError {
	try {
		pushed(answer, events);
	} catch (error) {
		if (error instanceof DifyError) return error;
	}
	return new DifyError('no error', { code: 'none' });
}

/** Equal in its key order too. */
function expectSame(actual: unknown, expected: unknown): void {
	expect(JSON.stringify(actual, undefined, 1)).toBe(JSON.stringify(expected, undefined, 1));
}

function withData(event: DifyEvent, more: Record<string, unknown>): DifyEvent {
	return { ...event, data: { ...(event.data as object), ...more } };
}

async function collected(answer: Answer, ...events: Parameters<typeof t.sse>): Promise<Answer> {
	const body = (async function* () {
		yield Buffer.from(t.sse(...events));
	})();
	await collect(body, answer);
	return answer;
}

describe('completionAnswer', () => {
	const events = t.chat.map((event) => ({ ...event, conversation_id: undefined }));
	const ids = { message_id: 'm1', task_id: 't1' };

	it('gives what blocking mode gives: no conversation', () => {
		const answer = completion(...events);
		expect(answer.state).toBe('done');
		const message = { event: 'message', task_id: 't1', id: 'm1', message_id: 'm1', mode: 'completion' };
		expectSame(answer.result(), { ...message, answer: 'Héllo', metadata: t.metadata, created_at });
		expect(Object.keys(answer.result())).not.toContain('conversation_id');
	});

	it('knows text and ids before the end', () => {
		expect(completionAnswer('completion').partial()).toEqual({ answer: '' });
		expect(completion(events[0]).partial()).toEqual({ answer: 'Hé', ...ids });
	});

	it('takes moderation, files and text disguised as files', () => {
		const file = { event: 'message_file', ...ids, id: 'f1', url: 'u' };
		const disguised = { ...t.delta('!'), event: 'message_file', conversation_id: undefined };
		const answer = completion(events[0], t.replace('[removed]', ''), file, disguised, t.messageEnd());
		expect(answer.result().answer).toBe('[removed]!');
		expect(answer.extras()).toEqual({ files: [{ id: 'f1', url: 'u' }] });
	});

	it('throws the error of the stream with what was said before', () => {
		const failure = { ...t.failure('invalid_param', 'upstream said no'), conversation_id: undefined };
		const error = errorOf(completionAnswer('completion'), [events[0], failure]);
		expect(error).toMatchObject({ code: 'invalid_param', status: 400, message: 'upstream said no' });
		expect(error.partial).toEqual({ answer: 'Hé', ...ids });
	});
});

describe('workflowAnswer', () => {
	const finished = (status: string, outputs: unknown, error: unknown) => {
		const data = { id: 'r1', workflow_id: 'w1', status, outputs, error, ...numbers, created_at };
		return { ...workIds, data: { ...data, finished_at: 1700000001 } };
	};

	it('gives what blocking mode gives', () => {
		const answer = workflowAnswer('workflow');
		const states = t.workflow.map((event) => pushed(answer, [event]).state);
		expect(states).toEqual([...t.work.map(() => 'open'), 'done']);
		expectSame(answer.result(), finished('succeeded', { text: 'Ja' }, null));
		expect(answer.extras()).toEqual({ status: 'succeeded' });
	});

	it.each([
		['failed', {}, 'boom'],
		['failed', {}, 'Aborted: User requested stop'],
		['stopped', {}, 'Stopped by user.'],
		['stopped', null, ''],
		['partial-succeeded', { text: 'default' }, ''],
		['succeeded', { a: 1, b: 'Not the chunks' }, ''],
	])('takes a run that is %s with outputs %j and error %j as it is', (status, outputs, error) => {
		const answer = workflow(...t.work, t.workFinished(status, outputs, error));
		expect(answer.state).toBe('done');
		expectSame(answer.result(), finished(status, outputs, error));
		expect(answer.extras()).toEqual({ status });
	});

	it('gives the files of the run', () => {
		const end = withData(t.workFinished('succeeded', {}), { files: [{ related_id: 'f1' }] });
		expect(workflow(...t.work, end).extras()).toEqual({ status: 'succeeded', files: [{ related_id: 'f1' }] });
		expect(JSON.stringify(workflow(...t.work, end).result())).not.toMatch(/files|created_by|exceptions_count/);
	});

	it('knows text and ids before the end', () => {
		expect(workflowAnswer('workflow').partial()).toEqual({ text: '' });
		expect(workflow({ ...t.work[0], workflow_run_id: null }).partial()).toEqual({ text: '', task_id: 't1' });
		expect(workflow(...t.work).partial()).toEqual({ text: 'Ja', ...workIds });
		const replace = { event: 'text_replace', ...workIds, data: { text: '[removed]' } };
		const empty = { ...replace, event: 'text_chunk', data: {} };
		expect(workflow(...t.work, replace, empty).partial().text).toBe('[removed]');
	});

	it('takes a launch error for the refused request it is', () => {
		const error = errorOf(workflowAnswer('workflow'), [t.launchError]);
		expect(error).toMatchObject({ code: 'invalid_param', status: 400, message: t.launchError.message });
		expect(error.partial).toEqual({ text: '' });
	});

	it('throws an error in the middle with what is known', () => {
		const error = errorOf(workflowAnswer('workflow'), [...t.work, t.failure('internal_server_error', 'broken')]);
		expect(error).toMatchObject({ code: 'internal_server_error', partial: { text: 'Ja', ...workIds } });
	});

	it.each([
		['end', t.workFinished('failed', {}, 'late')],
		['pause', t.pausedWork[2]],
		['error', t.failure('invalid_param', 'late')],
		['text', { ...t.work[5], data: { text: '!' } }],
	])('ignores a second %s', (_, late) => {
		const answer = workflow(...t.workflow, late);
		expectSame(answer.result(), finished('succeeded', { text: 'Ja' }, null));
		expect(answer.partial().text).toBe('Ja');
	});

	it.each([
		['end', t.workFinished('succeeded', { text: 'other' })],
		['pause', t.pausedWork[2]],
		['text', t.work[5]],
		['error', { ...t.failure('invalid_param', 'other'), message_id: undefined }],
	])('ignores the %s of another run', (_, other) => {
		const answer = workflow(...t.work, { ...other, workflow_run_id: 'r2' });
		expect(answer.state).toBe('open');
		expect(answer.partial()).toEqual({ text: 'Ja', ...workIds });
		expect(answer.extras()).toEqual({});
	});

	it('gives a pause in the shape of blocking mode, with its forms', () => {
		const answer = workflow(...t.pausedWork);
		expect(answer.state).toBe('done');
		const data = { id: 'r1', workflow_id: 'w1', status: 'paused', outputs: {}, error: null };
		const count = { elapsed_time: 0.4, total_tokens: 0, total_steps: 2, created_at, finished_at: null };
		expectSame(answer.result(), { ...workIds, data: { ...data, ...count, paused_nodes: ['h1'], reasons: t.reasons } });
		expect(answer.extras()).toEqual({ status: 'paused', forms: t.forms });
	});

	it('gives a pause without reasons as 1.13.0 has it', () => {
		const pause = t.pausedWork[2];
		const old = withData(pause, { reasons: undefined, paused_nodes: undefined });
		for (const key of ['reasons', 'paused_nodes']) delete (old.data as Record<string, unknown>)[key];
		const answer = workflow(t.pausedWork[0], old);
		expect(Object.keys(answer.result().data as object).at(-1)).toBe('finished_at');
		expect(answer.extras()).toEqual({ status: 'paused' });
	});

	it('is not confused by events without data', () => {
		const answer = workflow({ event: 'text_chunk', ...workIds }, { event: 'workflow_finished', ...workIds, data: 7 });
		expect(answer.result()).toEqual({ task_id: 't1', data: {} });
	});
});

describe('pauses', () => {
	const required = t.pausedFlow[2];
	const paused = t.pausedFlow[3];
	const again = { ...t.reasons[0], form_id: 'hf2', form_token: 'ft2', node_id: 'h2', form_content: 'More?' };

	it('are told with their forms in a chatflow', () => {
		const answer = chatflow(...t.pausedFlow);
		expect(answer.extras()).toEqual({ workflow_run_id: 'r1', status: 'paused', forms: t.forms });
		expect(answer.partial()).toEqual({ answer: 'First', ...t.runIds });
	});

	it('have a form for every person that is waited for, and for nothing else', () => {
		const email = { ...again, form_id: 'hf3', form_token: null };
		const pause = withData(paused, { reasons: [...t.reasons, { TYPE: 'scheduled' }, null, email] });
		const { forms } = chatflow(...t.pausedFlow.slice(0, 3), pause).extras();
		expect(forms).toEqual([...t.forms, { ...t.forms[0], form_token: null, content: 'More?' }]);
	});

	it('keep the rendered content where a snapshot brings the template', () => {
		const template = { form_content: 'Check: {{#start.query#}}' };
		const snapshot = [
			withData(required, template),
			withData(paused, { reasons: [{ ...t.reasons[0], ...template }] }),
		];
		expect(chatflow(t.started(), required, ...snapshot).extras().forms).toEqual(t.forms);
		const joined = chatflow(t.started(), ...snapshot).extras().forms;
		expect(joined).toEqual([{ ...t.forms[0], content: template.form_content }]);
	});

	describe.each([
		['chatflow', chatflowAnswer, t.pausedFlow, [t.delta('Hi: Ja'), t.messageEnd([]), t.succeeded]],
		['workflow', workflowAnswer, t.pausedWork, [t.workFinished('succeeded', { answer: 'Hi: Ja' })]],
	] as const)('of a %s', (_, kind, start, rest) => {
		const next = t.resumed(start[0]);
		const open = (options?: AnswerOptions) => kind('advanced-chat', options);
		const on = { continueOnPause: true };
		const second = withData(start[start.length - 1], { reasons: [again] });

		it('are the end of the stream unless it is asked to go on', () => {
			const answer = pushed(open(), [...start, next, ...rest]);
			expect([answer.state, answer.extras().status]).toEqual(['done', 'paused']);
		});

		it('are passed by a stream that goes on', () => {
			const answer = open(on);
			expect(pushed(answer, start).state).toBe('paused');
			expect(pushed(answer, [next]).state).toBe('open');
			expect(answer.extras()).not.toHaveProperty('forms');
			expect(pushed(answer, [second]).extras()).toMatchObject({ status: 'paused', forms: [{ form_token: 'ft2' }] });
			expect(pushed(answer, [next, ...rest]).state).toBe('done');
			expect(answer.extras().status).toBe('succeeded');
			expect(JSON.stringify(answer.result())).toContain('"answer":"Hi: Ja"');
		});

		it('are over with the end of the run, whether or not it is said that it went on', () => {
			const answer = pushed(open(on), [...start, ...rest]);
			expect([answer.state, answer.extras().status]).toEqual(['done', 'succeeded']);
		});

		it('are the answer when the stream ends there', async () => {
			const answer = await collected(open(on), t.PING, ...start, t.PING);
			expect(answer.extras().status).toBe('paused');
		});

		it('do not excuse a stream that breaks off after them', async () => {
			await expect(collected(open(on), ...start, next)).rejects.toMatchObject({ code: 'connection_lost' });
		});
	});
});

describe('a run that is joined later', () => {
	const snapshot = [t.started(), t.replace('', ''), t.node('node_started', 's')];

	it('does not lose the text that was received before', () => {
		const answer = chatflow(...t.flow, ...snapshot);
		expect(answer.partial().answer).toBe('Hi: Ja');
		expect(pushed(answer, [t.replace('First', ''), t.replace('', 'output_moderation')]).partial().answer).toBe('');
	});

	it('has its whole text from the outputs', () => {
		const answer = chatflow(...snapshot, t.delta('Ja'), t.messageEnd([]), t.succeeded);
		expect(answer.result()).toMatchObject({ answer: 'Hi: Ja', metadata: t.metadata, message_id: 'm1' });
	});

	it('has the stored text of a pause', () => {
		const answer = chatflow(t.started(), t.replace('First', ''), ...t.pausedFlow.slice(2));
		expect(answer.result()).toMatchObject({ answer: 'First', data: { answer: 'First' } });
	});

	it('is told in one line when it is over', async () => {
		const ids = { task_id: 'r1', workflow_run_id: 'r1' };
		const work = await collected(workflowAnswer('workflow'), t.over('succeeded', { text: 'Ja' }));
		expect(work.result()).toMatchObject({ ...ids, data: { id: 'r1', status: 'succeeded', outputs: { text: 'Ja' } } });
		const flow = await collected(chatflowAnswer('advanced-chat'), t.over('succeeded', { answer: 'Hi: Ja', files: [] }));
		expect(flow.result()).toMatchObject({ event: 'message', task_id: 'r1', answer: 'Hi: Ja', metadata: {} });
		expect(flow.partial()).toMatchObject(ids);
	});

	it('keeps what was received when that line follows a broken stream', () => {
		const answer = chatflow(...t.flow, t.over('succeeded', { answer: 'Hi: Ja and more' }));
		expect(answer.result()).toMatchObject({ ...t.ids, answer: 'Hi: Ja and more' });
		const work = workflow(...t.work, t.over('succeeded', { text: 'Ja' }));
		expect(work.result()).toMatchObject({ ...workIds, data: { outputs: { text: 'Ja' } } });
	});

	it('has the text of its outputs when it was stopped and nothing else is known', () => {
		expect(chatflow(t.over('stopped', { answer: 'slow00' })).result().answer).toBe('slow00');
		expect(chatflow(t.delta('slow'), t.over('stopped', { answer: 'slow00' })).result().answer).toBe('slow');
		const moderated = [t.started(), t.replace('', 'output_moderation'), t.over('stopped', { answer: 'bad' })];
		expect(chatflow(...moderated).result().answer).toBe('');
	});

	it('has failed as its own stream says it', () => {
		const error = errorOf(chatflowAnswer('advanced-chat'), [t.over('failed', {}, 'boom')]);
		expect(error).toMatchObject({ message: 'Run failed: boom', partial: { workflow_run_id: 'r1' } });
	});
});
