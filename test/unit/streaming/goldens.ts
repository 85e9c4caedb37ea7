import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import {
	chatAnswer,
	chatflowAnswer,
	completionAnswer,
	workflowAnswer,
	type AnswerKind,
	type AnswerOptions,
} from '../../../src/streaming/answers';
import * as t from './transcripts';

/** A whole stream, and what reads it. */
export interface Stream {
	name: string;
	text: string;
	kind: AnswerKind;
	options?: AnswerOptions;
}

/** The transcripts of the contract live beside the repository, as the recordings do. */
const CONTRACT = path.resolve(__dirname, '../../../../shared/dify-api/contract.md');

export const hasContract = existsSync(CONTRACT);

/** The code blocks of the transcripts' chapter; comments in brackets divide a block into streams. */
export function transcripts(): string[][] {
	const [, chapter] = readFileSync(CONTRACT, 'utf8').split(/^## 14\. .*$/m);
	const blocks = chapter.split(/^## /m)[0].matchAll(/^```\w+\n([\s\S]*?)^```$/gm);
	return [...blocks].map(([, block]) => block.split(/^\(.*\)$/m).filter((part) => part.trim()));
}

/** The endings are written with a chatflow's envelope. */
export const alsoWorkflow = (text: string) =>
	text.replace(/"conversation_id":"c1","message_id":"m1","created_at":\d+,/g, '');

/** A chatflow up to its first marker of the end. */
export const begunOf = (flow: string) => flow.slice(0, flow.indexOf('data: {"event":"message_end"'));

/** The streams of the contract, each as a whole. */
function golden(): Stream[] {
	const [chatted, , agent, moderated, disguised, worked, , launch, flow, endings, direct, ...more] = transcripts();
	const [paused, resumed, snapshot] = more;
	const begun = begunOf(flow[0]);
	const rest = flow[0].slice(begun.length);
	const on = { continueOnPause: true };
	const stream = (kind: AnswerKind, parts: string[], options?: AnswerOptions) => ({ kind, text: parts.join(''), options });
	const streams = [
		...[chatted, agent, disguised, ...moderated.map((part) => [part])].map((parts) => stream(chatAnswer, parts)),
		stream(completionAnswer, chatted),
		...[worked, launch, [worked[0].split('\n\n')[0], '\n\n', alsoWorkflow(paused[0])]].map((parts) => {
			return stream(workflowAnswer, parts);
		}),
		...[flow, launch, direct, [resumed[1]], [begun, paused[0]]].map((parts) => stream(chatflowAnswer, parts)),
		...endings.map((end) => stream(chatflowAnswer, [begun, end])),
		stream(chatflowAnswer, [begun, paused[0], resumed[0], rest], on),
		stream(chatflowAnswer, [begun, ...snapshot, rest]),
	];
	return streams.map((each, at) => ({ ...each, name: `golden ${at}` }));
}

/** The contract's streams, where it is beside this clone, and those of {@link t}. */
export function streams(): Stream[] {
	const own = [
		{ name: 'chat', kind: chatAnswer, text: t.sse(...t.chatWithPings) },
		{ name: 'agent', kind: chatAnswer, text: t.sse(...t.agent) },
		{ name: 'New Agent', kind: chatAnswer, text: t.sse(t.agentDelta('Dra'), t.delta('Final'), t.messageEnd()) },
		{ name: 'failing chat', kind: chatAnswer, text: t.sse(t.delta('Échö'), t.failure('invalid_param', 'no')) },
		{ name: 'moderated chat', kind: chatAnswer, text: t.sse(...t.chat.slice(0, 2), t.replace('[no]', ''), t.messageEnd()) },
		{ name: 'chatflow', kind: chatflowAnswer, text: t.sse(t.PING, ...t.chatflow) },
		{ name: 'paused chatflow', kind: chatflowAnswer, text: t.sse(...t.pausedFlow) },
		{ name: 'failed chatflow', kind: chatflowAnswer, text: t.sse(...t.flow, t.finished('failed', {}, 'boom')) },
		{ name: 'workflow', kind: workflowAnswer, text: t.sse(t.PING, ...t.workflow) },
		{ name: 'paused workflow', kind: workflowAnswer, text: t.sse(...t.pausedWork) },
		{ name: 'launch error', kind: workflowAnswer, text: t.sse(t.PING, t.launchError) },
	];
	return hasContract ? [...own, ...golden()] : own;
}
