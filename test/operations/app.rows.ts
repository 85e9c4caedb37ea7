import { withFile } from '../engine/harness';
import { byId, type Row } from './row';
import type { Workspace } from './workspace';

const uuid = expect.stringMatching(/^[\da-f-]{36}$/);
const MODEL = 'langgenius/openai_api_compatible/openai_api_compatible::fake-embedding';

const TASK = '7c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f';

type Key = Row['key'];

const withAnnotation = (key: Key) => async ({ call }: Workspace) => ({
	annotation: (await call('POST', '/apps/annotations', { question: 'Open?', answer: 'From 9 to 5.' }, key)).id as string,
});

const enabled = { score_threshold: 0.9, embedding_provider_name: MODEL.split('::')[0], embedding_model_name: MODEL.split('::')[1] };
const withJob = (key: Key) => async ({ call }: Workspace) => ({
	job: (await call('POST', '/apps/annotation-reply/enable', enabled, key)).job_id as string,
});

/** Streamed, because chatflows of 1.13.0 answer in no other way. */
const withMessage = (key: Key) => async ({ emulator }: Workspace) => {
	const answer = await fetch(`${emulator.url}/v1/chat-messages`, {
		method: 'POST',
		headers: { authorization: `Bearer ${emulator.keys[key]}`, 'content-type': 'application/json' },
		body: JSON.stringify({ query: 'Hello', inputs: { city: 'Ulm' }, user: 'n8n', response_mode: 'streaming' }),
	});
	const text = await answer.text();
	const found = (name: string) => new RegExp(`"${name}": ?"([^"]+)"`).exec(text)?.[1] ?? '';
	return { conversation: found('conversation_id'), message: found('message_id') };
};

/** The same six on every node that lists them. */
const annotationRows = (node: string, key: Key): Row[] => [
	{
		operation: `${node}.annotation.create`,
		key,
		params: () => ({ question: 'Open?', answer: 'From 9 to 5.' }),
		route: 'POST /apps/annotations',
		sent: () => ({ path: '/v1/apps/annotations', body: { question: 'Open?', answer: 'From 9 to 5.' } }),
		items: () => [expect.objectContaining({ id: uuid, question: 'Open?', answer: 'From 9 to 5.' })],
	},
	{
		operation: `${node}.annotation.getAll`,
		key,
		prepare: withAnnotation(key),
		params: () => ({ filters: { keyword: 'Open' } }),
		route: 'GET /apps/annotations',
		sent: () => ({ path: '/v1/apps/annotations', query: { keyword: 'Open', page: '1', limit: '50' } }),
		items: ({ annotation }) => [expect.objectContaining({ id: annotation, hit_count: 0 })],
	},
	{
		operation: `${node}.annotation.update`,
		key,
		prepare: withAnnotation(key),
		params: ({ annotation }) => ({ annotation_id: byId(annotation), question: 'When?', answer: 'Never.' }),
		route: 'PUT /apps/annotations/{annotation_id}',
		sent: ({ annotation }) => ({ path: `/v1/apps/annotations/${annotation}`, body: { question: 'When?', answer: 'Never.' } }),
		items: ({ annotation }) => [expect.objectContaining({ id: annotation, question: 'When?', answer: 'Never.' })],
	},
	{
		operation: `${node}.annotation.delete`,
		key,
		prepare: withAnnotation(key),
		params: ({ annotation }) => ({ annotation_id: byId(annotation) }),
		route: 'DELETE /apps/annotations/{annotation_id}',
		sent: ({ annotation }) => ({ path: `/v1/apps/annotations/${annotation}` }),
		items: () => [{ deleted: true }],
	},
	{
		operation: `${node}.annotation.configureReply`,
		key,
		params: () => ({ action: 'enable', score_threshold: 0.9, embedding_model: byId(MODEL) }),
		route: 'POST /apps/annotation-reply/{action}',
		sent: () => ({ path: '/v1/apps/annotation-reply/enable', body: enabled }),
		items: () => [expect.objectContaining({ job_id: uuid, job_status: 'completed' })],
	},
	{
		operation: `${node}.annotation.getReplyStatus`,
		key,
		prepare: withJob(key),
		params: ({ job }) => ({ action: 'enable', job_id: job }),
		route: 'GET /apps/annotation-reply/{action}/status/{job_id}',
		sent: ({ job }) => ({ path: `/v1/apps/annotation-reply/enable/status/${job}`, query: {} }),
		items: ({ job }) => [expect.objectContaining({ job_id: job, job_status: expect.any(String) })],
	},
];

