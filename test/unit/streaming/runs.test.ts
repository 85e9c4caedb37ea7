import { completionAnswer, workflowAnswer } from '../../../src/streaming/answers';
import type { DifyEvent } from '../../../src/streaming/events';
import { errorOf, expectSame, pushed, withData } from './pushing';
import * as t from './transcripts';

const created_at = 1700000000;
const numbers = { elapsed_time: 1, total_tokens: 12, total_steps: 3 };
const workIds = { task_id: 't1', workflow_run_id: 'r1' };

const completion = (...events: DifyEvent[]) => pushed(completionAnswer('completion'), events);
const workflow = (...events: DifyEvent[]) => pushed(workflowAnswer('workflow'), events);

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
