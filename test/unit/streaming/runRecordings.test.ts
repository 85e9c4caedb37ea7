import { readableMessage } from '../../../src/transport/error';
import { COUNTS, DIFFERENT, JOINED } from './recordedRuns';
import { differences, eventsOf, knownOf, outcome, recordings, versions, type Json, type Recording } from './recordings';

const RUNS = ['POST /workflows/run', 'POST /workflows/{workflow_id}/run'];
const DRAFTS = 'POST /datasets/{dataset_id}/pipeline/run';
const EVENTS = 'GET /workflow/{workflow_run_id}/events';
const DETAIL = 'GET /workflows/run/{workflow_run_id}';
const TERMINAL = ['workflow_finished', 'workflow_paused', 'error'];

type Outcome = Awaited<ReturnType<typeof outcome>>;

/** What makes two requests the same question, in whichever journey. */
function task({ route, app, request }: Recording): string {
	const body = { ...request.json, response_mode: undefined, user: undefined };
	return JSON.stringify([route === DRAFTS, app, body]);
}

/** Each failed model call has an id of its own. */
function withoutRequestIds(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value).replace(/req_id: \w+/g, 'req_id'));
}

/** The end of a recorded stream: its last marker, as one that goes on after a pause has several. */
function ending(recording: Recording) {
	const last = eventsOf(recording).findLast(({ event }) => TERMINAL.includes(event));
	return { name: last?.event ?? 'nothing', data: (last?.data ?? {}) as Json, message: last?.message };
}

function tally(outcomes: Outcome[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { recording, error } of outcomes) {
		const { name, data } = ending(recording);
		const end = error?.code === 'connection_lost' ? 'lost' : name === 'error' ? 'error' : String(data.status);
		counts[end] = (counts[end] ?? 0) + 1;
	}
	return counts;
}

function stopped({ recording }: Outcome): boolean {
	return /^(?:Stopped by|Aborted)/.test(String(ending(recording).data.error));
}