const conversationRows = (node: string, key: Key): Row[] => [
	{
		operation: `${node}.conversation.getMessages`,
		key,
		prepare: withMessage(key),
		params: ({ conversation }) => ({ conversation_id: byId(conversation), user: 'n8n' }),
		route: 'GET /messages',
		sent: ({ conversation }) => ({ path: '/v1/messages', query: { conversation_id: conversation, user: 'n8n', limit: '50' } }),
		items: ({ conversation, message }) => [expect.objectContaining({ id: message, conversation_id: conversation, query: 'Hello' })],
	},
	{
		operation: `${node}.conversation.rename`,
		key,
		prepare: withMessage(key),
		params: ({ conversation }) => ({ conversation_id: byId(conversation), user: 'n8n', name: 'Named' }),
		route: 'POST /conversations/{conversation_id}/name',
		sent: ({ conversation }) => ({
			path: `/v1/conversations/${conversation}/name`,
			body: { user: 'n8n', auto_generate: false, name: 'Named' },
		}),
		items: ({ conversation }) => [expect.objectContaining({ id: conversation, name: 'Named' })],
	},
	{
		operation: `${node}.conversation.delete`,
		key,
		prepare: withMessage(key),
		params: ({ conversation }) => ({ conversation_id: byId(conversation), user: 'n8n' }),
		route: 'DELETE /conversations/{conversation_id}',
		sent: ({ conversation }) => ({ path: `/v1/conversations/${conversation}`, body: { user: 'n8n' } }),
		items: () => [{ deleted: true }],
	},
	{
		operation: `${node}.conversation.getVariables`,
		key: 'chatflow',
		prepare: withMessage('chatflow'),
		params: ({ conversation }) => ({ conversation_id: byId(conversation), user: 'n8n' }),
		route: 'GET /conversations/{conversation_id}/variables',
		sent: ({ conversation }) => ({ path: `/v1/conversations/${conversation}/variables`, query: { user: 'n8n', limit: '100' } }),
		items: () => expect.arrayContaining([expect.objectContaining({ id: uuid, value_type: expect.any(String) })]) as never,
	},
	{
		operation: `${node}.conversation.updateVariable`,
		key: 'chatflow',
		prepare: async (workspace) => {
			const ids = await withMessage('chatflow')(workspace);
			const path = `/conversations/${ids.conversation}/variables?user=n8n&limit=100`;
			const { data } = await workspace.call('GET', path, undefined, 'chatflow');
			const text = (data as Array<{ id: string; value_type: string }>).find(({ value_type: type }) => type === 'string')!;
			return { ...ids, variable: text.id };
		},
		params: ({ conversation, variable }) => ({
			conversation_id: byId(conversation),
			user: 'n8n',
			variable_id: byId(variable),
			value: 'new value',
		}),
		route: 'PUT /conversations/{conversation_id}/variables/{variable_id}',
		sent: ({ conversation, variable }) => ({
			path: `/v1/conversations/${conversation}/variables/${variable}`,
			body: { user: 'n8n', value: 'new value' },
		}),
		items: ({ variable }) => [expect.objectContaining({ id: variable, value: 'new value' })],
	},
];

const suggestedRow = (operation: string, key: Key): Row => ({
	operation,
	key,
	prepare: withMessage(key),
	params: ({ message }) => ({ message_id: byId(message), user: 'n8n' }),
	route: 'GET /messages/{message_id}/suggested',
	sent: ({ message }) => ({ path: `/v1/messages/${message}/suggested`, query: { user: 'n8n' } }),
	items: () => [{ questions: expect.any(Array) }],
});

const feedbackRow = (operation: string, key: Key, prepare = withMessage(key)): Row => ({
	operation,
	key,
	prepare,
	params: ({ message }) => ({ message_id: byId(message), user: 'n8n', rating: 'like', additionalFields: { content: 'Good' } }),
	route: 'POST /messages/{message_id}/feedbacks',
	sent: ({ message }) => ({ path: `/v1/messages/${message}/feedbacks`, body: { user: 'n8n', rating: 'like', content: 'Good' } }),
	items: () => [{ success: true }],
});

const stopRow = (operation: string, key: Key, path: string): Row => ({
	operation,
	key,
	params: () => ({ task_id: TASK, user: 'n8n' }),
	route: `POST /${path}/{task_id}/stop`,
	sent: () => ({ path: `/v1/${path}/${TASK}/stop`, body: { user: 'n8n' } }),
	items: () => [{ success: true, message: 'Stop requested' }],
});

const withCompletion = async ({ call }: Workspace) => {
	const body = { inputs: { query: 'Hello' }, user: 'n8n', response_mode: 'blocking' };
	return { message: (await call('POST', '/completion-messages', body, 'completion')).message_id as string } as {
		conversation: string;
		message: string;
	};
};

const speechRow = (operation: string, key: Key): Row => ({
	operation,
	key,
	params: () => ({ source: 'text', text: 'Good morning', user: 'n8n' }),
	route: 'POST /text-to-audio',
	sent: () => ({ path: '/v1/text-to-audio', body: { text: 'Good morning', user: 'n8n' } }),
	items: () => [{ fileName: 'speech.mp3', mimeType: 'audio/mpeg', size: expect.any(Number) }],
});

const infoRow = (operation: string, path: string, item: object): Row => ({
	operation: `dify.info.${operation}`,
	key: 'chat',
	params: () => ({}),
	route: `GET ${path}`,
	sent: () => ({ path: `/v1${path}`, query: {} }),
	items: () => [expect.objectContaining(item)],
});

