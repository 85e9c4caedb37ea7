import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readExample } from './workflows';

interface Message {
	role: string;
	content: string;
}

/** A language model that asks its one tool about `query`, and answers with what the tool found. */
export async function startModel(query: string) {
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { tools, messages } = JSON.parse(Buffer.concat(chunks).toString()) as {
				tools: Array<{ function: { name: string } }>;
				messages: Message[];
			};
			const found = messages.find(({ role }) => role === 'tool');
			const call = { id: 'call_1', type: 'function', function: { name: tools[0].function.name, arguments: JSON.stringify({ query }) } };
			const message = found ? { role: 'assistant', content: found.content } : { role: 'assistant', content: null, tool_calls: [call] };
			const choice = { index: 0, message, finish_reason: found ? 'stop' : 'tool_calls' };
			const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ id: 'chat_1', object: 'chat.completion', created: 0, model: 'example', choices: [choice], usage }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		close: async () => await new Promise((resolve) => server.close(resolve)),
	};
}

interface Node {
	type: string;
	parameters: Record<string, unknown>;
	credentials?: object;
}

/** The example workflow with this stage's credentials and knowledge bases. */
export function agent(dataset: string, ...others: string[]) {
	const example = readExample('agent-with-knowledge.json');
	const nodes = (example.nodes as Node[]).map((node) => {
		if (node.type.endsWith('.lmChatOpenAi')) return { ...node, credentials: { openAiApi: { id: null, name: 'Model' } } };
		if (!node.type.endsWith('.difyKnowledgeTool')) return node;
		const { additionalFields, ...parameters } = node.parameters;
		return {
			...node,
			parameters: {
				...parameters,
				dataset_id: { __rl: true, mode: 'id', value: dataset },
				additionalFields: { ...(additionalFields as object), moreKnowledgeBases: others },
			},
			credentials: { difyApi: { id: null, name: 'Knowledge' } },
		};
	});
	return { ...example, nodes };
}

/** The answer to a question in the chat of a published workflow; n8n takes a moment to put a chat to work. */
export async function chatWith(url: string, { nodes }: ReturnType<typeof agent>, chatInput: string): Promise<string> {
	const { webhookId } = nodes.find(({ type }) => type.endsWith('.chatTrigger')) as unknown as { webhookId: string };
	const ask = async () =>
		await fetch(`${url}/webhook/${webhookId}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ action: 'sendMessage', sessionId: 'e2e', chatInput }),
		});
	let answer = await ask();
	for (const ends = Date.now() + 10_000; answer.status === 404 && Date.now() < ends; answer = await ask()) await sleep(200);
	const text = await answer.text();
	if (!answer.ok) throw new Error(`The chat answered ${answer.status}: ${text}`);
	return (JSON.parse(text) as { output: string }).output;
}
