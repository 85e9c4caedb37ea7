import { borders, countAt, dataIn, endingAfter, endingWith, flawsOf, type Maker } from './cutting';
import { streams } from './goldens';

/** Streams begin alike: nothing is cut there twice. */
const done = new Set<string>();

describe.each(streams())('the stream $name', ({ text, kind, options }) => {
	const bytes = Buffer.from(text);
	const maker: Maker = (more) => kind('chat', { ...options, ...more });
	const events = dataIn(text);
	const ends = borders(text);

	it('says the same in pieces of every size', async () => {
		const whole = await endingAfter(bytes, maker);
		expect(whole).toBe(endingWith(events, maker));
		const otherwise: number[] = [];
		for (let size = 1; size <= 64; size++) if ((await endingAfter(bytes, maker, size)) !== whole) otherwise.push(size);
		expect(otherwise).toEqual([]);
	});

	it('ends, cut at any byte, as its events up to there say', async () => {
		const expected = [...ends, 0].map((_, count) => endingWith(events.slice(0, count), maker));
		const otherwise: number[] = [];
		for (let cut = 0; cut <= bytes.length; cut++) {
			const part = bytes.subarray(0, cut);
			const known = `${kind.name}${JSON.stringify(options)}${part.toString('latin1')}`;
			if (done.has(known)) continue;
			done.add(known);
			if ((await endingAfter(part, maker)) !== expected[countAt(ends, cut)]) otherwise.push(cut);
		}
		expect(otherwise).toEqual([]);
		expect(flawsOf(events, maker)).toEqual([]);
	});
});