/** Links are signed anew each time. */
function withoutSignatures(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value).replace(/\?timestamp=[^"]*/g, ''));
}

/** What run and run detail both know. */
function told(status: unknown, outputs: unknown): unknown {
	const values = typeof outputs === 'string' ? (JSON.parse(outputs) as unknown) : outputs;
	return withoutSignatures({ status, outputs: values });
}

function toldBy({ answer }: Outcome): unknown {
	const { data, answer: text } = answer.result() as { data?: Json; answer?: string };
	return data ? told(data.status, data.outputs) : told(answer.extras().status, { answer: text });
}

function toldIn({ app, body }: Recording): unknown {
	if (!app.startsWith('chatflow')) return told(body.status, body.outputs);
	const { answer = '' } = body.outputs as Json;
	return told(body.status, { answer });
}

function runOf({ answer }: Outcome): unknown {
	return answer.partial().workflow_run_id;
}

/** The run, and where it stands: at its end or at one of its pauses. */
function pointOf(each: Outcome): string {
	const { status, forms = [] } = each.answer.extras();
	return JSON.stringify([runOf(each), status, (forms as Json[]).map(({ form_token }) => form_token)]);
}

function resultOf({ answer }: Outcome): unknown {
	return withoutSignatures(answer.result());
}

function expectEnd({ recording, answer, error }: Outcome): void {
	const { name, data, message } = ending(recording);
	const { id } = recording;
	if (error?.code === 'connection_lost') {
		expect([id, name, error.partial]).toEqual([id, 'nothing', answer.partial()]);
	} else if (name === 'error') {
		const { code, status } = error ?? {};
		expect({ id, code, status, message: error?.message }).toEqual({ id, code: 'invalid_param', status: 400, message });
	} else {
		expect([id, error, answer.extras().status]).toEqual([id, undefined, data.status]);
	}
}

if (!versions.length) {
	describe.skip('recorded runs (the recordings are not beside this clone)', () => it('are compared', () => undefined));
} else {
	const used = new Set<string>();

	describe.each(versions)('recorded runs of %s', (version) => {
		const all = recordings(version, ...RUNS, DRAFTS, EVENTS, DETAIL);
		const counts = COUNTS[version];
		let runs: Outcome[] = [];
		let events: Outcome[] = [];

		const pairsOf = (outcomes: Outcome[], status: number) =>
			outcomes.flatMap((each) => {
				const blocking = all.filter((other) => !other.sse && other.status === status);
				const same = blocking.filter((other) => task(other) === task(each.recording));
				return same.map((other) => ({ ...each, blocking: other }));
			});

		beforeAll(async () => {
			const streams = await Promise.all(all.filter(({ sse }) => sse).map(outcome));
			runs = streams.filter(({ recording }) => recording.route !== EVENTS);
			events = streams.filter(({ recording }) => recording.route === EVENTS);
		});

		it('end as recorded', () => {
			[...runs, ...events].forEach(expectEnd);
			expect(tally(runs)).toEqual(counts.runs);
			expect(tally(events)).toEqual(counts.events);
		});

		it('give the answers of blocking mode', () => {
			const pairs = pairsOf(runs.filter((each) => !each.error && !stopped(each)), 200);
			for (const { recording, answer, blocking } of pairs) {
				const known = knownOf(DIFFERENT, recording);
				known.forEach(({ reason }) => used.add(reason));
				const found = differences(withoutRequestIds(answer.result()), withoutRequestIds(blocking.body));
				const expected = known.flatMap(({ paths }) => paths);
				expect([recording.id, blocking.id, ...found.sort()]).toEqual([recording.id, blocking.id, ...expected.sort()]);
			}
			expect(pairs.length).toBe(counts.pairs[0]);
		});

		it('give the errors of blocking mode', () => {
			const pairs = pairsOf(runs.filter(({ error }) => error && error.code !== 'connection_lost'), 400);
			for (const { recording, error, blocking } of pairs) {
				const { code, status, message } = blocking.body;
				const thrown = { id: recording.id, code: error?.code, status: error?.status, message: error?.message };
				expect(thrown).toEqual({ id: recording.id, code, status, message: readableMessage(String(message)) });
			}
			expect(pairs.length).toBe(counts.pairs[1]);
		});

		it('give the same to those who join later', async () => {
			const chats = recordings(version, 'POST /chat-messages').filter(({ sse }) => sse);
			const answered = [...runs, ...(await Promise.all(chats.map(outcome))), ...events].filter(({ error }) => !error);
			const pairs = events.flatMap((each) => {
				const before = answered.slice(0, Math.max(0, answered.indexOf(each)));
				return before.filter((other) => pointOf(other) === pointOf(each)).map((other) => ({ ...each, other }));
			});
			const otherwise = JOINED.map(() => 0);
			for (const { other, ...each } of pairs) {
				const found = differences(resultOf(each), resultOf(other)).map((at) => at.trim());
				const known = JOINED.findIndex(({ paths }) => paths.join() === found.join());
				expect([each.recording.id, other.recording.id, ...(known < 0 ? found : [])]).toHaveLength(2);
				if (known >= 0) otherwise[known] += 1;
			}
			expect([pairs.length, ...otherwise]).toEqual(counts.joined);
		});

		it('give what Dify stored', () => {
			const details = all.filter(({ route, status }) => route === DETAIL && status === 200);
			const stored = new Map(details.map((detail) => [detail.body.id, detail]));
			const ended = [...runs, ...events].filter(({ answer, error }) => !error && answer.extras().status !== 'paused');
			const found = ended.filter((each) => stored.has(runOf(each)));
			const otherwise = found.flatMap((each) => {
				const detail = stored.get(runOf(each));
				const paths = detail ? differences(toldBy(each), toldIn(detail)) : [];
				return paths.length ? [`${each.recording.id}: ${paths.join(' ')}`] : [];
			});
			expect([found.length, ...otherwise]).toEqual(counts.stored);
		});
	});

	it('know of no difference that is not there', () => {
		expect(DIFFERENT.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
	});
}
