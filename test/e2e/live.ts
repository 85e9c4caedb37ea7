import { setTimeout as sleep } from 'node:timers/promises';
import type { Rest } from '../../scripts/lib/rest';
import type { ReceivedRequest } from '../emulator';
import { chain } from './workflows';

/** A line of a streamed answer, and milliseconds after the request when it came. */
export interface Line {
	type: string;
	content?: string;
	metadata: { nodeName: string; itemIndex: number };
	at: number;
}

type Asking = { type: 'difyChat' | 'difyChatflow' | 'difyWorkflow'; credential: string; parameters: object; onError?: string };

const user = 'live';
const question = '={{ $json.question }}';
export const chat: Asking = { type: 'difyChat', credential: 'Slow chat', parameters: { query: question, user, conversation: 'new' } };
export const chatflow: Asking = { ...chat, type: 'difyChatflow', credential: 'Slow chatflow' };
export const workflow: Asking = {
	type: 'difyWorkflow',
	credential: 'Slow workflow',
	parameters: { user, inputsMode: 'json', inputsJson: '={{ JSON.stringify({ query: $json.question }) }}' },
};

const node = ({ type, credential, parameters, onError }: Asking) => ({
	name: 'Dify',
	type: `n8n-nodes-dify-oapi.${type}`,
	credential,
	parameters,
	more: { onError },
});

/** A webhook that streams the answers to the `questions` in its body, one item for each. */
export const streaming = (id: string, asking: Asking) =>
	chain(id, [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			version: 2.1,
			parameters: { httpMethod: 'POST', path: id, responseMode: 'streaming', options: {} },
			more: { webhookId: `e2e-${id}` },
		},
		{
			name: 'Questions',
			type: 'n8n-nodes-base.splitOut',
			parameters: { fieldToSplitOut: 'body.questions', options: { destinationFieldName: 'question' } },
		},
		node(asking),
	]);

/** One question that is asked by hand. */
export const byHand = (id: string, asking: Asking) =>
	chain(id, [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
		{
			name: 'Question',
			type: 'n8n-nodes-base.set',
			version: 3.4,
			parameters: { mode: 'raw', jsonOutput: '{ "question": "MAGIC_SLOW" }', options: {} },
		},
		node(asking),
	]);

/** The chat page of n8n, in which an answer grows. */
export const chatPage = chain('chat-page', [
	{
		name: 'Chat',
		type: '@n8n/n8n-nodes-langchain.chatTrigger',
		version: 1.4,
		parameters: { public: true, mode: 'hostedChat', options: { responseMode: 'streaming' } },
		more: { webhookId: 'e2e-chat-page' },
	},
	{ name: 'Dify', type: 'n8n-nodes-dify-oapi.difyChat', credential: 'Slower chat', parameters: { user } },
]);

/** What a webhook streams, line by line. */
export async function ask(url: string, id: string, ...questions: string[]): Promise<Line[]> {
	const began = Date.now();
	const answer = await fetch(`${url}/webhook/${id}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ questions }),
	});
	const decoder = new TextDecoder();
	const lines: Line[] = [];
	let rest = '';
	for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) {
		const whole = (rest + decoder.decode(bytes, { stream: true })).split('\n');
		rest = whole.pop() ?? '';
		lines.push(...whole.map((line) => ({ ...(JSON.parse(line) as Line), at: Date.now() - began })));
	}
	return lines;
}

/** The text that the lines of an item give. */
export const textOf = (lines: Line[]) => lines.map(({ type, content }) => (type === 'item' ? content : '')).join('');

/** Types of the lines, pieces of text as one. */
export const shapeOf = (lines: Line[]) => lines.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

/** Resolves with what `look` finds, looking again until it finds something. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>, seconds = 30): Promise<T> {
	for (const deadline = Date.now() + seconds * 1000; ; await sleep(50)) {
		const found = await look();
		if (found !== undefined) return found;
		if (Date.now() > deadline) throw new Error(`Not within ${seconds} s: ${String(look)}`);
	}
}

/** Starts a workflow as the editor's button does, without waiting for its end. The execution's id. */
export async function startByHand(rest: Rest, id: string): Promise<string> {
	const { executionId } = await rest.call<{ executionId: string }>('POST', `/workflows/${id}/run`, { triggerToStartFrom: { name: 'Start' } });
	return executionId;
}

/** The requests to the routes whose name ends so. */
export const sent = (requests: ReceivedRequest[], end: string) => requests.filter(({ route }) => route.endsWith(end));
