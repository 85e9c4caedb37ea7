/**
 * Results of `work(0)` … `work(count - 1)`, at most `limit` at a time. Once one fails no further one starts, and the first
 * reason is thrown when all that run have ended.
 */
export async function inOrder<T>(
	count: number,
	limit: number,
	signal: AbortSignal,
	work: (index: number) => Promise<T>,
): Promise<T[]> {
	const results = new Array<T>(count);
	const reasons: unknown[] = [];
	let next = 0;
	const worker = async () => {
		while (next < count && !signal.aborted && !reasons.length) {
			const index = next++;
			results[index] = await work(index);
		}
	};
	const workers = Array.from({ length: Math.max(1, Math.min(limit, count)) }, worker);
	await Promise.all(workers.map(async (running) => await running.catch((reason) => reasons.push(reason))));
	if (reasons.length) throw reasons[0];
	return results;
}
