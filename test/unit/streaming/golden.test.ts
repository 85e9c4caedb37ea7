import {
	chatAnswer,
	chatflowAnswer,
	completionAnswer,
	workflowAnswer,
	type Answer,
} from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import { alsoWorkflow, begunOf, hasContract, transcripts } from './goldens';

type Json = Record<string, unknown>;

async function told(answer: Answer, ...parts: string[]): Promise<Json> {
	const body = (async function* () {
		for (const part of parts) yield Buffer.from(part);
	})();
	const error: unknown = await collect(body, answer, { graceMs: 20 }).catch((caught: unknown) => caught);
	if (error) return { error };
	return { result: answer.result(), extras: answer.extras(['agentThoughts']) };
}

const chat = () => chatAnswer('chat');
const chatflow = () => chatflowAnswer('advanced-chat');
const workflow = () => workflowAnswer('workflow');

if (!hasContract) {
	describe.skip('golden transcripts (the contract is not beside this clone)', () => it('are read', () => undefined));
} else {
	const [chatted, whole, agent, moderated, disguised, worked, workedWhole, launch, flow, endings, direct, ...more] =
		transcripts();
	const [paused, resumed, snapshot] = more;
	const begun = begunOf(flow[0]);

	describe('golden transcripts', () => {
		it('of a chat and a completion', async () => {
			const { metadata, ...expected } = JSON.parse(whole[0]) as Json;
			const { result } = (await told(chat(), ...chatted)) as { result: Json };
			expect(JSON.stringify({ ...result, metadata: undefined })).toBe(JSON.stringify(expected));
			expect(Object.keys(result.metadata as Json)).toEqual(Object.keys(metadata as Json));
			const alone = chatted[0].replaceAll('"conversation_id":"c1",', '');
			const completed = { ...expected, mode: 'completion', conversation_id: undefined };
			const { result: completion } = (await told(completionAnswer('completion'), alone)) as { result: Json };
			expect(JSON.stringify({ ...completion, metadata: undefined })).toBe(JSON.stringify(completed));
		});

		it('of an agent, and of text disguised as files', async () => {
			const thoughts = [{ tool: 'search' }, { thought: 'Found it.' }];
			const expected = { result: { answer: 'Found it.' }, extras: { agentThoughts: thoughts } };
			expect(await told(chat(), ...agent)).toMatchObject(expected);
			const end = chatted[0].slice(chatted[0].indexOf('data: {"event":"message_end"'));
			const { extras, result } = await told(chat(), ...disguised, end);
			expect(result).toMatchObject({ answer: 'Here is the picture' });
			expect(extras).toMatchObject({ files: [{ url: 'https://files.example/f1.png' }] });
		});

		it('of moderation and of a failing model', async () => {
			const partial = (answer: string) => ({ answer, conversation_id: 'c1', message_id: 'm1', task_id: 't1' });
			const lost = { code: 'connection_lost', partial: partial('[removed]') };
			expect((await told(chat(), moderated[0])).error).toMatchObject(lost);
			const failed = { code: 'invalid_param', message: 'upstream said no', partial: partial('Echo') };
			expect((await told(chat(), moderated[1])).error).toMatchObject(failed);
		});

		it('of a workflow', async () => {
			const { result } = await told(workflow(), ...worked);
			expect(JSON.stringify(result)).toBe(JSON.stringify(JSON.parse(workedWhole[0])));
		});

		it.each([chatflow, workflow])('of a run that does not start', async (kind) => {
			const refused = { code: 'invalid_param', status: 400, message: 'city is required in input form' };
			expect((await told(kind(), ...launch)).error).toMatchObject(refused);
		});

		it('of a chatflow, and of one that does not run', async () => {
			const extras = { status: 'succeeded', workflow_run_id: 'r1' };
			expect(await told(chatflow(), ...flow)).toMatchObject({ result: { answer: 'Hi: Ja' }, extras });
			expect(await told(chatflow(), ...direct)).toMatchObject({ result: { answer: 'Input blocked.' }, extras: {} });
		});

		it('of a failure, a stop and output moderation', async () => {
			const [failed, stopped, blocked] = endings;
			expect((await told(chatflow(), begun, failed)).error).toMatchObject({ message: 'Run failed: boom' });
			const stop = { status: 'failed', error: 'Aborted: User requested stop' };
			const answer = 'Hi: Jaslow08';
			expect(await told(chatflow(), begun, stopped)).toMatchObject({ result: { answer }, extras: stop });
			expect(await told(chatflow(), begun, blocked)).toMatchObject({ result: { answer: 'Output blocked.' } });
			const work = (part: string) => told(workflow(), alsoWorkflow(part));
			expect(await work(failed)).toMatchObject({ result: { data: { status: 'failed', error: 'boom' } } });
			expect(await work(stopped)).toMatchObject({ result: { data: stop } });
		});

		it('of a pause, its end and what is read after it', async () => {
			const forms = [{ form_token: 'ft1', node_title: 'Approve', actions: [{ id: 'ok' }] }];
			const waiting = { result: { answer: 'Hi: Ja' }, extras: { forms } };
			expect(await told(chatflow(), begun, ...paused)).toMatchObject(waiting);
			expect(await told(workflow(), alsoWorkflow(paused[0]))).toMatchObject({ extras: { status: 'paused', forms } });
			const on = chatflowAnswer('advanced-chat', { continueOnPause: true });
			const rest = flow[0].slice(begun.length);
			const done = { result: { answer: 'Hi: Ja', task_id: 't1' }, extras: { status: 'succeeded' } };
			expect(await told(on, begun, paused[0], resumed[0], rest)).toMatchObject(done);
			expect(await told(chatflow(), resumed[1])).toMatchObject({ result: { answer: 'Héllo', task_id: 'r1' } });
		});

		it('of a snapshot', async () => {
			const rest = flow[0].slice(begun.length);
			const result = { answer: 'Hi: Ja', message_id: 'm1' };
			expect(await told(chatflow(), ...snapshot, rest)).toMatchObject({ result });
		});
	});
}
