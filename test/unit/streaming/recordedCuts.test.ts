import { arrivals, borders, countAt, dataIn, endingAfter, endingWith, flawsOf, isRetold, type Maker } from './cutting';
import { answerFor, recordings, versions, type Recording } from './recordings';

const EVENTS = 'GET /workflow/{workflow_run_id}/events';
const ROUTES = [
	'POST /chat-messages',
	'POST /completion-messages',
	'POST /workflows/run',
	'POST /workflows/{workflow_id}/run',
	'POST /datasets/{dataset_id}/pipeline/run',
	EVENTS,
];

/** These come byte by byte; longer ones in pieces of 1 to 64 bytes, each of another size. */
const SHORT = 4 * 1024;

type Prepared = ReturnType<typeof prepared>;

/** So that no stream is left out unseen. */
const COUNTS: Record<string, number> = {
	'0.15.3': 116,
	'1.4.3': 116,
	'1.10.1': 116,
	'1.13.0': 149,
	'1.14.2': 240,
	'main-2026-06': 176,
};

/** Whose result is not what their deltas said: the thoughts are taken out, or a link is signed anew (misc-018). */
const RETOLD: Record<string, string[]> = { '1.14.2': ['misc-010', 'misc-018', 'think-001'], 'main-2026-06': ['misc-018'] };

/** Where a stream is cut to see what truly comes of it: around the end of an event, and somewhere; always the same. */
function cutsOf(ends: number[], length: number, seed: number): number[] {
	const end = ends[seed % ends.length] ?? 0;
	const cuts = [end - 2, end - 1, end, (seed * 7919) % length];
	return [Math.max(0, cuts[seed % 3]), cuts[3]];
}

if (!versions.length) {
	describe.skip('recorded streams, cut (the recordings are not beside this clone)', () =>
		it('end honestly', () => undefined));
} else {
	describe.each(versions)('recorded streams of %s, cut', (version) => {
		const all: Prepared[] = [];

		beforeAll(() => {
			const streamed = recordings(version, ...ROUTES).filter(({ sse }) => sse);
			for (const recording of streamed) all.push(prepared(recording));
		});

		it('come with their bytes, whatever the size of the pieces', async () => {
			const otherwise: string[] = [];
			for (const [index, { id, text, bytes, ends }] of all.entries()) {
				const size = bytes.length <= SHORT ? 1 : (index % 64) + 1;
				const { events, at } = await arrivals(bytes, size);
				const due = ends.map((end) => Math.min(bytes.length, Math.ceil(end / size) * size));
				const isSame = at.join() === due.join() && JSON.stringify(events) === JSON.stringify(dataIn(text));
				if (!isSame) otherwise.push(id);
			}
			expect([all.length, ...otherwise]).toEqual([COUNTS[version]]);
		});

		it('end as their events up to there say', async () => {
			const otherwise: string[] = [];
			for (const [index, { id, maker, text, bytes, ends }] of all.entries()) {
				const events = dataIn(text);
				for (const cut of cutsOf(ends, bytes.length, index)) {
					const ending = await endingAfter(bytes.subarray(0, cut), maker, 1024);
					if (ending !== endingWith(events.slice(0, countAt(ends, cut)), maker)) otherwise.push(`${id} at ${cut}`);
				}
			}
			expect(otherwise).toEqual([]);
		});

		it('only grow until they end, to the text of the result', () => {
			const flaws = all.flatMap(({ id, maker, text }) => flawsOf(dataIn(text), maker).map((flaw) => `${id} ${flaw}`));
			expect(flaws).toEqual([]);
			const followed = all.filter(({ route }) => route !== EVENTS);
			const retold = followed.filter(({ maker, text }) => isRetold(dataIn(text), maker));
			expect(retold.map(({ id }) => id)).toEqual(RETOLD[version] ?? []);
		});
	});
}

function prepared(recording: Recording) {
	const text = (recording.sse ?? []).map(({ raw }) => raw).join('');
	const maker: Maker = (options) => answerFor(recording, options);
	return { id: recording.id, route: recording.route, maker, text, bytes: Buffer.from(text), ends: borders(text) };
}
