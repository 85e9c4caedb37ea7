import { byId, type Row } from './row';

const uuid = expect.stringMatching(/^[\da-f-]{36}$/);

export const chatRows: Row[] = [
	{
		operation: 'difyChat.chat.send',
		key: 'chat',
		params: () => ({ query: 'What is cider made of?', user: 'ada', additionalFields: { auto_generate_name: false } }),
		route: 'POST /chat-messages',
		sent: () => ({
			path: '/v1/chat-messages',
			body: {
				query: 'What is cider made of?',
				user: 'ada',
				inputs: {},
				auto_generate_name: false,
				response_mode: 'streaming',
			},
		}),
		items: ({ apples }) => [
			{
				output: expect.stringContaining('Cider is made of pressed apples'),
				conversation_id: uuid,
				message_id: uuid,
				citations: expect.arrayContaining([
					{
						position: 1,
						dataset_name: 'Manuals',
						document_name: 'apples.md',
						document_id: apples,
						segment_id: uuid,
						score: expect.any(Number),
						content: expect.stringContaining('Cider'),
					},
				]),
				usage: {
					prompt_tokens: expect.any(Number),
					completion_tokens: expect.any(Number),
					total_tokens: expect.any(Number),
					total_price: expect.stringMatching(/^\d+(?:\.\d+)?$/),
					currency: 'USD',
					latency: expect.any(Number),
				},
			},
		],
	},
	{
		operation: 'difyChat.conversation.getAll',
		key: 'chat',
		params: () => ({ user: 'n8n', filters: { sort_by: 'created_at' } }),
		route: 'GET /conversations',
		sent: () => ({ path: '/v1/conversations', query: { user: 'n8n', sort_by: 'created_at', limit: '50' } }),
		items: ({ conversation }) => [expect.objectContaining({ id: conversation, status: 'normal', inputs: {} })],
	},
	{
		operation: 'difyChat.message.getAll',
		key: 'chat',
		params: ({ conversation }) => ({ conversation_id: byId(conversation), user: 'n8n', returnAll: true }),
		route: 'GET /messages',
		sent: ({ conversation }) => ({
			path: '/v1/messages',
			query: { conversation_id: conversation, user: 'n8n', limit: '100' },
		}),
		items: ({ conversation }) => [
			{
				id: uuid,
				conversation_id: conversation,
				query: 'How long is the Rhine?',
				answer: expect.stringContaining('1233 kilometres'),
				status: 'normal',
				error: null,
				feedback: null,
				created_at: expect.any(Number),
				message_files: [],
			},
		],
	},
];
