import { join } from 'node:path';

import { testClient } from './suite';

jest.setTimeout(150_000);

const calls = {
	DifyClient: [
		'getApplicationParameters (wrong key)',
		'getApplicationParameters',
		'updateApiKey',
		'sendRequest',
		'fileUpload',
		'messageFeedback',
	],
	ChatClient: [
		'createChatMessage',
		'createChatMessage (streaming)',
		'getConversationMessages',
		'getConversations',
		'renameConversation',
		'deleteConversation',
	],
	CompletionClient: [
		'createCompletionMessage',
		'createCompletionMessage (streaming)',
		'runWorkflow',
		'runWorkflow (streaming)',
	],
};

const names = Object.entries(calls).flatMap(([client, methods]) => methods.map((method) => `${client}.${method}`));

testClient(names, 11, ({ url, keys }) => ({
	command: process.execPath,
	args: [join(__dirname, 'difyClient.mjs'), url, JSON.stringify(keys)],
}));
