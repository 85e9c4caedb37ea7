import { ApiError, badRequest, notFound } from './answers';
import type { App } from './apps';
import { type Flow, type Node, workflowIdOf } from './flow';
import { type Filled, humanNode } from './humanNode';
import { noteForm } from './humanForms';
import { fixedId, isUuid } from './ids';
import type { Json } from './json';
import { provider } from './models';
import { deltas, errorEvent, messageDelta, messageEnd, pluginError, type Run, store, timedUsage } from './run';

/** The unpublished version of an app's workflow. */
export const draftIdOf = (app: App) => fixedId(`draft of ${app.kind}`);

/** Refuses a version that is not the published one; chatflows end the text of a 404 with a full stop. */
export function checkVersion(app: App, wanted: string | undefined) {
	if (!wanted || wanted === workflowIdOf(app)) return;
	if (!isUuid(wanted)) throw new ApiError(400, 'bad_request', `Invalid workflow_id format: '${wanted}'. `);
	if (wanted === draftIdOf(app)) {
		throw badRequest(
			`Cannot use draft workflow version. Workflow ID: ${wanted}. ` +
				'Please use a published workflow version or leave workflow_id empty.',
		);
	}
	throw notFound(`Workflow not found with id: ${wanted}${app.mode === 'workflow' ? '' : '.'}`);
}

const start: Node = { node_id: 'start', node_type: 'start', title: 'Start' };
const knowledge: Node = { node_id: 'kr', node_type: 'knowledge-retrieval', title: 'Knowledge' };
const llm: Node = { node_id: 'llm', node_type: 'llm', title: 'LLM' };
const answerNode: Node = { node_id: 'answer', node_type: 'answer', title: 'Answer' };

const found = ({ resources }: Run): Json[] =>
	resources.map(({ content, document_name: title, position, ...resource }) => ({
		metadata: { _source: 'knowledge', ...resource, document_name: title, position },
		title,
		files: null,
		content,
		summary: null,
	}));

function* succeed(run: Run, flow: Flow, answer: string, totalTokens: number): Generator<Json> {
	yield* flow.wholeNode(answerNode, { inputs: {}, outputs: { answer, files: [] } });
	store(run, answer);
	yield* ended(run, flow.succeeded({ answer, files: [] }, totalTokens), messageEnd(run, answer, []));
}

/** The end of a run and what goes with it, in the version's order. */
function* ended({ call: { dialect } }: Run, finished: Json, companion: Json): Generator<Json> {
	const isError = companion.event === 'error';
	if (dialect.chatflowEnd === 'message_end first' && !isError) yield companion;
	yield finished;
	if (dialect.chatflowEnd === 'workflow_finished first') yield companion;
}

/** A run that failed; what its message keeps. */
const failure = (run: Run, flow: Flow, error: string) => {
	store(run, '', `Run failed: ${error}`);
	return ended(run, flow.failed(error), errorEvent(run, `Run failed: ${error}`));
};

/** A run that was stopped; the text so far is kept where that is no failure. */
function* stopped(run: Run, flow: Flow, answer: string): Generator<Json> {
	const { status, error } = run.call.dialect.stopped;
	if (status === 'failed') store(run, '', `Run failed: ${error}`);
	else store(run, answer);
	const finished = flow.stopped();
	if (run.call.dialect.chatflowEnd === 'workflow_finished first') yield* ended(run, finished, messageEnd(run, answer, []));
	else yield finished;
}

/** A run that was stopped by somebody else while its model was speaking: it fails with all that was said. */
function* stoppedLate(run: Run, flow: Flow, answer: string): Generator<Json> {
	yield* flow.wholeNode(answerNode, { inputs: {}, outputs: { answer, files: [] } });
	flow.outputs = { answer, files: [] };
	yield* failure(run, flow, 'Aborted: User requested stop');
	flow.status = 'stopped';
}

/** Start, knowledge, model, answer. */
async function* knowledgeFlow(run: Run, flow: Flow): AsyncGenerator<Json> {
	const { message, reply } = run;
	yield flow.started();
	yield* flow.wholeNode(start, { inputs: message.inputs, outputs: flow.inputs() });
	yield* flow.wholeNode(knowledge, { inputs: { query: message.query }, outputs: { result: found(run) } });
	yield flow.nodeStarted(llm);
	let answer = '';
	for await (const piece of deltas(run)) {
		answer += piece;
		yield messageDelta(run, piece, ['llm', 'text']);
	}
	if (run.task.stopped) {
		yield* stopped(run, flow, answer);
		return;
	}
	const inputs = { model_provider: provider, model_name: 'fake-llm' };
	if (reply.failure) {
		const error = pluginError(run, reply.failure);
		yield flow.nodeFinished(llm, { inputs, outputs: {}, error });
		yield* failure(run, flow, error);
		return;
	}
	const used = timedUsage(run, message.query, answer);
	const total = Number(used.total_tokens);
	yield messageDelta(run, '', ['llm', 'text']);
	const outputs = { text: answer, reasoning_content: '', usage: used, finish_reason: 'stop', files: [] };
	yield flow.nodeFinished(llm, { inputs, outputs, metadata: { total_tokens: total, total_price: '0', currency: 'USD' } });
	if (run.task.stoppedLate) yield* stoppedLate(run, flow, answer);
	else yield* succeed(run, flow, answer, total);
}

/** Start, a person, answer. */
async function* humanFlow(run: Run, flow: Flow): AsyncGenerator<Json> {
	const { message } = run;
	yield flow.started();
	yield* flow.wholeNode(start, { inputs: message.inputs, outputs: message.inputs });
	const pieces = ({ action, values }: Filled) => [action.id, ': ', String(values.note)];
	const filled = yield* humanNode(flow, noteForm(), {
		onPause: () => {
			if (flow.subject.streaming) message.status = 'paused';
		},
		shows: (entered) => pieces(entered).map((piece) => messageDelta(run, piece, ['answer', 'answer'])),
	});
	if (filled.error) {
		yield* failure(run, flow, filled.error);
		return;
	}
	message.extraContents.push({
		type: 'human_input',
		workflow_run_id: flow.id,
		submitted: true,
		form_submission_data: {
			node_id: 'hi',
			node_title: 'Approve',
			rendered_content: filled.rendered,
			action_id: filled.action.id,
			action_text: filled.action.title,
			submitted_data: filled.values,
		},
	});
	yield* succeed(run, flow, pieces(filled).join(''), 0);
}

/** A chatflow's stream. */
export const chatflowEvents = (run: Run, flow: Flow) =>
	run.call.app.kind === 'chatflowHuman' ? humanFlow(run, flow) : knowledgeFlow(run, flow);
