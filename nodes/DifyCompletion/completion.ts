import type { Resource } from '../../src/operation/types';
import { asText } from '../../src/operation/values';
import { simplify, writtenMessage } from '../../src/traits/simplify';
import { speech } from '../../src/traits/speech';
import { streaming } from '../../src/traits/streaming';
import { completionMessage, user } from '../shared/fields';
import { inputs } from '../shared/inputs';
import { textToAudio } from '../shared/resources/audio';
import { submitFeedback } from '../shared/resources/feedback';
import { asSent, attachments } from '../shared/send';
import { stopRequested } from '../shared/stop';

export const completion: Resource = {
	name: 'Completion',
	value: 'completion',
	operations: [
		{
			name: 'Send',
			value: 'send',
			action: 'Send completion message',
			description: 'Let a Dify completion app write a text from its inputs',
			route: 'POST /completion-messages',
			modes: ['completion'],
			fields: [...inputs, user, attachments],
			optional: [
				{
					displayName: 'Query',
					name: 'query',
					type: 'string',
					typeOptions: { rows: 2 },
					default: '',
					encode: asText,
					description: 'Only for apps whose prompt uses the variable query',
				},
			],
			traits: [simplify(writtenMessage), speech, streaming('completion')],
			body: asSent,
		},
		stopRequested('POST /completion-messages/{task_id}/stop', 'completion message'),
		submitFeedback(completionMessage),
		textToAudio(completionMessage),
	],
};
