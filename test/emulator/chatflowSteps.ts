import type { Flow, Node } from './flow';
import type { Json } from './json';
import { provider } from './models';
import { deltas, errorEvent, messageDelta, messageEnd, pluginError, type Run, store, timedUsage } from './run';

/** The end of a run and what goes with it, in the version's order. */
export function* ended({ call: { dialect } }: Run, finished: Json, companion: Json): Generator<Json> {
	const isError = companion.event === 'error';
	if (dialect.chatflowEnd === 'message_end first' && !isError) yield companion;
	yield finished;
	if (dialect.chatflowEnd === 'workflow_finished first') yield companion;
}

/** A run that failed; what its message keeps. */
export const failure = (run: Run, flow: Flow, error: string) => {
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

/** An Answer node. */
export const answered = (flow: Flow, node: Node, answer: string) =>
	flow.wholeNode(node, { inputs: {}, outputs: { answer, files: [] } });

/** What surrounds a model's text in an answer. */
interface Around {
	/** What was said before. */
	before?: string;
	/** What is said once the text is there, before the node is reported. */
	after?: Json[];
}

/** What a model said. */
interface Said {
	text: string;
	tokens: number;
}

/** A model's part, streamed; nothing where the run ended. */
export async function* said(run: Run, flow: Flow, llm: Node, question: string, around: Around = {}): AsyncGenerator<Json, Said | undefined> {
	const selector = [llm.node_id, 'text'];
	yield flow.nodeStarted(llm);
	let text = '';
	for await (const piece of deltas(run)) {
		text += piece;
		yield messageDelta(run, piece, selector);
	}
	if (run.task.stopped) {
		yield* stopped(run, flow, (around.before ?? '') + text);
		return undefined;
	}
	const inputs = { model_provider: provider, model_name: 'fake-llm' };
	if (run.reply.failure) {
		const error = pluginError(run, run.reply.failure);
		yield flow.nodeFinished(llm, { inputs, outputs: {}, error });
		yield* failure(run, flow, error);
		return undefined;
	}
	const used = timedUsage(run, question, text);
	const tokens = Number(used.total_tokens);
	yield messageDelta(run, '', selector);
	yield* around.after ?? [];
	const outputs = { text, reasoning_content: '', usage: used, finish_reason: 'stop', files: [] };
	yield flow.nodeFinished(llm, { inputs, outputs, metadata: { total_tokens: tokens, total_price: '0', currency: 'USD' } });
	return { text, tokens };
}
