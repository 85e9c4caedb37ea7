import type { Resource } from '../../src/operation/types';
import { asText } from '../../src/operation/values';
import { sentMessage, simplify } from '../../src/traits/simplify';
import { streaming } from '../../src/traits/streaming';
import { conversation, user } from '../shared/fields';
import { inputs } from '../shared/inputs';

export const chat: Resource = {
	name: 'Chat',
	value: 'chat',
	operations: [
		{
			name: 'Send Message',
			value: 'send',
			action: 'Send chat message',
			description:
				'Ask a Dify chat or agent app a question and get its answer, with citations of the knowledge it used. Continues a conversation when its ID is given.',
			route: 'POST /chat-messages',
			modes: ['chat', 'agent-chat', 'agent', 'advanced-chat'],
			fields: [
				{
					displayName: 'Question',
					name: 'query',
					type: 'string',
					typeOptions: { rows: 2 },
					required: true,
					default: '={{ $json.chatInput }}',
					placeholder: 'e.g. How do I reset my password?',
					encode: asText,
					description: 'What to ask the app. The default takes the text of a Chat Trigger.',
				},
				user,
				{
					displayName: 'Conversation',
					name: 'conversation',
					type: 'options',
					options: [
						{ name: 'By ID', value: 'id', description: 'Continue this conversation' },
						{ name: 'New', value: 'new', description: 'Start a new conversation with every item' },
					],
					default: 'new',
					in: 'local',
					description: 'Whether the app remembers what was said before',
				},
				{ ...conversation, displayOptions: { show: { conversation: ['id'] } } },
				...inputs,
			],
			optional: [
				{
					displayName: 'Generate Title',
					name: 'auto_generate_name',
					type: 'boolean',
					default: true,
					description:
						'Whether Dify writes a title for a new conversation. It takes about a second and one more call of the model.',
				},
			],
			traits: [simplify(sentMessage), streaming],
			body: ({ inputsMode, ...message }) => ({ ...message, inputs: inputsMode }),
		},
	],
};
