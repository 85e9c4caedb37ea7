import type { Json } from './json';
import { deltas, envelope, failureEvent, messageEnd, type Run, store } from './run';

interface Thought {
	id: string;
	position: number;
	thought: string;
	observation: string;
	tool: string;
	tool_labels: Json;
	tool_input: string;
}

const toolName = 'current_time';
const toolUse = {
	tool: toolName,
	tool_labels: { [toolName]: {
			zh_Hans: '获取当前时间',
			en_US: 'Current Time',
			pt_BR: 'Current Time',
			ja_JP: 'Current Time',
		} },
	tool_input: `{"${toolName}": {}}`,
};
const toolResult = { ...toolUse, observation: `{"${toolName}": "2026-11-22"}` };

const thoughtEvent = (run: Run, thought: Thought): Json => ({
	...envelope(run, 'agent_thought'),
	...thought,
	message_files: [],
});

const messageEvent = (run: Run, answer: string): Json => ({ ...envelope(run, 'agent_message'), id: run.message.id, answer });

const begin = (run: Run, position: number): Thought => {
	const id = run.call.workspace.ids.next();
	return { id, position, thought: '', observation: '', tool: '', tool_labels: {}, tool_input: '' };
};

const keep = ({ message }: Run, { id, ...thought }: Thought) => {
	const row = { id, chain_id: null, message_id: message.id, created_at: message.createdAt, files: [] };
	message.agentThoughts = [...message.agentThoughts.filter((other) => other.id !== id), { ...row, ...thought }];
};

async function* toolRound(run: Run, position: number): AsyncGenerator<Json> {
	let thought = begin(run, position);
	yield thoughtEvent(run, thought);
	yield messageEvent(run, '');
	for (const change of [toolUse, toolResult]) {
		thought = { ...thought, ...change };
		keep(run, thought);
		yield thoughtEvent(run, thought);
	}
}

/** An agent's stream: its tool rounds, the text, the whole text as a last thought, the end. */
export async function* agentEvents(run: Run): AsyncGenerator<Json> {
	const { failure, toolRounds } = run.reply;
	if (failure && !run.reply.pieces.length) {
		store(run, '', failure);
		yield failureEvent(run, failure);
		return;
	}
	for (let position = 1; position <= toolRounds; position += 1) yield* toolRound(run, position);
	const thought = begin(run, toolRounds + 1);
	keep(run, thought);
	yield thoughtEvent(run, thought);
	let answer = '';
	for await (const piece of deltas(run)) {
		answer += piece;
		yield messageEvent(run, piece);
	}
	if (failure && !run.task.stopped) {
		store(run, '', failure);
		yield failureEvent(run, failure);
		return;
	}
	if (!run.task.stopped) {
		yield messageEvent(run, '');
		keep(run, { ...thought, thought: answer });
		yield thoughtEvent(run, { ...thought, thought: answer });
	}
	store(run, answer);
	yield messageEnd(run, answer, null);
}
