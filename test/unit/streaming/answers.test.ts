import { chatAnswer, chatflowAnswer } from '../../../src/streaming/answers';
import type { DifyEvent } from '../../../src/streaming/events';
import { errorOf, expectSame, pushed } from './pushing';
import * as t from './transcripts';

const base = { event: 'message', task_id: 't1', id: 'm1', message_id: 'm1', conversation_id: 'c1' };
const created_at = 1700000000;
const modelError = '{"args":{},"error_type":"InvokeError","message":"upstream said no"}';

const chat = (...events: DifyEvent[]) => pushed(chatAnswer('chat'), events);
const chatflow = (...events: DifyEvent[]) => pushed(chatflowAnswer('advanced-chat'), events);

describe('chatAnswer', () => {
	it('gives what blocking mode gives', () => {
		const answer = chat(...t.chat);
		expectSame(answer.result(), { ...base, mode: 'chat', answer: 'Héllo', metadata: t.metadata, created_at });
		expect(answer.extras()).toEqual({});
	});

	it('is open until message_end and done with it', () => {
		const answer = chatAnswer('chat');
		const states = t.chat.map((event) => pushed(answer, [event]).state);
		expect(states).toEqual(['open', 'open', 'open', 'done']);
	});

	it('ignores what comes after the end', () => {
		const answer = chat(...t.chat, t.delta('more'), t.failure('invalid_param', 'late'), t.messageEnd([{}]));
		expect(answer.result().answer).toBe('Héllo');
		expect(answer.extras()).toEqual({});
	});

	it('knows text and ids before the end', () => {
		expect(chatAnswer('chat').partial()).toEqual({ answer: '' });
		expect(chat(t.delta('Hé')).partial()).toEqual({ answer: 'Hé', ...t.ids });
	});

	it('collects the rounds of an agent, text before a tool call included', () => {
		const events = t.agent.toSpliced(2, 0, t.agentDelta('Let me look. '));
		const answer = pushed(chatAnswer('agent-chat'), events);
		expect(answer.result()).toMatchObject({ mode: 'agent-chat', answer: 'Let me look. Found it.' });
		expect(answer.extras(['agentThoughts'])).toEqual({
			agentThoughts: [
				expect.objectContaining({ id: 'th1', tool: 'search', observation: '{"search": "found"}', thought: '' }),
				expect.objectContaining({ id: 'th2', thought: 'Found it.' }),
			],
		});
	});

	it('orders thoughts by position and strips their envelope', () => {
		const answer = chat(t.thought('b', 2), t.thought('a', 1));
		const own = { thought: '', observation: '', tool: '', tool_labels: {}, tool_input: '', message_files: [] };
		const agentThoughts = [
			{ id: 'a', position: 1, ...own },
			{ id: 'b', position: 2, ...own },
		];
		expect(answer.extras(['agentThoughts'])).toEqual({ agentThoughts });
		expect(answer.extras()).toEqual({});
	});

	it('takes the closing message of a New Agent as the whole text', () => {
		const answer = chat(
			t.agentDelta('Dra'),
			t.agentDelta('ft'),
			t.delta('Final '),
			t.delta('text'),
			t.delta(''),
			t.messageEnd(),
		);
		expect(answer.result().answer).toBe('Final text');
	});

	it('keeps the text of a New Agent whose closing message is empty', () => {
		expect(chat(t.agentDelta('Draft'), t.delta(''), t.messageEnd()).result().answer).toBe('Draft');
	});

	it.each([
		['', ''],
		['[removed]', '[removed]'],
	])('lets message_replace %j replace, and text after it follow', (text, start) => {
		const answer = chat(t.delta('Bad te'), t.replace(text, ''));
		expect(answer.partial().answer).toBe(start);
		expect(pushed(answer, [t.delta('!'), t.messageEnd()]).result().answer).toBe(`${start}!`);
	});

	it('takes a message_file with an answer as text and one without as a file', () => {
		const file = { id: 'f1', type: 'image', belongs_to: 'assistant', url: 'https://files.example/f1.png' };
		const disguised = { ...t.delta('Here is '), event: 'message_file' };
		const answer = chat(
			{ event: 'message_file', ...t.ids, created_at, ...file },
			disguised,
			t.delta('it'),
			t.messageEnd(),
		);
		expect(answer.result().answer).toBe('Here is it');
		expect(answer.extras()).toEqual({ files: [file] });
	});

	it('takes a message without an answer for nothing', () => {
		const answer = chat(t.delta('a'), { ...t.delta(''), answer: undefined }, t.messageEnd());
		expect([answer.result().answer, answer.extras()]).toEqual(['a', {}]);
	});

	it('prefers the files of message_end', () => {
		const file = { event: 'message_file', ...t.ids, id: 'f1', url: 'u' };
		expect(chat(file, t.messageEnd([{ related_id: 'f1' }])).extras()).toEqual({ files: [{ related_id: 'f1' }] });
		expect(chat(file, t.messageEnd([])).extras()).toEqual({ files: [{ id: 'f1', url: 'u' }] });
	});

	it('never takes speech for text, and ignores unknown events', () => {
		const speech = { event: 'tts_message', ...t.ids, audio: 'AAAA', answer: 'no' };
		const answer = chat(t.delta('a'), speech, { event: 'novelty', ...t.ids, answer: 'no' }, t.messageEnd());
		expect(answer.result().answer).toBe('a');
		expect(answer.extras()).toEqual({});
	});

	it.each([
		['message', { ...t.delta('other'), message_id: 'm2' }],
		['end', { ...t.messageEnd(), message_id: 'm2' }],
		['error', { ...t.failure('invalid_param', 'other'), message_id: 'm2' }],
	])('ignores the %s of another message', (_, other) => {
		const answer = chat(t.delta('mine'), other);
		expect(answer.state).toBe('open');
		expect(answer.partial()).toEqual({ answer: 'mine', ...t.ids });
	});

	it('keeps metadata as that version has it', () => {
		expect(chat(t.messageEnd(null, { usage: t.usage })).result().metadata).toEqual({ usage: t.usage });
		expect(chat(t.messageEnd(null, { usage: null })).result().metadata).toEqual({ usage: null });
		expect(chat({ ...t.messageEnd(), metadata: undefined }).result().metadata).toEqual({});
	});

	it.each([
		['0E-7', '0.0000000'],
		['0e-1', '0.0'],
		['1.25E-7', '0.000000125'],
		['-12.5E-1', '-1.25'],
		['1.5E+3', '1500'],
		['0E+2', '0'],
		['12E0', '12'],
		['0.0000090', '0.0000090'],
		['EUR', 'EUR'],
		['1E-99999', '1E-99999'],
	])('prints the decimal %s as %s', (streamed, plain) => {
		const end = t.messageEnd(null, { usage: { total_price: streamed, total_tokens: 7 } });
		expect(chat(end).result().metadata).toEqual({ usage: { total_price: plain, total_tokens: 7 } });
	});

	it('throws the error of the stream with what was said before', () => {
		const error = errorOf(chatAnswer('chat'), [t.delta('Echo'), t.failure('invalid_param', modelError)]);
		expect(error).toMatchObject({ code: 'invalid_param', status: 400, message: 'upstream said no' });
		expect(error.partial).toEqual({ answer: 'Echo', ...t.ids });
	});
});

