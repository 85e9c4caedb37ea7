import { ApiError, badRequest, notFound } from './answers';
import type { App } from './apps';
import { answered, ended, failure, said } from './chatflowSteps';
import { type Flow, type Node, workflowIdOf } from './flow';
import { humanFlow } from './humanFlow';
import { fixedId, isUuid } from './ids';
import type { Json } from './json';
import { messageEnd, type Run, store } from './run';

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
	yield* answered(flow, answerNode, answer);
	store(run, answer);
	yield* ended(run, flow.succeeded({ answer, files: [] }, totalTokens), messageEnd(run, answer, []));
}

/** A run that was stopped by somebody else while its model was speaking: it fails with all that was said. */
function* stoppedLate(run: Run, flow: Flow, answer: string): Generator<Json> {
	yield* answered(flow, answerNode, answer);
	flow.outputs = { answer, files: [] };
	yield* failure(run, flow, 'Aborted: User requested stop');
	flow.status = 'stopped';
}

/** Start, knowledge, model, answer. */
async function* knowledgeFlow(run: Run, flow: Flow): AsyncGenerator<Json> {
	const { message } = run;
	yield flow.started();
	yield* flow.wholeNode(start, { inputs: message.inputs, outputs: flow.inputs() });
	yield* flow.wholeNode(knowledge, { inputs: { query: message.query }, outputs: { result: found(run) } });
	const answer = yield* said(run, flow, llm, message.query);
	if (!answer) return;
	if (run.task.stoppedLate) yield* stoppedLate(run, flow, answer.text);
	else yield* succeed(run, flow, answer.text, answer.tokens);
}

/** A chatflow's stream. */
export const chatflowEvents = (run: Run, flow: Flow) =>
	run.call.app.kind === 'chatflowHuman' ? humanFlow(run, flow) : knowledgeFlow(run, flow);
