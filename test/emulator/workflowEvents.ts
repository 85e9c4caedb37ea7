import { type Answer, eventStream, internalError, notFound } from './answers';
import type { Flow } from './flow';
import { eventsUntil, isEnd, relayed } from './flowRunning';
import { pausedData, requiredData } from './humanForms';
import { isUuid } from './ids';
import type { Json } from './json';
import { pythonJson } from './pythonJson';
import type { AppCall, Routes } from './route';
import { ping } from './sse';

/** The one event of a run that is over; its task is the run itself. */
async function* ending(flow: Flow) {
	await Promise.resolve();
	const ids = { task_id: flow.id, workflow_run_id: flow.id };
	yield `data: ${pythonJson({ event: 'workflow_finished', ...ids, data: flow.result() })}\n\n`;
}

/** What the run has done so far, as it is stored: without texts, inputs and outputs, forms as raw templates. */
function* snapshot(flow: Flow): Generator<Json> {
	const { chat } = flow.subject;
	const message = chat?.message;
	const shared = message && {
		conversation_id: message.conversationId,
		message_id: message.id,
		created_at: message.createdAt,
	};
	const ids = { task_id: flow.execution.taskId, workflow_run_id: flow.id };
	const event = (name: string, data: Json): Json => ({ event: name, ...ids, data, ...shared });
	const about = { id: flow.id, workflow_id: flow.workflowId, inputs: flow.inputs(true), created_at: flow.createdAt };
	yield event('workflow_started', { ...about, reason: 'initial' });
	if (message) {
		const answer = message.status === 'paused' ? message.answer : '';
		yield { event: 'message_replace', task_id: ids.task_id, answer, reason: '', ...shared };
	}
	for (const [position, run] of flow.nodes.entries()) {
		const head = { id: run.id, ...run.node, index: position + 1, predecessor_node_id: null };
		const tail = { created_at: run.createdAt, iteration_id: null, loop_id: null };
		yield event('node_started', { ...head, inputs: null, extras: {}, ...tail });
		if (run.finishedAt === null) continue;
		const values = { inputs: null, process_data: null, outputs: null };
		const end = { status: run.status, error: null, elapsed_time: run.elapsed, execution_metadata: null };
		yield event('node_finished', { ...head, ...values, ...end, finished_at: run.finishedAt, files: [], ...tail });
	}
	if (!flow.form) return;
	const { template } = flow.form.definition;
	yield event('human_input_required', requiredData(flow.form, template));
	const paused = pausedData(flow, flow.form, template);
	yield event('workflow_paused', { ...paused, ...(message && { outputs: chatOutputs(flow.text) }) });
}

const chatOutputs = (answer: string): Json => ({ answer, files: { value_type: 'array[file]', value: [] } });

const isFinish = ({ event }: Json) => event === 'workflow_finished';
const never = () => false;

interface Wishes {
	snapshot: boolean;
	onward: boolean;
}

async function* eventsOf(flow: Flow, wishes: Wishes): AsyncGenerator<Json> {
	// Before anything else can happen, so that nothing is missed or told twice.
	const from = flow.channel.length;
	const { form } = flow;
	if (wishes.snapshot) yield* [...snapshot(flow)];
	if (wishes.snapshot && form && !wishes.onward) return;
	// Alone, `continue_on_pause` does not see the end either.
	const onwardEnd = wishes.snapshot ? isFinish : never;
	yield* eventsUntil(flow, from, wishes.onward ? onwardEnd : isEnd);
}

async function* stream(call: AppCall, flow: Flow, wishes: Wishes) {
	yield ping;
	yield* relayed(call, eventsOf(flow, wishes));
}

const events = (call: AppCall): Answer => {
	const { workspace, app, user, params, query } = call;
	const { workflow_run_id: id } = params;
	if (!isUuid(id)) throw internalError();
	const flow = workspace.apps.runs.get(id.toLowerCase());
	const own = flow?.execution.call;
	if (!flow || own?.app.id !== app.id || own.user !== user) throw notFound('Workflow run not found');
	// Only the very word counts.
	const wishes = { snapshot: query.include_state_snapshot === 'true', onward: query.continue_on_pause === 'true' };
	const isOver = flow.finishedAt !== null;
	const answer = eventStream(isOver ? ending(flow) : stream(call, flow, wishes));
	return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-cache' } };
};

const text = { type: 'string' };

/** Joining a run that goes on, waits or is over. */
export const workflowEventRoutes: Routes = {
	'GET /workflow/{workflow_run_id}/events': {
		key: 'app',
		user: { in: 'query', required: true },
		modes: ['workflow', 'advanced-chat'],
		refusal: 'not_workflow_app',
		query: {
			title: 'WorkflowEventsQuery',
			type: 'object',
			properties: { user: text, include_state_snapshot: text, continue_on_pause: text },
		},
		handle: events,
	},
};
