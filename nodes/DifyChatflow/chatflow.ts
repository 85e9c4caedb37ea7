import type { Resource } from '../../src/operation/types';
import { asUuid } from '../../src/operation/values';
import { conversation as byConversation } from '../../src/traits/conversation';
import { sentMessage, simplify } from '../../src/traits/simplify';
import { speech } from '../../src/traits/speech';
import { following, streaming } from '../../src/traits/streaming';
import { user, workflowRun } from '../shared/fields';
import { inputs } from '../shared/inputs';
import { onlyById } from '../shared/locator';
import { getSuggested } from '../shared/resources/message';
import { runEvents } from '../shared/runs';
import { asSent, attachments, conversation, generateTitle, question } from '../shared/send';
import { stopRequested } from '../shared/stop';

export const chatflow: Resource = {
	name: 'Chatflow',
	value: 'chatflow',
	operations: [
		{
			name: 'Send Message',
			value: 'send',
			action: 'Send chatflow message',
			description:
				'Ask a Dify chatflow a question and get its answer, with citations and the ID of its run. Continues the conversation of its session key.',
			route: 'POST /chat-messages',
			modes: ['advanced-chat'],
			fields: [question, user, ...conversation, ...inputs, attachments],
			optional: [
				generateTitle,
				{
					displayName: 'Workflow Version ID',
					name: 'workflow_id',
					type: 'string',
					default: '',
					placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
					encode: asUuid,
					ignoredBy: [['0', '1.7.2']],
					description: 'A published version to run instead of the current one. Needs Dify 1.7.2.',
				},
			],
			traits: [simplify(sentMessage), speech, byConversation, streaming('advanced-chat')],
			body: asSent,
		},
		getSuggested,
		stopRequested('POST /chat-messages/{task_id}/stop', 'chatflow message'),
		{
			...runEvents,
			action: 'Stream events of chatflow run',
			fields: [onlyById(workflowRun), user],
			traits: [simplify(sentMessage), following('advanced-chat')],
		},
	],
};
