import { chain } from './workflows';

const webhook = (id: string, responseMode: 'lastNode' | 'onReceived') => ({
	name: 'Webhook',
	type: 'n8n-nodes-base.webhook',
	version: 2.1,
	parameters: { httpMethod: 'POST', path: id, responseMode, options: {} },
	more: { webhookId: `e2e-${id}` },
});
const dify = (type: string, credential: string, parameters: object, name = 'Dify') => ({
	name,
	type: `n8n-nodes-dify-oapi.${type}`,
	credential,
	parameters,
});

/** A chat that a key tells apart from others. */
export const remembering = chain('remembering', [
	webhook('remembering', 'lastNode'),
	dify('difyChat', 'Slow chat', { query: '={{ $json.body.question }}', user: 'remembering', sessionKey: '={{ $json.body.session }}' }),
]);

/** A user of Dify for each execution, so that what it started is found by the execution's id. */
const user = '=n8n-{{ $execution.id }}';

export const losing = [
	chain('losing-workflow', [
		webhook('losing-workflow', 'onReceived'),
		dify('difyWorkflow', 'Long workflow', { user, inputsMode: 'json', inputsJson: '{ "query": "MAGIC_SLOW" }' }),
	]),
	chain('losing-chatflow', [
		webhook('losing-chatflow', 'onReceived'),
		dify('difyChatflow', 'Long chatflow', { user, query: 'MAGIC_SLOW', sessionKey: user }),
	]),
];

const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };

/** Finds the workflow run that an execution started, and waits for its end. */
export const finding = (execution: string) =>
	chain('finding', [
		start,
		dify('difyWorkflow', 'Long workflow', { operation: 'getLogs', filters: { created_by_end_user_session_id: `n8n-${execution}` } }, 'Logs'),
		dify(
			'difyWorkflow',
			'Long workflow',
			{ operation: 'getRun', workflow_run_id: { __rl: true, mode: 'id', value: '={{ $json.workflow_run.id }}' }, waitForFinish: true },
			'Run',
		),
	]);

/** Reads the chatflow conversation that an execution started. */
export const reading = (execution: string) =>
	chain('reading', [
		start,
		dify('difyChatflow', 'Long chatflow', { resource: 'conversation', operation: 'getAll', user: `n8n-${execution}` }, 'Conversations'),
		dify(
			'difyChatflow',
			'Long chatflow',
			{ resource: 'conversation', operation: 'getMessages', conversation_id: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, user: `n8n-${execution}` },
			'Messages',
		),
	]);
