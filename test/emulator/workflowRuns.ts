import { echo } from './answering';
import { ApiError, internalError, json } from './answers';
import { checkVersion } from './chatflow';
import { stop, stopSchema } from './chatMessages';
import { Flow } from './flow';
import { drive, flowStream, type Launched, settled } from './flowRunning';
import { reasonsOf } from './humanForms';
import { readInputs } from './inputs';
import { type Json, textOf } from './json';
import { readFiles } from './messageFiles';
import { openTask } from './run';
import type { AppCall, Routes } from './route';
import { limited } from './slots';
import type { Schema } from './validation';
import { workflowScripts } from './workflowScripts';

const slowly = 'MAGIC_SLOW';

/** What the model of a workflow says: the question itself, or what its words order. */
const replyOf = (call: AppCall, query: string) => {
	const asked = call.app.kind === 'workflowSlow' && !query.includes('MAGIC_') ? `${query} ${slowly}` : query;
	return echo(call, asked, '');
};

const launch = async (call: AppCall): Promise<Flow> => {
	const files = await readFiles(call);
	const inputs = await readInputs(call);
	const reply = replyOf(call, textOf(inputs.query) ?? '');
	const streaming = call.body.response_mode === 'streaming';
	const flow = new Flow({ call, ...openTask(call), reply, begun: Date.now() }, { inputs, files, streaming });
	const script = workflowScripts[call.app.kind];
	if (!script) throw internalError();
	drive(flow, script(flow));
	return flow;
};

const launched = (call: AppCall): Promise<Launched> =>
	launch(call).catch((error: unknown) => (error instanceof ApiError ? error : internalError()));

const blockingObject = (flow: Flow): Json => ({
	task_id: flow.execution.taskId,
	workflow_run_id: flow.id,
	data: {
		id: flow.id,
		workflow_id: flow.workflowId,
		status: flow.status,
		outputs: flow.outputs,
		error: flow.error,
		elapsed_time: flow.elapsed,
		total_tokens: flow.totalTokens,
		total_steps: flow.totalSteps,
		created_at: flow.createdAt,
		finished_at: flow.finishedAt,
		...(flow.form && { paused_nodes: [flow.form.definition.node.node_id], reasons: reasonsOf(flow.form) }),
	},
});

const run = async (call: AppCall) => {
	checkVersion(call.app, call.params.workflow_id);
	if (call.body.response_mode === 'streaming') return flowStream(call, () => launched(call));
	const flow = await launch(call);
	await settled(flow);
	return json(blockingObject(flow));
};

const payload: Schema = {
	title: 'WorkflowRunPayload',
	type: 'object',
	required: ['inputs'],
	properties: {
		inputs: { type: 'object' },
		user: {},
		files: { type: ['array', 'null'] },
		response_mode: { enum: ['blocking', 'streaming', null] },
		trace_id: { type: ['string', 'null'] },
	},
};

const ofWorkflows = { modes: ['workflow' as const], refusal: 'not_workflow_app' as const };

/** Running a workflow and stopping it. */
export const workflowRunRoutes: Routes = {
	'POST /workflows/run': {
		key: 'app',
		user: { in: 'body', required: true },
		...ofWorkflows,
		body: payload,
		handle: limited(run),
	},
	'POST /workflows/{workflow_id}/run': {
		key: 'app',
		user: { in: 'body', required: true },
		...ofWorkflows,
		body: payload,
		handle: limited(run),
	},
	'POST /workflows/tasks/{task_id}/stop': {
		key: 'app',
		user: { in: 'body', required: true },
		...ofWorkflows,
		body: stopSchema,
		handle: stop,
	},
};
