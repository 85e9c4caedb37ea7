import type { AnswerKind } from '../../src/streaming/answers';
import { chatAnswer, chatflowAnswer, collect, completionAnswer, workflowAnswer } from '../built';
import { report } from '../processes';
import { row, type Row } from '../table';

const MB = 1_000_000;
const ROUNDS = 10;
const TOKENS = 50_000;
const IDS = {
	conversation_id: 'a259f25e-dbd6-4550-820b-a24e8e3a5600',
	message_id: 'baf706c7-ad75-49ec-a85c-4304fb408bfc',
	created_at: 1_795_370_046,
	task_id: 'fbb9266a-1eb0-4b31-bb52-5bbad5950273',
	id: 'baf706c7-ad75-49ec-a85c-4304fb408bfc',
};
const END = { event: 'message_end', ...IDS, metadata: { annotation_reply: null, retriever_resources: [], usage: {} } };

const frame = (event: object) => `data: ${JSON.stringify(event)}\n\n`;
const message = (answer: string) => frame({ event: 'message', ...IDS, answer, from_variable_selector: null });

const run = { id: IDS.id, workflow_id: IDS.id, status: 'succeeded', outputs: {}, created_at: IDS.created_at };
const RUN_END = { event: 'workflow_finished', ...IDS, workflow_run_id: IDS.id, data: run };

interface Mode {
	name: string;
	answer: AnswerKind;
	/** Of `/info`. */
	mode?: string;
	token(text: string): string;
	end: object[];
}

/** About 300 bytes for each token on the wire, as Dify's apps send them. */
const MODES: Mode[] = [
	{ name: 'chat', answer: chatAnswer, token: message, end: [END] },
	{ name: 'completion', answer: completionAnswer, token: message, end: [END] },
	{
		name: 'agent',
		answer: chatAnswer,
		mode: 'agent-chat',
		token: (answer) => frame({ event: 'agent_message', ...IDS, answer, from_variable_selector: null }),
		end: [END],
	},
	{ name: 'chatflow', answer: chatflowAnswer, mode: 'advanced-chat', token: message, end: [END, RUN_END] },
	{
		name: 'workflow',
		answer: workflowAnswer,
		token: (text) =>
			frame({ event: 'text_chunk', ...IDS, workflow_run_id: IDS.id, data: { text, from_variable_selector: ['llm', 'text'] } }),
		end: [RUN_END],
	},
];

const tokensOf = ({ token, end }: Mode) =>
	Buffer.from(Array.from({ length: TOKENS }, (_, index) => token(` word${index}`)).join('') + end.map(frame).join(''));

/** One event of 8 MB, such as a file in base64. */
const large = () => Buffer.from(message('QUJD'.repeat((8 * MB) / 4)) + frame(END));

function chunksOf(bytes: Buffer, size: number): Buffer[] {
	return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

async function* stream(chunks: Buffer[]): AsyncGenerator<Uint8Array> {
	yield* chunks;
}

/** Milliseconds from the first byte to the answer, best of several rounds. */
async function timeOf(chunks: Buffer[], make: AnswerKind = chatAnswer, mode = 'chat'): Promise<number> {
	let best = Number.POSITIVE_INFINITY;
	for (let round = 0; round < ROUNDS; round++) {
		const begun = performance.now();
		const answer = make(mode);
		await collect(stream(chunks), answer);
		answer.result();
		best = Math.min(best, performance.now() - begun);
	}
	return best;
}

async function figure(): Promise<Row[]> {
	const rows: Row[] = [];
	for (const each of MODES) {
		const many = tokensOf(each);
		const speed = many.length / MB / ((await timeOf(chunksOf(many, 1024), each.answer, each.mode)) / 1000);
		const against = { bar: '≥ 80 MB/s', met: speed >= 80 };
		rows.push(row(`SSE to answer, ${each.name}: ${TOKENS} tokens in chunks of 1 KB`, `${Math.round(speed)} MB/s`, against));
	}
	const one = large();
	for (const [size, name] of [[64 * 1024, '64 KB'], [1400, '1.4 KB']] as const) {
		const time = await timeOf(chunksOf(one, size));
		const bar = { bar: '< 100 ms', met: time < 100 };
		rows.push(row(`SSE to answer: one event of 8 MB in chunks of ${name}`, `${Math.round(time)} ms`, bar));
	}
	return rows;
}

void report(figure());
