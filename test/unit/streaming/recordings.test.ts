import { collect } from '../../../src/streaming/collect';
import { DifyError, readableMessage } from '../../../src/transport/error';
import {
	answerFor,
	bodyOf,
	differences,
	eventsOf,
	question,
	recordings,
	versions,
	type Json,
	type Recording,
} from './recordings';

/** Where a stream truly says something else than blocking mode does. */
const DIFFERENT: Array<{ reason: string; versions: RegExp; app: RegExp; query: RegExp; paths: string[] }> = [
	{
		reason: 'chat apps call the model without streaming in blocking mode, where the plugin strips <think>',
		versions: /^(?!0\.15)/,
		app: /^chat(?:_min)?$/,
		query: /MAGIC_THINK/,
		paths: ['answer'],
	},
	{
		reason: 'the same, with reasoning that old plugins put into <details>',
		versions: /^0\.15/,
		app: /^chat(?:_min)?$/,
		query: /MAGIC_REASON/,
		paths: ['answer'],
	},
	{
		reason: '1.14.2 keeps <think> in the blocking answer, not in the outputs',
		versions: /^1\.14\.2/,
		app: /^chatflow_separated$/,
		query: /MAGIC_THINK/,
		paths: ['answer'],
	},
	{ reason: 'a link to a file of this run', versions: /./, app: /^chatflow_file$/, query: /./, paths: ['answer'] },
	{ reason: 'tells the time', versions: /./, app: /^chatflow_agentnode$/, query: /./, paths: ['answer'] },
	{
		reason: 'streams that output moderation stops count no tokens, 0.15.3 estimates them',
		versions: /./,
		app: /^chat_moderated$/,
		query: /MAGIC_LONG/,
		paths: ['prompt_tokens', 'completion_tokens', 'total_tokens'].map((key) => `metadata.usage.${key}`),
	},
	{
		reason: 'the same: their price of nothing is printed with decimals',
		versions: /^(?!0\.15)/,
		app: /^chat_moderated$/,
		query: /MAGIC_LONG/,
		paths: ['prompt_price', 'completion_price', 'total_price'].map((key) => `metadata.usage.${key}`),
	},
	{
		reason: 'a moderated chatflow stream has no message_end',
		versions: /./,
		app: /^chatflow_moderated$/,
		query: /MAGIC_LONG/,
		paths: ['metadata (keys)', ...['annotation_reply', 'retriever_resources', 'usage'].map((key) => `metadata.${key}`)],
	},
];

/** What only blocking mode refuses. */
const REFUSED = /does not support blocking mode|Input should be a valid string/;

/** The upstream of these fails in the middle of a stream, and otherwise at once. */
const FAILS_OTHERWISE = /MAGIC_MID/;

interface Count {
	/** Streams that give an answer, an error, or end too early: the client left, or the run never started. */
	streams: [answers: number, errors: number, lost: number];
	/** Those with the same question in blocking mode. */
	pairs: [answers: number, errors: number];
	/** Those whose message was read later, and which of them Dify stored otherwise. */
	stored: [number, ...string[]];
}

/** So that no stream is left out unseen. */
const COUNTS: Record<string, Count> = {
	'0.15.3': { streams: [51, 19, 4], pairs: [25, 13], stored: [9] },
	'1.4.3': { streams: [51, 19, 4], pairs: [23, 13], stored: [9] },
	// stop-019: Dify stores no text for a run that was aborted.
	'1.10.1': { streams: [50, 19, 4], pairs: [22, 13], stored: [9, 'stop-019'] },
	'1.13.0': { streams: [49, 19, 37], pairs: [9, 6], stored: [9, 'stop-019'] },
	// human-057: went on after its pause. think-001: stored with its <think>.
	'1.14.2': { streams: [74, 22, 20], pairs: [36, 13], stored: [17, 'human-057', 'stop-019', 'think-001'] },
	'main-2026-06': { streams: [58, 25, 5], pairs: [30, 14], stored: [10, 'stop-014', 'stop-019'] },
};

const TERMINAL = ['message_end', 'workflow_finished', 'workflow_paused', 'error'];

async function outcome(recording: Recording) {
	const answer = answerFor(recording);
	const error: unknown = await collect(bodyOf(recording), answer, { graceMs: 50 }).catch((caught: unknown) => caught);
	return { recording, answer, error: error instanceof DifyError ? error : undefined };
}

function textOf(recording: Recording): string {
	const said = eventsOf(recording).filter(({ event }) => event === 'message' || event === 'agent_message');
	return said.map(({ answer }) => String(answer)).join('');
}

/** The error that a recorded stream ends in, as Dify says it. */
function recordedError(recording: Recording) {
	const events = eventsOf(recording);
	const error = events.find(({ event }) => event === 'error');
	if (error)
		return { code: error.code ?? 'invalid_param', status: 400, message: readableMessage(String(error.message)) };
	const data = events.find(({ event }) => event === 'workflow_finished')?.data;
	const message = readableMessage(`Run failed: ${(data as { error: string }).error}`);
	return { code: 'invalid_param', status: 400, message };
}