const upload = (fileName: string, mimeType: string) => {
	const item = withFile(fileName, 'some bytes');
	item.binary!.data.mimeType = mimeType;
	return [item];
};

export const appRows: Row[] = [
	...annotationRows('difyChat', 'chat'),
	...annotationRows('difyChatflow', 'chatflow'),
	...annotationRows('difyCompletion', 'completion'),
	...conversationRows('difyChat', 'chat'),
	...conversationRows('difyChatflow', 'chatflow'),
	{
		operation: 'difyChatflow.conversation.getAll',
		key: 'chatflow',
		prepare: withMessage('chatflow'),
		params: () => ({ user: 'n8n' }),
		route: 'GET /conversations',
		sent: () => ({ path: '/v1/conversations', query: { user: 'n8n', limit: '50' } }),
		items: ({ conversation }) => [expect.objectContaining({ id: conversation })],
	},
	suggestedRow('difyChat.chat.getSuggested', 'form'),
	suggestedRow('difyChat.message.getSuggested', 'form'),
	suggestedRow('difyChatflow.chatflow.getSuggested', 'chatflow'),
	feedbackRow('difyChat.message.submitFeedback', 'chat'),
	feedbackRow('dify.feedback.submit', 'chat'),
	feedbackRow('difyCompletion.completion.submitFeedback', 'completion', withCompletion),
	stopRow('difyChat.chat.stop', 'chat', 'chat-messages'),
	stopRow('difyChatflow.chatflow.stop', 'chatflow', 'chat-messages'),
	stopRow('difyCompletion.completion.stop', 'completion', 'completion-messages'),
	stopRow('difyWorkflow.workflow.stop', 'workflow', 'workflows/tasks'),
	speechRow('difyCompletion.completion.textToAudio', 'completion'),
	speechRow('dify.audio.fromText', 'form'),
	{
		operation: 'difyCompletion.completion.send',
		key: 'completion',
		params: () => ({ inputsMode: 'json', inputsJson: '{ "query": "Hello" }', user: 'n8n' }),
		route: 'POST /completion-messages',
		sent: () => ({
			path: '/v1/completion-messages',
			body: { inputs: { query: 'Hello' }, user: 'n8n', response_mode: 'streaming' },
		}),
		items: () => [{ output: expect.stringMatching(/\w/), message_id: uuid, usage: expect.any(Object) }],
	},
	{
		operation: 'difyChatflow.chatflow.send',
		key: 'chatflow',
		params: () => ({ query: 'How long is the Rhine?', user: 'n8n' }),
		route: 'POST /chat-messages',
		sent: () => ({
			path: '/v1/chat-messages',
			body: { query: 'How long is the Rhine?', user: 'n8n', inputs: {}, response_mode: 'streaming' },
		}),
		items: () => [
			expect.objectContaining({
				output: expect.stringMatching(/\w/),
				conversation_id: uuid,
				message_id: uuid,
				workflow_run_id: uuid,
				citations: expect.any(Array),
			}),
		],
	},
	{
		operation: 'dify.file.upload',
		key: 'chat',
		params: () => ({ user: 'n8n' }),
		input: upload('plan.txt', 'text/plain'),
		route: 'POST /files/upload',
		sent: () => ({
			path: '/v1/files/upload',
			multipart: { fields: { user: 'n8n' }, files: [expect.objectContaining({ field: 'file', filename: 'plan.txt', size: 10 })] },
		}),
		items: () => [expect.objectContaining({ id: uuid, name: 'plan.txt', size: 10 })],
	},
	{
		operation: 'dify.audio.toText',
		key: 'form',
		params: () => ({ user: 'n8n' }),
		input: upload('speech.mp3', 'audio/mpeg'),
		route: 'POST /audio-to-text',
		sent: () => ({
			path: '/v1/audio-to-text',
			multipart: { fields: { user: 'n8n' }, files: [expect.objectContaining({ contentType: 'audio/mp3' })] },
		}),
		items: () => [{ text: expect.any(String) }],
	},
	{
		operation: 'dify.feedback.getAll',
		key: 'chat',
		prepare: async (workspace) => {
			const body = { rating: 'like', content: 'Good', user: 'n8n' };
			await workspace.call('POST', `/messages/${workspace.ids.message}/feedbacks`, body, 'chat');
			return {};
		},
		params: () => ({}),
		route: 'GET /app/feedbacks',
		sent: () => ({ path: '/v1/app/feedbacks', query: { page: '1', limit: '50' } }),
		items: ({ message }) => [expect.objectContaining({ message_id: message, rating: 'like', content: 'Good' })],
	},
	infoRow('get', '/info', { mode: 'chat' }),
	infoRow('getMeta', '/meta', { tool_icons: expect.any(Object) }),
	infoRow('getParameters', '/parameters', { user_input_form: expect.any(Array) }),
	infoRow('getSite', '/site', { title: expect.any(String) }),
];
