import { readableMessage } from '../../../src/transport/error';
import { COUNTS, DIFFERENT } from './recordedMessages';
import {
	differences,
	eventsOf,
	knownOf,
	outcome,
	promptOf,
	question,
	recordings,
	versions,
	type Json,
	type Recording,
} from './recordings';

/** What only blocking mode refuses. */
const REFUSED = /does not support blocking mode|Input should be a valid string/;

/** The upstream of these fails in the middle of a stream, and otherwise at once. */
const FAILS_OTHERWISE = /MAGIC_MID/;

const CASES = versions.flatMap((version) => Object.keys(COUNTS).map((route) => [version, route] as const));

const TERMINAL = ['message_end', 'workflow_finished', 'workflow_paused', 'error'];

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

	describe.each(CASES)('recorded streams of %s %s', (version, route) => {
		const all = recordings(version, route);
		const counts = COUNTS[route][version];
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
			expect([answered.length, failed.length, lost.length]).toEqual(counts.streams);
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
				const known = knownOf(DIFFERENT, recording);
				known.forEach(({ reason }) => used.add(reason));
				const found = differences(answer.result(), plainPrices(blocking));
				const expected = known.flatMap(({ paths }) => paths);
				expect([recording.id, blocking.id, ...found.sort()]).toEqual([recording.id, blocking.id, ...expected.sort()]);
			}
			expect(answered.filter(({ blocking }) => blocking.status === 200).length).toBe(counts.pairs[0]);
		});

		it('give the errors of blocking mode', () => {
			const failed = pairs().filter(({ error }) => error);
			for (const { recording, error, blocking } of failed) {
				const { code, status, message } = blocking.body;
				const otherwise = /^(?:chat_min|completion)$/.test(recording.app) && FAILS_OTHERWISE.test(promptOf(recording));
				const words = otherwise ? expect.any(String) : readableMessage(String(message));
				const thrown = { id: recording.id, code: error?.code, status: error?.status, message: error?.message };
				expect(thrown).toEqual({ id: recording.id, code, status, message: words });
			}
			expect(failed.length).toBe(counts.pairs[1]);
		});

		it('give what Dify stored', () => {
			const rows = recordings(version, 'GET /messages').flatMap(({ body }) => (body.data ?? []) as Json[]);
			const stored = new Map(rows.map((row) => [row.id, row]));
			const found = outcomes.filter(({ answer, error }) => !error && stored.has(answer.partial().message_id));
			const otherwise = found.filter(({ recording, answer }) => {
				const row = stored.get(answer.partial().message_id) ?? {};
				const thoughts = (answer.extras(['agentThoughts']).agentThoughts ?? []) as Json[];
				if (thoughts.length)
					expect([recording.id, told(thoughts)]).toEqual([recording.id, told(row.agent_thoughts as Json[])]);
				return row.answer !== answer.result().answer;
			});
			expect([found.length, ...otherwise.map(({ recording }) => recording.id)]).toEqual(counts.stored);
		});
	});

	it('know of no difference that is not there', () => {
		expect(DIFFERENT.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
	});
}
