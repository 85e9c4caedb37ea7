/** Does something so many times, so many at once. */
export type Contender = (count: number, inFlight: number) => Promise<unknown>;

const ROUNDS = 5;

/**
 * Times a second of each contender: the best of several rounds in which they take turns, so that what else the machine
 * does befalls all of them. One round more, before, warms them up.
 */
export async function ratesOf<Name extends string>(
	contenders: Record<Name, { count: number; run: Contender }>,
	inFlight: number,
): Promise<Record<Name, number>> {
	const entries = Object.entries(contenders) as Array<[Name, { count: number; run: Contender }]>;
	const rates = Object.fromEntries(entries.map(([name]) => [name, 0])) as Record<Name, number>;
	for (let round = 0; round <= ROUNDS; round++) {
		for (const [name, { count, run }] of entries) {
			const begun = performance.now();
			await run(count, inFlight);
			const rate = (count / (performance.now() - begun)) * 1000;
			if (round) rates[name] = Math.max(rates[name], rate);
		}
	}
	return rates;
}

/** `work(0)` … `work(count - 1)`, at most `inFlight` at a time. */
export async function inTurn<T>(count: number, inFlight: number, work: (index: number) => Promise<T>): Promise<T[]> {
	const results = new Array<T>(count);
	let next = 0;
	const worker = async () => {
		while (next < count) {
			const index = next++;
			results[index] = await work(index);
		}
	};
	await Promise.all(Array.from({ length: inFlight }, worker));
	return results;
}
