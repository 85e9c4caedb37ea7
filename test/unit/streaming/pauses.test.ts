import { chatflowAnswer, workflowAnswer, type Answer, type AnswerOptions } from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import type { DifyEvent } from '../../../src/streaming/events';
import { errorOf, pushed, withData } from './pushing';
import * as t from './transcripts';

const workIds = { task_id: 't1', workflow_run_id: 'r1' };

const workflow = (...events: DifyEvent[]) => pushed(workflowAnswer('workflow'), events);
const chatflow = (...events: DifyEvent[]) => pushed(chatflowAnswer('advanced-chat'), events);

async function collected(answer: Answer, ...events: Parameters<typeof t.sse>): Promise<Answer> {
	const body = (async function* () {
		yield Buffer.from(t.sse(...events));
	})();
	await collect(body, answer);
	return answer;
}

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
