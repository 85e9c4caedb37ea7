import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

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

const node = (name: string, type: string, typeVersion: number, position: number[], parameters: object, credentials = {}) => ({
	id: `agent-${name}`,
	name,
	type,
	typeVersion,
	position,
	parameters,
	credentials,
});
const to = (type: string) => ({ [type]: [[{ node: 'AI Agent', type, index: 0 }]] });

/** An AI Agent whose tool searches a knowledge base. */
export const agent = (dataset: string) => ({
	id: 'agent',
	name: 'agent',
	settings: { executionOrder: 'v1' },
	nodes: [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, [0, 0], {}),
		node('AI Agent', '@n8n/n8n-nodes-langchain.agent', 3, [240, 0], { promptType: 'define', text: 'How do I mock a request?', options: {} }),
		node(
			'Model',
			'@n8n/n8n-nodes-langchain.lmChatOpenAi',
			1.2,
			[160, 240],
			{ model: { __rl: true, mode: 'id', value: 'example' }, options: {} },
			{ openAiApi: { id: null, name: 'Model' } },
		),
		node(
			'Manuals',
			'n8n-nodes-dify-oapi.difyKnowledgeTool',
			1,
			[400, 240],
			{
				resource: 'dataset',
				operation: 'retrieve',
				dataset_id: { __rl: true, mode: 'id', value: dataset },
				query: "={{ $fromAI('query', 'What to look for', 'string') }}",
			},
			{ difyApi: { id: null, name: 'Knowledge' } },
		),
	],
	connections: { Start: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] }, Model: to('ai_languageModel'), Manuals: to('ai_tool') },
});
