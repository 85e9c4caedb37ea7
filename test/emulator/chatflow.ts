import { usage } from './answering';
import { ApiError, notFound } from './answers';
import { fixedId, isUuid, seconds } from './ids';
import type { Json } from './json';
import { provider } from './models';
import { deltas, envelope, messageEnd, pluginError, type Run, store } from './run';

const workflowId = fixedId('workflow of the chatflow');

/** Refuses a version that is not the published one. */
export function checkVersion(wanted: string | undefined) {
	if (!wanted || wanted === workflowId) return;
	if (!isUuid(wanted)) throw new ApiError(400, 'bad_request', `Invalid workflow_id format: '${wanted}'. `);
	throw notFound(`Workflow not found with id: ${wanted}.`);
}

interface Node {
	node_id: string;
	node_type: string;
	title: string;
}

const nodes = {
	start: { node_id: 'start', node_type: 'start', title: 'Start' },
	knowledge: { node_id: 'kr', node_type: 'knowledge-retrieval', title: 'Knowledge' },
	llm: { node_id: 'llm', node_type: 'llm', title: 'LLM' },
	answer: { node_id: 'answer', node_type: 'answer', title: 'Answer' },
};

interface Outcome {
	inputs: Json;
	process_data?: Json;
	outputs: Json;
	error?: string;
}

/** Makes the events of one workflow run. */
class Flow {
	readonly runId: string;
	private readonly created = seconds();
	private steps = 0;
	private readonly executions = new Map<Node, string>();

	constructor(private readonly run: Run) {
		this.runId = run.call.workspace.ids.next();
	}

	started(): Json {
		const { call, conversation, message } = this.run;
		const inputs = {
			...message.inputs,
			'sys.query': message.query,
			'sys.files': [],
			'sys.user_id': call.user,
			'sys.dialogue_count': conversation.messages.length,
			'sys.app_id': call.app.id,
			'sys.workflow_id': workflowId,
			'sys.workflow_run_id': this.runId,
		};
		const data = { id: this.runId, workflow_id: workflowId, inputs, created_at: this.created, reason: 'initial' };
		return this.event('workflow_started', data);
	}

	finished(status: string, outputs: Json, totalTokens: number, error: string | null = null): Json {
		return this.event('workflow_finished', {
			id: this.runId,
			workflow_id: workflowId,
			status,
			outputs,
			error,
			elapsed_time: this.elapsed,
			total_tokens: totalTokens,
			total_steps: this.steps,
			created_by: { id: fixedId(`user ${this.run.call.user}`), user: this.run.call.user },
			created_at: this.created,
			finished_at: seconds(),
			exceptions_count: error && !this.run.task.stopped ? 1 : 0,
			files: [],
		});
	}

	nodeStarted(node: Node): Json {
		this.steps += 1;
		this.executions.set(node, this.run.call.workspace.ids.next());
		return this.event('node_started', {
			...this.node(node),
			inputs: null,
			inputs_truncated: false,
			extras: {},
			agent_strategy: null,
		});
	}

	nodeFinished(node: Node, { inputs, process_data = {}, outputs, error }: Outcome, metadata: Json | null = null): Json {
		return this.event('node_finished', {
			...this.node(node),
			inputs,
			inputs_truncated: false,
			process_data,
			process_data_truncated: false,
			outputs,
			outputs_truncated: false,
			status: error === undefined ? 'succeeded' : 'failed',
			error: error ?? null,
			elapsed_time: this.elapsed,
			execution_metadata: metadata,
			finished_at: seconds(),
			files: [],
		});
	}

	*wholeNode(node: Node, outcome: Outcome) {
		yield this.nodeStarted(node);
		yield this.nodeFinished(node, outcome);
	}

	delta(answer: string): Json {
		const shared = envelope(this.run, 'message');
		return { ...shared, id: this.run.message.id, answer, from_variable_selector: ['llm', 'text'] };
	}

	private get elapsed() {
		return (Date.now() - this.run.begun) / 1000;
	}

	private node(node: Node): Json {
		return {
			id: this.executions.get(node),
			...node,
			index: 1,
			predecessor_node_id: null,
			created_at: this.created,
			iteration_id: null,
			loop_id: null,
		};
	}

	private event(name: string, data: Json): Json {
		return { ...envelope(this.run, name), workflow_run_id: this.runId, data };
	}
}

const found = ({ resources }: Run): Json[] =>
	resources.map(({ content, document_name: title, position, ...resource }) => ({
		metadata: { _source: 'knowledge', ...resource, document_name: title, position },
		title,
		files: null,
		content,
		summary: null,
	}));

/** A chatflow's stream: start, knowledge, model, answer. */
export async function* chatflowEvents(run: Run): AsyncGenerator<Json> {
	const flow = new Flow(run);
	const { message, reply, begun } = run;
	yield flow.started();
	yield* flow.wholeNode(nodes.start, { inputs: message.inputs, outputs: message.inputs });
	yield* flow.wholeNode(nodes.knowledge, { inputs: { query: message.query }, outputs: { result: found(run) } });
	yield flow.nodeStarted(nodes.llm);
	let answer = '';
	for await (const piece of deltas(run)) {
		answer += piece;
		yield flow.delta(piece);
	}
	if (run.task.stopped) {
		const { status, error } = run.call.dialect.stopped;
		store(run, '', `Run failed: ${error}`);
		yield flow.finished(status, {}, 0, error);
		return;
	}
	const inputs = { model_provider: provider, model_name: 'fake-llm' };
	if (reply.failure) {
		const error = pluginError(run, reply.failure);
		store(run, '', `Run failed: ${error}`);
		yield flow.nodeFinished(nodes.llm, { inputs, outputs: {}, error });
		yield flow.finished('failed', {}, 0, error);
		return;
	}
	const used = usage(message.query, answer, begun);
	const total = Number(used.total_tokens);
	yield flow.delta('');
	yield flow.nodeFinished(
		nodes.llm,
		{ inputs, outputs: { text: answer, reasoning_content: '', usage: used, finish_reason: 'stop', files: [] } },
		{ total_tokens: total, total_price: '0', currency: 'USD' },
	);
	yield* flow.wholeNode(nodes.answer, { inputs: {}, outputs: { answer, files: [] } });
	store(run, answer);
	yield messageEnd(run, answer, []);
	yield flow.finished('succeeded', { answer, files: [] }, total);
}
