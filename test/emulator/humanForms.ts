import type { Flow, Node } from './flow';
import { fixedId, seconds } from './ids';
import { type Json, textOf } from './json';

/** A form that a workflow shows to a person. */
export interface FormDefinition {
	node: Node;
	/** Template with `{{#start.x#}}` and `{{#$output.x#}}`. */
	template: string;
	inputs: Json[];
	actions: Array<{ id: string; title: string; button_style: string }>;
}

/** What a person entered and chose. */
export interface Submission {
	action: FormDefinition['actions'][number];
	/** As sent; files as values. */
	values: Json;
}

/** A form that was shown. */
export interface HumanForm {
	id: string;
	token: string;
	appId: string;
	/** Who began the run. */
	user: string;
	definition: FormDefinition;
	/** The template with the values of the run. */
	content: string;
	/** Values of the defaults that are variables. */
	defaults: Json;
	expiresAt: number;
	submitted: boolean;
	/** Goes on with the run. */
	submit(submission: Submission): void;
}

const lifetimeSeconds = 3_600;

const approval = [
	{ id: 'approve', title: 'Approve ✅', button_style: 'primary' },
	{ id: 'reject', title: 'Reject', button_style: 'accent' },
];
const uploads = {
	allowed_file_types: ['document', 'image'],
	allowed_file_extensions: [],
	allowed_file_upload_methods: ['local_file', 'remote_url'],
};
const note: Json = {
	output_variable_name: 'note',
	type: 'paragraph',
	default: { type: 'constant', selector: [], value: 'preset note' },
};

const human = (node_id: string): Node => ({ node_id, node_type: 'human-input', title: 'Approve' });

/** A form with every type of input. */
export const fullForm = (): FormDefinition => ({
	node: human('hi'),
	template:
		'Please check: {{#start.query#}}\n\nNote: {{#$output.note#}}\nQ: {{#$output.from_query#}}\n' +
		'Choice: {{#$output.choice#}}\nFile: {{#$output.afile#}}\nFiles: {{#$output.files#}}',
	inputs: [
		note,
		{
			output_variable_name: 'from_query',
			type: 'paragraph',
			default: { type: 'variable', selector: ['start', 'query'], value: '' },
		},
		{
			output_variable_name: 'choice',
			type: 'select',
			option_source: { type: 'constant', selector: [], value: ['red', 'green'] },
		},
		{ output_variable_name: 'afile', ...uploads, type: 'file' },
		{ output_variable_name: 'files', ...uploads, type: 'file-list', number_limits: 2 },
	],
	actions: approval,
});

/** A form with one text. */
export const noteForm = (nodeId = 'hi'): FormDefinition => ({
	node: human(nodeId),
	template: 'Please check 请检查: {{#start.query#}}\n\nNote: {{#$output.note#}}',
	inputs: [note],
	actions: approval,
});

const startValue = (flow: Flow, name: string) => {
	const { inputs, chat } = flow.subject;
	return textOf(inputs[name]) ?? (name === 'query' ? (chat?.message.query ?? '') : '');
};

const defaultsOf = (flow: Flow, inputs: Json[]): Json =>
	Object.fromEntries(
		inputs.flatMap(({ output_variable_name: name, default: preset }) => {
			const { type, selector } = (preset ?? {}) as { type?: string; selector?: string[] };
			return type === 'variable' ? [[String(name), startValue(flow, selector?.[1] ?? '')]] : [];
		}),
	);

/** A question in which this stands gets a form that has already expired. */
const expiring = 'MAGIC_EXPIRED';

/** Shows a form; the run goes on when it is submitted. */
export function showForm(flow: Flow, definition: FormDefinition): { form: HumanForm; submission: Promise<Submission> } {
	const { workspace, app, user } = flow.execution.call;
	let submit: HumanForm['submit'] = () => {};
	const submission = new Promise<Submission>((resolve) => {
		submit = resolve;
	});
	const expired = startValue(flow, 'query').includes(expiring);
	const id = workspace.ids.next();
	const form: HumanForm = {
		id,
		token: fixedId(`token of ${id}`).replace(/-/g, '').slice(0, 22),
		appId: app.id,
		user,
		definition,
		content: definition.template.replace(/\{\{#start\.(\w+)#\}\}/g, (_, name: string) => startValue(flow, name)),
		defaults: defaultsOf(flow, definition.inputs),
		expiresAt: seconds() + (expired ? -1 : lifetimeSeconds),
		submitted: false,
		submit,
	};
	workspace.apps.forms.set(form.token, form);
	return { form, submission };
}

/** The data of `human_input_required`; a snapshot has the raw template. */
export const requiredData = ({ definition, ...form }: HumanForm, content = form.content): Json => ({
	form_id: form.id,
	node_id: definition.node.node_id,
	node_title: definition.node.title,
	form_content: content,
	inputs: definition.inputs,
	actions: definition.actions,
	display_in_ui: true,
	form_token: form.token,
	resolved_default_values: form.defaults,
	expiration_time: form.expiresAt,
});

/** What a paused run waits for. */
export const reasonsOf = ({ definition, ...form }: HumanForm, content = form.content): Json[] => [
	{
		TYPE: 'human_input_required',
		form_id: form.id,
		form_content: content,
		inputs: definition.inputs,
		actions: definition.actions,
		node_id: definition.node.node_id,
		node_title: definition.node.title,
		resolved_default_values: form.defaults,
		form_token: form.token,
		expiration_time: form.expiresAt,
	},
];

/** The data of `workflow_paused`. */
export const pausedData = (flow: Flow, form: HumanForm, content = form.content): Json => ({
	workflow_run_id: flow.id,
	paused_nodes: [form.definition.node.node_id],
	outputs: {},
	reasons: reasonsOf(form, content),
	status: 'paused',
	created_at: flow.createdAt,
	elapsed_time: flow.elapsed,
	total_tokens: flow.totalTokens,
	total_steps: flow.totalSteps,
});
