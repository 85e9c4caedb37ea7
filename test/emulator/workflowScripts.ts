import type { AppKind } from './apps';
import { isFile, toolFile } from './fileValues';
import type { Flow, Node } from './flow';
import { type FormDefinition, fullForm, noteForm } from './humanForms';
import { type Filled, humanNode } from './humanNode';
import { isObject, type Json, type Value } from './json';
import { schemaViolation } from './jsonSchemas';
import { provider } from './models';
import { deltas, pluginError, timedUsage } from './run';
import { pythonRepr } from './validation';

const start: Node = { node_id: 'start', node_type: 'start', title: 'Start' };
const llm: Node = { node_id: 'llm', node_type: 'llm', title: 'LLM' };
const http: Node = { node_id: 'http', node_type: 'http-request', title: 'HTTP' };
const code: Node = { node_id: 'code', node_type: 'code', title: 'Code' };
const end: Node = { node_id: 'end', node_type: 'end', title: 'End' };

type Script = AsyncGenerator<Json>;
/** What a step gives to the next one; nothing where the run ended. */
type Step<T> = AsyncGenerator<Json, T | undefined>;

async function* begin(flow: Flow, shown: Json = {}): Step<true> {
	const { inputs } = flow.subject;
	yield flow.started();
	const error = schemaViolation(flow.execution.call, inputs);
	const { staticText } = flow.execution.call.dialect;
	if (!error && staticText === 'first') yield* rendered(flow, shown);
	yield flow.nodeStarted(start);
	if (!error && staticText === 'after start') yield* rendered(flow, shown);
	yield flow.nodeFinished(start, { inputs, outputs: error ? {} : inputs, error });
	if (!error) return true;
	yield flow.failed(error);
	return undefined;
}

const printedItem = (value: Value): string => {
	if (isFile(value)) return printed(value);
	return `- ${typeof value === 'string' ? value : pythonRepr(value)}`;
};

/** The text of an output in the stream: as the template language prints it. */
const printed = (value: Value | undefined): string => {
	if (value === null || value === undefined) return '';
	if (isFile(value)) return `${value.type === 'image' ? '!' : ''}[${String(value.filename)}](${String(value.url)})`;
	if (Array.isArray(value)) return value.map(printedItem).join('\n');
	if (isObject(value)) return JSON.stringify(value, null, 2);
	return typeof value === 'string' ? value : pythonRepr(value);
};

/** Outputs in the stream, with line breaks in between; those of the start node are known before any node runs. */
function* rendered(flow: Flow, outputs: Json, nodeId = start.node_id): Generator<Json> {
	for (const [index, [name, value]] of Object.entries(outputs).entries()) {
		if (index) yield flow.textChunk('\n', ['end', 'answer']);
		yield flow.textChunk(printed(value), [nodeId, name]);
	}
}

/** The model's part: its text, streamed. */
async function* answer(flow: Flow): Step<{ text: string; tokens: number }> {
	const { execution, subject } = flow;
	yield flow.nodeStarted(llm);
	let text = '';
	for await (const piece of deltas(execution)) {
		text += piece;
		yield flow.textChunk(piece, [llm.node_id, 'text']);
	}
	if (execution.task.stopped) {
		yield flow.stopped();
		return undefined;
	}
	const inputs = { model_provider: provider, model_name: 'fake-llm' };
	const { failure } = execution.reply;
	if (failure) {
		const error = pluginError(execution, failure);
		yield flow.nodeFinished(llm, { inputs, outputs: {}, error });
		yield flow.failed(error);
		return undefined;
	}
	const used = timedUsage(execution, String(subject.inputs.query), text);
	const tokens = Number(used.total_tokens);
	yield flow.textChunk('', [llm.node_id, 'text']);
	const outputs = { text, reasoning_content: '', usage: used, finish_reason: 'stop', files: [] };
	yield flow.nodeFinished(llm, { inputs, outputs, metadata: { total_tokens: tokens, total_price: '0', currency: 'USD' } });
	return { text, tokens };
}

async function* finish(flow: Flow, outputs: Json, tokens = 0): Script {
	yield* flow.wholeNode(end, { inputs: outputs, outputs });
	yield flow.succeeded(outputs, tokens);
}

