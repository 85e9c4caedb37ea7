/** Does something so many times, so many at once. */
export type Contender = (count: number, inFlight: number) => Promise<unknown>;

const ROUNDS = 11;

/**
 * Times a second of each contender, per round. In every round all take turns, each time another one first, so that what
 * else the machine does befalls all of them. Two rounds more, before, warm them up.
 */
export async function ratesOf<Name extends string>(
	contenders: Record<Name, { count: number; run: Contender }>,
	inFlight: number,
): Promise<Record<Name, number[]>> {
	const entries = Object.entries(contenders) as Array<[Name, { count: number; run: Contender }]>;
	const rates = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>;
	for (let round = -2; round < ROUNDS; round++) {
		for (const [name, { count, run }] of entries) {
			const begun = performance.now();
			await run(count, inFlight);
			if (round >= 0) rates[name].push((count / (performance.now() - begun)) * 1000);
		}
		entries.push(...entries.splice(0, 1));
	}
	return rates;
}

/** The value that this share of the values does not exceed. */
export function quantile(values: number[], share: number): number {
	return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1];
}

export function median(values: number[]): number {
	return quantile(values, 0.5);
}

/** How many times as fast one is as the other: the median over rounds, in each of which they ran one after the other. */
export function ratio(one: number[], other: number[]): number {
	return median(one.map((rate, round) => rate / other[round]));
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
