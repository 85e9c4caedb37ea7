import type { Answer } from '../../../src/streaming/answers';
import type { DifyEvent } from '../../../src/streaming/events';
import { pushed } from './pushing';
import { answerFor, eventsOf, recordings, versions, type Json, type Recording } from './recordings';

const EVENTS = 'GET /workflow/{workflow_run_id}/events';
const STARTED = ['POST /chat-messages', 'POST /workflows/run', 'POST /workflows/{workflow_id}/run'];

interface Pair {
	first: Recording;
	later: Recording;
}

/** Streams and those that follow the same run to its end; so that none is left out unseen. */
const COUNTS: Record<string, number> = { '1.14.2': 84, 'main-2026-06': 57 };

const WAITING = { continueOnPause: true, include: ['nodeTrace'], clock: () => 0 } as const;

function runOf(recording: Recording): unknown {
	return eventsOf(recording).find(({ workflow_run_id }) => workflow_run_id)?.workflow_run_id;
}

function pairsOf(version: string): Pair[] {
	const all = recordings(version, ...STARTED, EVENTS).filter(({ sse }) => sse);
	return all.flatMap((first, at) => {
		const later = all.slice(at + 1).filter((other) => other.route === EVENTS && runOf(other) === runOf(first));
		return later.filter((other) => runOf(first) && endsRun(other)).map((other) => ({ first, later: other }));
	});
}

function endsRun(recording: Recording): boolean {
	return eventsOf(recording).some(({ event }) => event === 'workflow_finished');
}

/** What is known of the run in the end, whoever watched it. A stopped chatflow has said what its watcher heard. */
function told(answer: Answer, heard: string): string {
	const { answer: text, data } = answer.result() as { answer?: string; data?: Json };
	const { status } = answer.extras([]);
	const said = status === 'succeeded' || !heard ? text : heard;
	return JSON.stringify([answer.state === 'open', status, data ? data.outputs : said]);
}

function executions(events: DifyEvent[]): unknown[] {
	const nodes = events.filter(({ event }) => event.startsWith('node_')).map(({ data }) => (data as Json).id);
	return [...new Set(nodes)];
}

/** What is wrong with a run whose first stream is left after so many events for a later one. */
function flawsOf({ first, later }: Pair, count: number): string[] {
	const begun = eventsOf(first).slice(0, count);
	const answer = pushed(answerFor(first, WAITING), begun);
	const { text, state } = answer;
	if (state === 'done' || state === 'grace') return [];
	pushed(answer, eventsOf(later));
	const alone = pushed(answerFor(later, WAITING), eventsOf(later));
	const nodes = answer.extras().nodeTrace as Json[] | undefined;
	const flaws = [];
	if (told(answer, '') !== told(alone, text)) flaws.push('says something else');
	if (text && !answer.text) flaws.push('has lost its text');
	if ((nodes ?? []).length !== executions([...begun, ...eventsOf(later)]).length) flaws.push('tells nodes twice');
	if (Object.keys(alone.ids).some((key) => !(key in answer.ids))) flaws.push('has lost ids');
	return flaws.map((flaw) => `${first.id} after ${count}, ${later.id}: ${flaw}`);
}

if (!versions.length) {
	describe.skip('recorded runs, rejoined (the recordings are not beside this clone)', () =>
		it('end as they did', () => undefined));
} else {
	describe.each(Object.keys(COUNTS))('recorded runs of %s, rejoined', (version) => {
		it('after any event end as those say who came later', () => {
			const pairs = pairsOf(version);
			const flaws = pairs.flatMap((pair) => [...eventsOf(pair.first), 0].flatMap((_, count) => flawsOf(pair, count)));
			expect([pairs.length, ...flaws]).toEqual([COUNTS[version]]);
		});
	});
}
