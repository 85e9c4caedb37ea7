import { chatForm, everyControl, flowUploadsOn, parameters, queryForm, talkative, uploadsOn } from './appSettings';
import { fixedId } from './ids';
import type { Json } from './json';

/** Dify's app modes. */
export type AppMode = 'chat' | 'agent-chat' | 'advanced-chat' | 'completion' | 'workflow';

/** Keys of everything the emulator serves. */
export const keys = {
	dataset: 'dataset-example',
	chat: 'app-chat-example',
	form: 'app-form-example',
	agent: 'app-agent-example',
	chatflow: 'app-chatflow-example',
	chatflowHuman: 'app-chatflow-human-example',
	completion: 'app-completion-example',
	workflow: 'app-workflow-example',
	workflowFail: 'app-workflow-fail-example',
	workflowSlow: 'app-workflow-slow-example',
	workflowHuman: 'app-workflow-human-example',
	workflowTwice: 'app-workflow-twice-example',
	workflowTypes: 'app-workflow-types-example',
};

/** Names of the apps. */
export type AppKind = Exclude<keyof typeof keys, 'dataset'>;

/** A published app. */
export interface App {
	id: string;
	kind: AppKind;
	key: string;
	mode: AppMode;
	name: string;
	description: string;
	tags: string[];
	/** What `/parameters` answers. */
	parameters: Json;
	toolIcons: Json;
}

const app = (kind: AppKind, mode: AppMode, title: string, special: Json = {}, toolIcons: Json = {}): App => ({
	id: fixedId(`app ${kind}`),
	kind,
	key: keys[kind],
	mode,
	name: title,
	description: `${title} of the emulator`,
	tags: kind === 'form' ? ['emulator'] : [],
	parameters: parameters(special),
	toolIcons,
});

const calm = { sensitive_word_avoidance: { enabled: false } };

const chatflow = (kind: AppKind, title: string, special: Json = {}) =>
	app(kind, 'advanced-chat', title, { ...calm, ...special });

const workflow = (kind: AppKind, title: string, form = queryForm) =>
	app(kind, 'workflow', title, { ...calm, user_input_form: form });

/** The apps of the workspace, by key. */
export const apps = new Map(
	[
		app('chat', 'chat', 'Knowledge chat'),
		app('form', 'chat', 'Chat with a form', {
			...talkative,
			opening_statement: 'Hello, I am open.',
			suggested_questions: ['What do you know?'],
			user_input_form: chatForm,
			file_upload: uploadsOn,
		}),
		app(
			'agent',
			'agent-chat',
			'Agent',
			{ text_to_speech: talkative.text_to_speech, file_upload: uploadsOn },
			{ current_time: 'http://127.0.0.1/icons/time' },
		),
		chatflow('chatflow', 'Knowledge chatflow', { ...talkative, file_upload: flowUploadsOn }),
		chatflow('chatflowHuman', 'Chatflow with a person'),
		app('completion', 'completion', 'Completion', {
			text_to_speech: talkative.text_to_speech,
			file_upload: uploadsOn,
			retriever_resource: { enabled: false },
			user_input_form: [
				{ paragraph: { label: 'Query', variable: 'query', required: true, max_length: 4000, default: '' } },
			],
		}),
		workflow('workflow', 'Workflow', everyControl),
		workflow('workflowFail', 'Failing workflow'),
		workflow('workflowSlow', 'Slow workflow'),
		workflow('workflowHuman', 'Workflow with a person'),
		workflow('workflowTwice', 'Workflow with a person, twice'),
		workflow('workflowTypes', 'Workflow of all types', everyControl),
	].map((each) => [each.key, each]),
);
