import type { Json } from './json';
import type { World } from './route';

/** One event as Dify frames it. */
export const frame = (event: Json) => `data: ${JSON.stringify(event)}\n\n`;

/** The keep-alive: a block without a data line. */
export const ping = 'event: ping\n\n';

/** Dify pings every 10 s, whether or not the answer is flowing. */
const pingEveryMs = 10_000;

/** Frames with the server's pings in between; gives up when nothing comes for so long. */
export async function* withPings(
	{ pace }: World,
	frames: AsyncGenerator<string>,
	patienceMs = Infinity,
): AsyncGenerator<string, 'done' | 'idle'> {
	let wake = () => {};
	const timer = setInterval(() => wake(), pingEveryMs / pace);
	let heard = Date.now();
	try {
		let next = frames.next();
		for (;;) {
			const due = new Promise<undefined>((resolve) => {
				wake = () => resolve(undefined);
			});
			const result = await Promise.race([next, due]);
			if (result?.done) return 'done';
			if (!result && Date.now() - heard >= patienceMs / pace) return 'idle';
			yield result ? result.value : ping;
			if (!result) continue;
			heard = Date.now();
			next = frames.next();
		}
	} finally {
		clearInterval(timer);
		// Not awaited: a model that is still silent would hold up the end of the answer.
		void frames.return(undefined);
	}
}
