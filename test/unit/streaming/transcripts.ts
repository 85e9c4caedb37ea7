import type { DifyEvent } from '../../../src/streaming/events';

/** The streams as Dify's main branch sends them, with synthetic values. */

export const PING = 'event: ping\n\n';

export const sse = (...events: Array<DifyEvent | typeof PING>) =>
	events.map((event) => (event === PING ? PING : `data: ${JSON.stringify(event)}\n\n`)).join('');

const message = { conversation_id: 'c1', message_id: 'm1', created_at: 1700000000 };
const own = { ...message, task_id: 't1' };
const run = { ...own, workflow_run_id: 'r1' };

export const ids = { conversation_id: 'c1', message_id: 'm1', task_id: 't1' };
export const runIds = { ...ids, workflow_run_id: 'r1' };

export const delta = (answer: string, selector: string[] | null = null): DifyEvent => {
	return { event: 'message', ...own, id: 'm1', answer, from_variable_selector: selector };
};
export const agentDelta = (answer: string): DifyEvent => ({ event: 'agent_message', ...own, id: 'm1', answer });
export const replace = (answer: string, reason?: string): DifyEvent => {
	return { event: 'message_replace', ...own, answer, reason };
};
export const failure = (code: string, text: string): DifyEvent => {
	return { event: 'error', ...message, code, status: 400, message: text };
};
export const launchError: DifyEvent = { event: 'error', message: 'city is required in input form', status: 500 };

export const usage = {
	prompt_tokens: 5,
	prompt_unit_price: '0.001',
	prompt_price_unit: '0.001',
	prompt_price: '0.0000050',
	completion_tokens: 2,
	completion_unit_price: '0.002',
	completion_price_unit: '0.001',
	completion_price: '0.0000040',
	total_tokens: 7,
	total_price: '0.0000090',
	currency: 'USD',
	latency: 0.51,
	time_to_first_token: null,
	time_to_generate: null,
};
export const metadata = { annotation_reply: null, retriever_resources: [], usage };
export const messageEnd = (files: unknown = null, about: Record<string, unknown> = metadata): DifyEvent => {
	return { event: 'message_end', ...own, id: 'm1', metadata: about, files };
};

const labels = { search: { en_US: 'Search', zh_Hans: '搜索' } };
const called = { tool: 'search', tool_labels: labels, tool_input: '{"search": {"q": "x"}}' };
const idle = { thought: '', observation: '', tool: '', tool_labels: {}, tool_input: '', message_files: [] };
export const thought = (id: string, position: number, more: Record<string, unknown> = {}): DifyEvent => {
	return { event: 'agent_thought', ...own, id, position, ...idle, ...more };
};

export const node = (event: string, node_id: string, more: Record<string, unknown> = {}): DifyEvent => {
	return { event, ...run, data: { id: `e-${node_id}`, node_id, node_type: 'llm', title: node_id, index: 1, ...more } };
};
export const started = (): DifyEvent => {
	const inputs = { 'sys.query': 'Hi', 'sys.files': [], 'sys.workflow_run_id': 'r1' };
	const data = { id: 'r1', workflow_id: 'w1', inputs, created_at: 1700000000, reason: 'initial' };
	return { event: 'workflow_started', ...run, data };
};
export const finished = (status: string, outputs: unknown, error: string | null = null): DifyEvent => {
	const numbers = { elapsed_time: 1.0, total_tokens: 12, total_steps: 3 };
	const times = { created_by: { id: 'eu1', user: 'u1' }, created_at: 1700000000, finished_at: 1700000001 };
	const data = {
		id: 'r1',
		workflow_id: 'w1',
		status,
		outputs,
		error,
		...numbers,
		...times,
		exceptions_count: 0,
		files: [],
	};
	return { event: 'workflow_finished', ...run, data };
};

const form = {
	form_id: 'hf1',
	form_content: 'Check: Hi\n\nNote: {{#$output.note#}}',
	inputs: [{ output_variable_name: 'note', type: 'paragraph' }],
	actions: [{ id: 'ok', title: 'OK', button_style: 'primary' }],
	node_id: 'h1',
	node_title: 'Approve',
	resolved_default_values: {},
	form_token: 'ft1',
	expiration_time: 1700086400,
};
export const reasons = [{ TYPE: 'human_input_required', ...form }];

const hello = [delta('Hé'), delta('llo'), delta('')];
export const chat = [...hello, messageEnd()];
export const chatWithPings = [PING, hello[0], PING, hello[1], PING, hello[2], messageEnd(), PING] as const;

export const agent = [
	thought('th1', 1),
	agentDelta(''),
	thought('th1', 1, called),
	thought('th1', 1, { ...called, observation: '{"search": "found"}' }),
	thought('th2', 2),
	agentDelta('Found '),
	agentDelta('it.'),
	agentDelta(''),
	thought('th2', 2, { thought: 'Found it.' }),
	messageEnd(),
];

/** A chatflow up to its end: the Answer node says "Hi: " and the model's text. */
export const flow = [
	started(),
	delta('Hi: ', ['a', 'answer']),
	node('node_started', 's'),
	node('node_finished', 's', { status: 'succeeded' }),
	node('node_started', 'n1'),
	delta('Ja', ['n1', 'text']),
	delta('', ['n1', 'text']),
	node('node_finished', 'n1', { outputs: { text: 'Ja' }, status: 'succeeded' }),
];
export const succeeded = finished('succeeded', { answer: 'Hi: Ja', files: [] });
export const chatflow = [...flow, messageEnd([]), succeeded];

export const pausedFlow = [
	started(),
	delta('First'),
	{ event: 'human_input_required', ...run, data: { ...form, display_in_ui: true } },
	{
		event: 'workflow_paused',
		...run,
		data: {
			workflow_run_id: 'r1',
			paused_nodes: ['h1'],
			outputs: {},
			reasons,
			status: 'paused',
			created_at: 1700000000,
			elapsed_time: 0.4,
			total_tokens: 0,
			total_steps: 2,
		},
	},
] satisfies DifyEvent[];

/** The same with the envelope of a workflow. */
const ofWorkflow = ({ event, data }: DifyEvent): DifyEvent => ({
	event,
	workflow_run_id: 'r1',
	task_id: 't1',
	data,
});
const chunk = (text: string) => {
	return ofWorkflow({ event: 'text_chunk', data: { text, from_variable_selector: ['n1', 'text'] } });
};

/** A workflow up to its end: the End node gives the model's text. */
export const work: DifyEvent[] = [
	ofWorkflow(started()),
	...['s', 'n1'].flatMap((id) => [ofWorkflow(node('node_started', id)), ofWorkflow(node('node_finished', id))]),
	chunk('J'),
	chunk('a'),
	chunk(''),
];
export const workFinished = (...args: Parameters<typeof finished>) => ofWorkflow(finished(...args));
export const workflow = [...work, workFinished('succeeded', { text: 'Ja' })];
export const pausedWork = pausedFlow.filter(({ event }) => event !== 'message').map(ofWorkflow);
export const resumed = (event: DifyEvent): DifyEvent => {
	return { ...event, data: { ...(event.data as object), reason: 'resumption' } };
};

/** The single line of a run that is over, of a chatflow too. */
export const over = (...args: Parameters<typeof finished>): DifyEvent => ({ ...workFinished(...args), task_id: 'r1' });

export const forms = [
	{
		form_token: 'ft1',
		node_title: 'Approve',
		content: form.form_content,
		inputs: form.inputs,
		actions: form.actions,
		expires_at: form.expiration_time,
	},
];