describe('chatflowAnswer', () => {
	const result = (answer: string, metadata: unknown) => ({
		...base,
		mode: 'advanced-chat',
		answer,
		metadata,
		created_at,
	});

	it('gives what blocking mode gives, whichever marker comes first', () => {
		const reversed = [...t.flow, t.succeeded, t.messageEnd([])];
		for (const events of [t.chatflow, reversed]) {
			const answer = chatflow(...events);
			expect(answer.state).toBe('done');
			expectSame(answer.result(), result('Hi: Ja', t.metadata));
			expect(answer.extras()).toEqual({ workflow_run_id: 'r1', status: 'succeeded' });
		}
	});

	it.each([
		['message_end', t.messageEnd([]), t.metadata],
		['workflow_finished', t.succeeded, {}],
	])('knows the result after %s alone', (_, marker, metadata) => {
		const answer = chatflow(...t.flow);
		expect(answer.state).toBe('open');
		expect(pushed(answer, [marker]).state).toBe('grace');
		expectSame(answer.result(), result('Hi: Ja', metadata));
	});

	it('ignores what comes after the end', () => {
		const failed = t.finished('failed', {}, 'late');
		const answer = chatflow(
			...t.chatflow,
			t.failure('invalid_param', 'late'),
			failed,
			t.delta('!'),
			t.messageEnd(null, {}),
		);
		expectSame(answer.result(), result('Hi: Ja', t.metadata));
	});

	it('is done at message_end when nothing ran, as on an annotation hit', () => {
		const answer = chatflow(t.delta('Input blocked.'), t.messageEnd([], { usage: t.usage }));
		expect(answer.state).toBe('done');
		expectSame(answer.result(), result('Input blocked.', { usage: t.usage }));
		expect(answer.extras()).toEqual({});
	});

	it.each(['succeeded', 'partial-succeeded'])('prefers the outputs of a %s run to the deltas', (status) => {
		const answer = chatflow(...t.flow, t.finished(status, { answer: 'Whole text' }), t.messageEnd([]));
		expect(answer.result().answer).toBe('Whole text');
		expect(answer.extras()).toMatchObject({ status });
	});

	it('keeps the blanks that old versions trim off the outputs', () => {
		const answer = chatflow(t.started(), t.delta(' Hi\n'), t.finished('succeeded', { answer: 'Hi' }));
		expect(answer.result().answer).toBe(' Hi\n');
	});

	it.each([null, {}, { answer: 7 }, { answer: '' }])('takes the deltas or "" with outputs %j', (outputs) => {
		const whole = outputs && 'answer' in outputs && outputs.answer === '' ? '' : 'Hi: Ja';
		expect(chatflow(...t.flow, t.finished('succeeded', outputs)).result().answer).toBe(whole);
	});

	it('does not let the outputs undo moderation', () => {
		const replaced = t.replace('[removed]', 'output_moderation');
		for (const events of [
			[replaced, t.messageEnd(), t.succeeded],
			[t.succeeded, replaced, t.messageEnd()],
		]) {
			expect(chatflow(...t.flow, ...events).result().answer).toBe('[removed]');
		}
	});

	it('takes the outputs of a re-joined run, whose replayed text is not complete', () => {
		expect(chatflow(t.started(), t.replace('', ''), t.delta('Ja'), t.succeeded).result().answer).toBe('Hi: Ja');
	});

	it('takes output moderation for a normal end', () => {
		const end = t.finished('stopped', {}, 'Stopped by output moderation.');
		const answer = chatflow(...t.flow, t.replace('Output blocked.', 'output_moderation'), end);
		expect(answer.state).toBe('grace');
		expectSame(answer.result(), result('Output blocked.', {}));
		expect(answer.extras()).toMatchObject({ status: 'stopped', error: 'Stopped by output moderation.' });
	});

	it.each([
		['stopped', 'Stopped by user.'],
		['stopped', ''],
		['failed', 'Aborted: User requested stop'],
		['failed', 'Stopped by user.'],
	])('takes a run that is %s with %j for an answer that was stopped', (status, error) => {
		const answer = chatflow(...t.flow, t.finished(status, { answer: 'Not said' }, error));
		expect(answer.state).toBe('grace');
		expect(answer.result().answer).toBe('Hi: Ja');
		expect(answer.extras()).toMatchObject({ status });
	});

	it.each([
		['message_end', t.finished('stopped', {}, 'Stopped by user.'), t.messageEnd([])],
		['error', t.finished('stopped', {}), t.failure('invalid_param', 'Run failed: ')],
		[
			'error',
			t.finished('failed', {}, 'Aborted: User requested stop'),
			t.failure('invalid_param', 'Run failed: Aborted'),
		],
	])('is done when %s follows a stop', (_, stopped, next) => {
		const answer = chatflow(...t.flow, stopped, next);
		expect(answer.state).toBe('done');
		expect(answer.result().answer).toBe('Hi: Ja');
	});

	it.each([
		['boom', 'Run failed: boom'],
		['Aborted: Maximum execution time exceeded', 'Run failed: Aborted: Maximum execution time exceeded'],
		[`req_id: 3af80eff75 PluginInvokeError: ${modelError}`, 'Run failed: upstream said no'],
	])('throws for a run that failed with %s', (reason, message) => {
		const error = errorOf(chatflowAnswer('advanced-chat'), [...t.flow, t.finished('failed', {}, reason)]);
		expect(error).toMatchObject({ code: 'invalid_param', status: 400, message });
		expect(error.partial).toEqual({ answer: 'Hi: Ja', ...t.runIds });
	});

	it('throws for a run that failed although message_end came', () => {
		const events = [...t.flow, t.messageEnd([]), t.finished('failed', {}, 'boom')];
		expect(errorOf(chatflowAnswer('advanced-chat'), events).message).toBe('Run failed: boom');
	});

	it('throws for an error after a run that succeeded', () => {
		const events = [...t.flow, t.succeeded, t.failure('internal_server_error', 'broken')];
		expect(errorOf(chatflowAnswer('advanced-chat'), events).code).toBe('internal_server_error');
	});

	it('takes a launch error, which has no code, for the refused request it is', () => {
		const error = errorOf(chatflowAnswer('advanced-chat'), [t.launchError]);
		expect(error).toMatchObject({ code: 'invalid_param', status: 400, message: t.launchError.message });
		expect(error.partial).toEqual({ answer: '' });
	});

	it('gives a pause in the shape of blocking mode', () => {
		const answer = chatflow(...t.pausedFlow);
		expect(answer.state).toBe('done');
		const metadata = { annotation_reply: null, retriever_resources: [], usage: null };
		const shared = {
			conversation_id: 'c1',
			message_id: 'm1',
			workflow_run_id: 'r1',
			answer: 'First',
			metadata,
			created_at,
		};
		const numbers = { status: 'paused', elapsed_time: 0.4, total_tokens: 0, total_steps: 2 };
		expectSame(answer.result(), {
			...result('First', metadata),
			event: 'workflow_paused',
			workflow_run_id: 'r1',
			data: { id: 'm1', mode: 'advanced-chat', ...shared, paused_nodes: ['h1'], reasons: t.reasons, ...numbers },
		});
	});

	it('ignores events of another run', () => {
		const other = { ...t.finished('failed', {}, 'boom'), workflow_run_id: 'r2' };
		expect(chatflow(...t.flow, other).state).toBe('open');
		expect(chatflow(...t.flow, { ...t.delta('no'), message_id: 'm2' }).partial()).toEqual({
			answer: 'Hi: Ja',
			...t.runIds,
		});
	});

	it('gives the files of message_end, else those of the run', () => {
		const run = t.finished('succeeded', { answer: 'Hi: Ja' });
		const withFiles = { ...run, data: { ...(run.data as object), files: [{ related_id: 'run' }] } };
		expect(chatflow(...t.flow, withFiles).extras()).toMatchObject({ files: [{ related_id: 'run' }] });
		const both = chatflow(...t.flow, t.messageEnd([{ related_id: 'end' }]), withFiles);
		expect(both.extras()).toMatchObject({ files: [{ related_id: 'end' }] });
	});
});
