import { Channel } from './channel';
import { endUserOf } from './endUsers';
import { filesOf } from './fileValues';
import { pausedData, requiredData, type HumanForm } from './humanForms';
import { fixedId, seconds } from './ids';
import type { Json } from './json';
import { type Execution, envelope, type Run } from './run';

/** A node of a workflow. */
export interface Node {
	node_id: string;
	node_type: string;
	title: string;
}

/** What came of a node. */
export interface Outcome {
	inputs: Json;
	process_data?: Json;
	outputs: Json;
	error?: string;
	metadata?: Json;
}

/** One execution of a node. */
export interface NodeRun {
	node: Node;
	id: string;
	createdAt: number;
	finishedAt: number | null;
	status: string;
	elapsed: number;
}

/** What a workflow run is about. */
export interface FlowSubject {
	/** The start node's variables. */
	inputs: Json;
	/** Legacy files of the call, as values. */
	files: Json[];
	/** Started with an open stream, not waiting for an answer. */
	streaming: boolean;
	/** The message of a chatflow. */
	chat?: Run;
}

/** The published version of an app's workflow. */
export const workflowIdOf = ({ kind }: { kind: string }) => fixedId(`workflow of ${kind}`);

/** One run of a workflow or chatflow: its state, and the events that it sends. */
export class Flow {
	readonly id: string;
	readonly workflowId: string;
	readonly channel = new Channel();
	readonly createdAt = seconds();
	readonly nodes: NodeRun[] = [];
	status = 'running';
	outputs: Json = {};
	/** What a chatflow has answered before it waits. */
	text = '';
	error: string | null = null;
	totalTokens = 0;
	totalSteps = 0;
	exceptions = 0;
	elapsed = 0;
	finishedAt: number | null = null;
	/** Nobody reads its stream, and with that it ends where it is. */
	left = false;
	/** The form that the paused run waits for. */
	form: HumanForm | null = null;

	constructor(
		readonly execution: Execution,
		readonly subject: FlowSubject,
	) {
		const { workspace, app } = execution.call;
		this.id = workspace.ids.next();
		this.workflowId = workflowIdOf(app);
		workspace.apps.runs.set(this.id, this);
	}

	/** Inputs with the system's variables; those of stored workflow runs know the time. */
	inputs(stored = false): Json {
		const { inputs, files, chat } = this.subject;
		const { app, user } = this.execution.call;
		return {
			...inputs,
			...(chat && { 'sys.query': chat.message.query }),
			'sys.files': files,
			'sys.user_id': user,
			...(chat && { 'sys.dialogue_count': chat.conversation.messages.length }),
			'sys.app_id': app.id,
			...(stored && !chat && { 'sys.timestamp': this.createdAt }),
			'sys.workflow_id': this.workflowId,
			'sys.workflow_run_id': this.id,
		};
	}

	started(reason: 'initial' | 'resumption' = 'initial'): Json {
		this.status = 'running';
		const { workflowId } = this;
		const times = reason === 'initial' ? this.createdAt : seconds();
		const data = { id: this.id, workflow_id: workflowId, inputs: this.inputs(), created_at: times, reason };
		return this.event('workflow_started', data);
	}

	succeeded(outputs: Json, totalTokens = 0): Json {
		Object.assign(this, { status: 'succeeded', outputs, totalTokens });
		return this.finished();
	}

	failed(error: string, totalTokens = 0): Json {
		Object.assign(this, { status: 'failed', error, totalTokens, exceptions: 1 });
		return this.finished();
	}

	stopped(): Json {
		const { status, error, stored } = this.execution.call.dialect.stopped;
		Object.assign(this, { status: stored, error });
		return this.finished(status);
	}

	/** The data of `workflow_finished`. */
	result(status = this.status): Json {
		const { app, user } = this.execution.call;
		return {
			id: this.id,
			workflow_id: this.workflowId,
			status,
			outputs: this.outputs,
			error: this.error,
			elapsed_time: this.elapsed,
			total_tokens: this.totalTokens,
			total_steps: this.totalSteps,
			created_by: { id: endUserOf(this.execution.call, app, user).id, user },
			created_at: this.createdAt,
			finished_at: this.finishedAt,
			exceptions_count: this.exceptions,
			files: filesOf(this.outputs),
		};
	}

	nodeStarted(node: Node): Json {
		this.totalSteps += 1;
		const run = this.execute(node);
		return this.event('node_started', {
			...this.nodeData(run),
			inputs: null,
			inputs_truncated: false,
			extras: {},
			agent_strategy: null,
		});
	}

	nodeFinished(node: Node, { inputs, process_data = {}, outputs, error, metadata }: Outcome): Json {
		const run = this.execute(node);
		const status = error === undefined ? 'succeeded' : 'failed';
		Object.assign(run, { status, finishedAt: seconds(), elapsed: this.now });
		return this.event('node_finished', {
			...this.nodeData(run),
			inputs,
			inputs_truncated: false,
			process_data,
			process_data_truncated: false,
			outputs,
			outputs_truncated: false,
			status,
			error: error ?? null,
			elapsed_time: run.elapsed,
			execution_metadata: metadata ?? null,
			finished_at: run.finishedAt,
			files: filesOf(outputs),
		});
	}

	*wholeNode(node: Node, outcome: Outcome) {
		yield this.nodeStarted(node);
		yield this.nodeFinished(node, outcome);
	}

	textChunk(text: string, selector: string[]): Json {
		return this.event('text_chunk', { text, from_variable_selector: selector });
	}

	/** The two events with which a run begins to wait for a person. */
	*waiting(node: Node, form: HumanForm): Generator<Json> {
		Object.assign(this.execute(node), { status: 'paused', finishedAt: seconds(), elapsed: this.now });
		this.form = form;
		this.status = 'paused';
		yield this.event('human_input_required', requiredData(form));
		yield this.event('workflow_paused', { ...pausedData(this, form), elapsed_time: this.now });
	}

	/** A workflow-type event. */
	event(name: string, data: Json): Json {
		const { chat } = this.subject;
		if (chat) return { ...envelope(chat, name), workflow_run_id: this.id, data };
		return { event: name, workflow_run_id: this.id, task_id: this.execution.taskId, data };
	}

	private finished(status = this.status): Json {
		this.finishedAt = seconds();
		this.elapsed = this.now;
		return this.event('workflow_finished', this.result(status));
	}

	private get now() {
		return (Date.now() - this.execution.begun) / 1000;
	}

	/** The node's execution; a node that waited for a person goes on with the same one. */
	private execute(node: Node): NodeRun {
		const known = this.nodes.find((other) => other.node === node);
		if (known) return known;
		const id = this.execution.call.workspace.ids.next();
		const run = { node, id, createdAt: seconds(), finishedAt: null, status: 'running', elapsed: 0 };
		this.nodes.push(run);
		return run;
	}

	private nodeData({ node, id, createdAt }: NodeRun): Json {
		const place = { index: 1, predecessor_node_id: null, created_at: createdAt, iteration_id: null, loop_id: null };
		return { id, ...node, ...place };
	}
}