function differing({ version, app, request }: Recording) {
	const query = String(request.json?.query);
	return DIFFERENT.filter((each) => each.versions.test(version) && each.app.test(app) && each.query.test(query));
}

/** What stream and storage both know of an agent's thoughts. */
function told(thoughts: Json[]): unknown[] {
	return thoughts.map(({ id, position, thought, observation, tool, tool_input }) => {
		return { id, position, thought, observation, tool, tool_input };
	});
}

/** 0.15.3 prints exponents in blocking mode too. */
function plainPrices({ version, body }: Recording): unknown {
	const text = JSON.stringify(body);
	return JSON.parse(version === '0.15.3' ? text.replaceAll('"0E-7"', '"0.0000000"') : text);
}

if (!versions.length) {
	describe.skip('recorded streams (the recordings are not beside this clone)', () =>
		it('are compared', () => undefined));
} else {
	const used = new Set<string>();

	describe.each(versions)('recorded streams of %s', (version) => {
		const all = recordings(version, 'POST /chat-messages');
		let outcomes: Array<Awaited<ReturnType<typeof outcome>>> = [];

		const pairs = () =>
			outcomes.flatMap((each) => {
				const same = (other: Recording) => !other.sse && question(other) === question(each.recording);
				const blocking = all.filter((other) => same(other) && other.request.json?.response_mode !== 'streaming');
				return each.error?.code === 'connection_lost' ? [] : blocking.map((other) => ({ ...each, blocking: other }));
			});

		beforeAll(async () => {
			outcomes = await Promise.all(all.filter(({ sse }) => sse).map(outcome));
		});

		it('end as recorded', () => {
			const lost = outcomes.filter(({ error }) => error?.code === 'connection_lost');
			const failed = outcomes.filter(({ error }) => error && error.code !== 'connection_lost');
			const answered = outcomes.filter(({ error }) => !error);
			expect([answered.length, failed.length, lost.length]).toEqual(COUNTS[version].streams);
			for (const { recording, answer, error } of lost) {
				expect(eventsOf(recording).filter(({ event }) => TERMINAL.includes(event))).toEqual([]);
				expect([recording.id, error?.partial]).toEqual([recording.id, answer.partial()]);
				expect([recording.id, answer.partial().answer]).toEqual([recording.id, textOf(recording)]);
			}
			for (const { recording, error } of failed) {
				const { code, status, message } = error ?? {};
				expect({ id: recording.id, code, status, message }).toEqual({ id: recording.id, ...recordedError(recording) });
				expect(error?.partial?.answer).toBe(textOf(recording));
			}
		});

		it('give the answers of blocking mode', () => {
			const answered = pairs().filter(({ error }) => !error);
			for (const { recording, answer, blocking } of answered) {
				if (blocking.status !== 200) {
					expect(String(blocking.body.message)).toMatch(REFUSED);
					continue;
				}
				const known = differing(recording);
				known.forEach(({ reason }) => used.add(reason));
				const found = differences(answer.result(), plainPrices(blocking));
				const expected = known.flatMap(({ paths }) => paths);
				expect([recording.id, blocking.id, ...found.sort()]).toEqual([recording.id, blocking.id, ...expected.sort()]);
			}
			expect(answered.filter(({ blocking }) => blocking.status === 200).length).toBe(COUNTS[version].pairs[0]);
		});

		it('give the errors of blocking mode', () => {
			const failed = pairs().filter(({ error }) => error);
			for (const { recording, error, blocking } of failed) {
				const { code, status, message } = blocking.body;
				const otherwise = recording.app === 'chat_min' && FAILS_OTHERWISE.test(String(recording.request.json?.query));
				const words = otherwise ? expect.any(String) : readableMessage(String(message));
				const thrown = { id: recording.id, code: error?.code, status: error?.status, message: error?.message };
				expect(thrown).toEqual({ id: recording.id, code, status, message: words });
			}
			expect(failed.length).toBe(COUNTS[version].pairs[1]);
		});

		it('give what Dify stored', () => {
			const rows = recordings(version, 'GET /messages').flatMap(({ body }) => (body.data ?? []) as Json[]);
			const stored = new Map(rows.map((row) => [row.id, row]));
			const found = outcomes.filter(({ answer, error }) => !error && stored.has(answer.partial().message_id));
			const otherwise = found.filter(({ recording, answer }) => {
				const row = stored.get(answer.partial().message_id) ?? {};
				const thoughts = (answer.extras().agentThoughts ?? []) as Json[];
				if (thoughts.length)
					expect([recording.id, told(thoughts)]).toEqual([recording.id, told(row.agent_thoughts as Json[])]);
				return row.answer !== answer.result().answer;
			});
			expect([found.length, ...otherwise.map(({ recording }) => recording.id)]).toEqual(COUNTS[version].stored);
		});
	});

	it('know of no difference that is not there', () => {
		expect(DIFFERENT.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
	});
}
