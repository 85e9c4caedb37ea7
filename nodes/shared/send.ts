import { attachedFiles } from '../../src/operation/attachments';
import type { Field, Json } from '../../src/operation/types';
import { asText } from '../../src/operation/values';
import { conversation as conversationId } from './fields';

export const question: Field = {
	displayName: 'Question',
	name: 'query',
	type: 'string',
	typeOptions: { rows: 2 },
	required: true,
	default: '={{ $json.chatInput }}',
	placeholder: 'e.g. How do I reset my password?',
	encode: asText,
	description: 'What to ask the app. The default takes the text of a Chat Trigger.',
};

export const conversation: Field[] = [
	{
		displayName: 'Conversation',
		name: 'conversation',
		type: 'options',
		options: [
			{ name: 'By ID', value: 'id', description: 'Continue this conversation' },
			{ name: 'By Session Key', value: 'sessionKey', description: 'Continue the conversation of a key, such as the session of a Chat Trigger' },
			{ name: 'Continue Latest of User', value: 'latest', description: "Continue what the 'User' spoke about last" },
			{ name: 'New', value: 'new', description: 'Start a new conversation with every item' },
		],
		default: 'sessionKey',
		in: 'local',
		description: 'Whether the app remembers what was said before. A conversation that was deleted begins anew, except by ID.',
	},
	{
		displayName: 'Session Key',
		name: 'sessionKey',
		type: 'string',
		default: '={{ $json.sessionId }}',
		placeholder: 'e.g. ticket-4711',
		displayOptions: { show: { conversation: ['sessionKey'] } },
		in: 'local',
		description:
			"Any text that stands for the conversation; the default takes the session of a Chat Trigger. Dify keeps it as the conversation's name. Without a key a new conversation starts.",
	},
	{ ...conversationId, displayOptions: { show: { conversation: ['id'] } } },
];

export const attachments: Field = {
	displayName: 'Attachments',
	name: 'attachments',
	type: 'string',
	default: '',
	placeholder: 'e.g. data, https://example.com/plan.pdf',
	encode: attachedFiles,
	description: 'Files to send along: comma-separated binary fields and URLs, or * for all binary fields of the item',
};

export const generateTitle: Field = {
	displayName: 'Generate Title',
	name: 'auto_generate_name',
	type: 'boolean',
	default: true,
	description: 'Whether Dify writes a title for a new conversation. It takes about a second and one more call of the model.',
};

/** Inputs and attachments under their names on the wire. */
export const asSent = ({ inputsMode: inputs, attachments: files, ...message }: Json): Json => ({
	...message,
	inputs,
	...(files ? { files } : {}),
});
