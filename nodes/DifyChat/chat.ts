import type { Resource } from '../../src/operation/types';
import { conversation as byConversation } from '../../src/traits/conversation';
import { sentMessage, simplify } from '../../src/traits/simplify';
import { speech } from '../../src/traits/speech';
import { streaming } from '../../src/traits/streaming';
import { user } from '../shared/fields';
import { inputs } from '../shared/inputs';
import { getSuggested } from '../shared/resources/message';
import { asSent, attachments, conversation, generateTitle, question } from '../shared/send';
import { stopRequested } from '../shared/stop';

export const chat: Resource = {
	name: 'Chat',
	value: 'chat',
	operations: [
		{
			name: 'Send Message',
			value: 'send',
			action: 'Send chat message',
			description:
				'Ask a Dify chat or agent app a question and get its answer, with citations of the knowledge it used. Continues the conversation of its session key.',
			route: 'POST /chat-messages',
			modes: ['chat', 'agent-chat', 'agent', 'advanced-chat'],
			fields: [question, user, ...conversation, ...inputs, attachments],
			optional: [generateTitle],
			traits: [simplify(sentMessage), speech, byConversation, streaming('chat')],
			body: asSent,
		},
		getSuggested,
		stopRequested('POST /chat-messages/{task_id}/stop', 'chat message'),
	],
};
