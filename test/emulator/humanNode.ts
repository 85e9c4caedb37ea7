import type { Flow } from './flow';
import { type FormDefinition, type HumanForm, showForm, type Submission } from './humanForms';
import { isObject, type Json, type Value } from './json';

const shown = (value: Value | undefined) => {
	if (Array.isArray(value)) return `[${value.length} files]`;
	return isObject(value) ? '[file]' : String(value ?? '');
};

const typed = (value: Value | undefined): Json => {
	if (Array.isArray(value)) return { value_type: 'array[file]', value };
	return { value_type: isObject(value) ? 'file' : 'string', value };
};

/** What is wrong with a submission that was taken: the run fails over it. */
const violation = (inputs: Json[], values: Json) => {
	const wrong = inputs.find(
		({ type, output_variable_name: name }) => type === 'paragraph' && typeof values[String(name)] !== 'string',
	);
	if (!wrong) return undefined;
	const name = String(wrong.output_variable_name);
	const got = typeof values[name] === 'number' ? 'int' : 'dict';
	return `HumanInput file list input expects a string, output_variable_name=${name}, got=${got}`;
};

/** What a person's answer became. */
export interface Filled extends Submission {
	/** The form with the values in it. */
	rendered: string;
	error?: string;
}

/** What else happens at a form. */
interface Surroundings {
	onPause?: (form: HumanForm) => void;
	/** What the stream shows of the answer once the node's outputs are known, before the node is reported. */
	shows?: (filled: Filled) => Iterable<Json>;
}

/** Shows a form, waits for a person and goes on; gives back what was entered. */
export async function* humanNode(
	flow: Flow,
	definition: FormDefinition,
	{ onPause, shows }: Surroundings = {},
): AsyncGenerator<Json, Filled> {
	const { workspace } = flow.execution.call;
	const { node, inputs } = definition;
	yield flow.nodeStarted(node);
	const { form, submission } = showForm(flow, definition);
	onPause?.(form);
	// A stop has no effect on a run that waits.
	workspace.tasks.delete(flow.execution.taskId);
	yield* flow.waiting(node, form);
	const { action, values } = await submission;
	workspace.tasks.set(flow.execution.taskId, flow.execution.task);
	flow.form = null;
	yield flow.started('resumption');
	yield flow.nodeStarted(node);
	const rendered = form.content.replace(/\{\{#\$output\.(\w+)#\}\}/g, (_, name: string) => shown(values[name]));
	const error = violation(inputs, values);
	const entered = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typed(value)]));
	if (error) {
		yield flow.nodeFinished(node, { inputs: {}, outputs: {}, error });
		return { action, values, rendered, error };
	}
	yield flow.event('human_input_form_filled', {
		node_id: node.node_id,
		node_title: node.title,
		rendered_content: rendered,
		action_id: action.id,
		action_text: action.title,
		submitted_data: values,
	});
	const filled = { action, values, rendered };
	if (shows) yield* shows(filled);
	const outputs = { ...values, __action_id: action.id, __rendered_content: rendered, __action_value: action.title };
	yield flow.nodeFinished(node, { inputs: entered, outputs });
	return filled;
}
