import { echo } from './answering';
import { answered, ended, failure, said } from './chatflowSteps';
import type { Flow, Node } from './flow';
import { type HumanForm, noteForm, requiredData } from './humanForms';
import { type Filled, humanNode } from './humanNode';
import type { Json } from './json';
import { messageDelta, messageEnd, type Run, store } from './run';

const node = (node_id: string, node_type: string, title: string): Node => ({ node_id, node_type, title });
const start = node('start', 'start', 'Start');
const llm = node('llm', 'llm', 'LLM llm');
const firstAnswer = node('a0', 'answer', 'Answer0');
const secondLlm = node('llm2', 'llm', 'LLM llm2');
const approvedAnswer = node('answer', 'answer', 'Answer');
const rejectedAnswer = node('answer2', 'answer', 'AnswerR');

/** What the answers say of their own. */
const lead = 'First ';
const gap = ' | ';

/** A piece of an answer: of its template, or a value. */
type Piece = [text: string, selector: string[]];

const own = ({ node_id: id }: Node, text: string): Piece => [text, [id, 'answer']];
const note = ({ values }: Filled): Piece => [String(values.note), ['hi', 'note']];
const rejection = (filled: Filled): Piece[] => [own(rejectedAnswer, 'Rejected '), note(filled)];
const approval = (filled: Filled): Piece[] => [
	own(approvedAnswer, ' note='),
	note(filled),
	own(approvedAnswer, ' act='),
	[filled.action.id, ['hi', '__action_id']],
];
const textOf = (pieces: Piece[]) => pieces.map(([text]) => text).join('');

/** Start and first answer; gives back what was said. */
async function* opening(run: Run, flow: Flow) {
	const { message, call } = run;
	const show = (text: string) => messageDelta(run, text, [firstAnswer.node_id, 'answer']);
	const isFirst = call.dialect.staticText === 'first';
	yield flow.started();
	if (isFirst) yield show(lead);
	yield flow.nodeStarted(start);
	if (!isFirst) yield show(lead);
	yield flow.nodeFinished(start, { inputs: message.inputs, outputs: message.inputs });
	const first = yield* said(run, flow, llm, message.query, { before: lead, after: [show(gap)] });
	if (!first) return undefined;
	flow.text = lead + first.text + gap;
	yield* answered(flow, firstAnswer, flow.text);
	return first;
}

/** The answer to an approval; gives back what was said. */
async function* approved(run: Run, flow: Flow, filled: Filled) {
	const question = `after ${filled.action.id} ${String(filled.values.note)}`;
	const asked = { ...run, reply: echo(run.call, question) };
	const pieces = approval(filled);
	const after = pieces.map(([text, selector]) => messageDelta(run, text, selector));
	const second = yield* said(asked, flow, secondLlm, question, { before: flow.text, after });
	if (!second) return undefined;
	const text = `Then ${second.text}${textOf(pieces)}`;
	yield* answered(flow, approvedAnswer, text);
	return { text, tokens: second.tokens };
}

async function* rejected(flow: Flow, filled: Filled) {
	const text = textOf(rejection(filled));
	yield* answered(flow, rejectedAnswer, text);
	return { text, tokens: 0 };
}

/** The events without the pieces of an answer. */
async function* silently<T>(events: AsyncGenerator<Json, T>): AsyncGenerator<Json, T> {
	for (;;) {
		const { value, done } = await events.next();
		if (done) return value;
		if (value.event !== 'message') yield value;
	}
}

const isApproval = ({ action }: Filled) => action.id === 'approve';

/** Model and answer, a person, and then model and answer again or a rejection. */
export async function* humanFlow(run: Run, flow: Flow): AsyncGenerator<Json> {
	const { message, call } = run;
	const repeats = call.dialect.textAfterPause === 'old again';
	const first = yield* opening(run, flow);
	if (!first) return;
	const kept = flow.subject.streaming ? flow.text : '';
	const content: Json = { type: 'human_input', workflow_run_id: flow.id, submitted: false, form_submission_data: null };
	const filled = yield* humanNode(flow, noteForm(), {
		onPause: (form: HumanForm) => {
			if (kept) Object.assign(message, { status: 'paused', answer: kept });
			message.extraContents.push(Object.assign(content, { form_definition: requiredData(form) }));
		},
		shows: (entered) => {
			const fresh = isApproval(entered) ? [own(approvedAnswer, 'Then ')] : rejection(entered);
			const pieces = repeats ? [own(firstAnswer, flow.text)] : fresh;
			return pieces.map(([text, selector]) => messageDelta(run, text, selector));
		},
	});
	if (filled.error) {
		yield* failure(run, flow, filled.error);
		return;
	}
	Object.assign(content, {
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
	const going = isApproval(filled) ? approved(run, flow, filled) : rejected(flow, filled);
	const second = yield* repeats ? silently(going) : going;
	if (!second) return;
	const answer = flow.text + second.text;
	store(run, kept + (repeats ? flow.text : second.text));
	yield* ended(run, flow.succeeded({ answer, files: [] }, first.tokens + second.tokens), messageEnd(run, answer, []));
}