/** Gives back the inputs; the text comes from a model that repeats it. */
async function* echoing(flow: Flow): Script {
	if (!(yield* begin(flow))) return;
	const said = yield* answer(flow);
	if (said) yield* finish(flow, { ...flow.subject.inputs, query: said.text }, said.tokens);
}

async function* slow(flow: Flow): Script {
	if (!(yield* begin(flow))) return;
	const said = yield* answer(flow);
	if (said) yield* finish(flow, { text: said.text }, said.tokens);
}

const refused = '[Errno 111] Connection refused';

/** The model answers, then a request to a closed port fails. */
async function* failing(flow: Flow): Script {
	if (!(yield* begin(flow))) return;
	const said = yield* answer(flow);
	if (!said) return;
	yield flow.nodeStarted(http);
	const request = { request: 'GET /closed HTTP/1.1\r\nHost: 127.0.0.1:9\r\n\r\n' };
	yield flow.nodeFinished(http, { inputs: {}, process_data: request, outputs: {}, error: refused });
	yield flow.failed(refused, said.tokens);
}

/** Numbers, objects, lists and files, those of the inputs and some of its own. */
async function* types(flow: Flow): Script {
	const { call } = flow.execution;
	const { query, n, loud, doc, pics, cfg } = flow.subject.inputs;
	const items = isObject(cfg) ? (cfg.items ?? null) : null;
	const given: Json = { query, n, loud, doc, pics, cfg, items, uid: call.user };
	if (!(yield* begin(flow, given))) return;
	const picture = toolFile(call);
	const own = {
		numbers: [1, 2.5, -3],
		texts: ['α', 'b', ''],
		table: [{ name: 'Käse', price: 2.5, tags: ['food'] }, { name: 'Brot', price: null, tags: [] }],
		nested: { deep: { deeper: { deepest: true } }, empty: {} },
		picture,
		pictures: [picture],
	};
	yield* finish(flow, { ...given, ...own });
}

/** A person fills the form; nothing comes back where the run failed over it. */
async function* asked(flow: Flow, form: FormDefinition, shows?: (filled: Filled) => Iterable<Json>): Step<Filled> {
	const filled = yield* humanNode(flow, form, { shows });
	if (!filled.error) return filled;
	yield flow.failed(filled.error);
	return undefined;
}

/** One form with every type of input. */
async function* human(flow: Flow): Script {
	if (!(yield* begin(flow))) return;
	const form = fullForm();
	const shows = ({ action, values: { note, choice, afile, files }, rendered: text }: Filled) =>
		rendered(flow, { __action_id: action.id, note, choice, __rendered_content: text, afile, files }, form.node.node_id);
	const filled = yield* asked(flow, form, shows);
	if (!filled) return;
	const { note, choice, afile, files } = filled.values;
	yield* finish(flow, { act: filled.action.id, note, choice, rendered: filled.rendered, afile, files });
}

/** Two forms, unless the first one is rejected. */
async function* twice(flow: Flow): Script {
	if (!(yield* begin(flow))) return;
	const form = noteForm('hi');
	const shows = ({ action, values: { note } }: Filled) =>
		action.id === 'reject' ? rendered(flow, { note }, form.node.node_id) : [];
	const first = yield* asked(flow, form, shows);
	if (!first) return;
	const { note } = first.values;
	if (first.action.id === 'reject') return yield* finish(flow, { rejected: note });
	yield* flow.wholeNode(code, { inputs: { note }, outputs: { text: note } });
	const { textOfLastResumption } = flow.execution.call.dialect;
	const ending = ({ values }: Filled) => rendered(flow, { text: note, note2: values.note }, code.node_id);
	const second = yield* asked(flow, noteForm('hi2'), textOfLastResumption ? ending : undefined);
	if (second) yield* finish(flow, { text: note, note2: second.values.note });
}

/** The workflow of each app. */
export const workflowScripts: Partial<Record<AppKind, (flow: Flow) => Script>> = {
	workflow: echoing,
	workflowFail: failing,
	workflowSlow: slow,
	workflowHuman: human,
	workflowTwice: twice,
	workflowTypes: types,
};
