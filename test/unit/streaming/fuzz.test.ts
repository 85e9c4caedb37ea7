import {
	chatAnswer,
	chatflowAnswer,
	completionAnswer,
	workflowAnswer,
	type Answer,
} from '../../../src/streaming/answers';
import { collect } from '../../../src/streaming/collect';
import { DifyError } from '../../../src/transport/error';
import { dataIn } from './cutting';
import { Fuzzer, seeded } from './fuzzing';
import { streams } from './goldens';
import { sse } from './transcripts';

const KINDS = [chatAnswer, chatflowAnswer, completionAnswer, workflowAnswer];
const ALL = ['agentThoughts', 'nodeTrace', 'reasoning', 'timing', 'rawEvents'] as const;
const TIMES = 10_000;
const SEED = 20_261_125;

/** `answer`, or the code of the error, or what else went wrong. */
async function endOf(pieces: Buffer[], answer: Answer): Promise<string> {
	const body = (async function* () {
		for (const piece of pieces) yield piece;
	})();
	const error: unknown = await collect(body, answer, { graceMs: 1000 }).catch((caught: unknown) => caught);
	JSON.stringify([answer.partial(), answer.result(), answer.extras(), answer.ids, answer.text.length]);
	if (error === undefined) return 'answer';
	const isHonest = error instanceof DifyError && error.message !== '' && JSON.stringify(error.partial).startsWith('{');
	return isHonest ? error.code : `thrown: ${String(error)}`;
}

describe('spoilt streams', () => {
	it(`give an answer or a DifyError, ${TIMES} of them`, async () => {
		const fuzzer = new Fuzzer(seeded(SEED));
		const known = streams().map(({ text, ...stream }) => ({ ...stream, events: dataIn(text) }));
		const ends = new Map<string, number>();
		const thrown: string[] = [];
		for (let time = 0; time < TIMES; time++) {
			const [stream, other] = [fuzzer.pick(known), fuzzer.pick(known)];
			const kind = fuzzer.below(8) ? stream.kind : fuzzer.pick(KINDS);
			const options = { continueOnPause: fuzzer.below(2) > 0, include: ALL };
			const pieces = fuzzer.pieces(Buffer.from(sse(...fuzzer.events(stream.events, other.events))));
			const end = await endOf(pieces, kind('chat', options)).catch((error: unknown) => `thrown: ${String(error)}`);
			if (end.startsWith('thrown')) thrown.push(`${time}, ${end}: ${Buffer.concat(pieces).toString()}`);
			ends.set(end, (ends.get(end) ?? 0) + 1);
		}
		expect(thrown).toEqual([]);
		for (const end of ['answer', 'connection_lost', 'not_dify', 'invalid_param']) expect(ends.get(end)).toBeGreaterThan(300);
	}, 60_000);
});
