import { fixedId } from './ids';
import type { Json } from './json';

/** Dify's app modes. */
export type AppMode = 'chat' | 'agent-chat' | 'advanced-chat' | 'completion' | 'workflow';

/** A published app. */
export interface App {
	id: string;
	key: string;
	mode: AppMode;
	name: string;
	description: string;
	tags: string[];
	/** What `/parameters` answers. */
	parameters: Json;
	toolIcons: Json;
}

/** Keys of everything the emulator serves. */
export const keys = {
	dataset: 'dataset-example',
	chat: 'app-chat-example',
	form: 'app-form-example',
	agent: 'app-agent-example',
	chatflow: 'app-chatflow-example',
	completion: 'app-completion-example',
	workflow: 'app-workflow-example',
};

const limits = {
	image_file_size_limit: 10,
	video_file_size_limit: 100,
	audio_file_size_limit: 50,
	file_size_limit: 15,
	workflow_file_upload_limit: 10,
};

const uploadsOff = {
	enabled: false,
	image: { enabled: false, number_limits: 3, detail: 'high', transfer_methods: ['remote_url', 'local_file'] },
	allowed_file_types: ['image', 'document'],
	allowed_file_extensions: [],
	allowed_file_upload_methods: ['remote_url', 'local_file'],
	number_limits: 3,
	fileUploadConfig: { ...limits, batch_count_limit: 5 },
};

const parameters = (special: Json): Json => ({
	opening_statement: '',
	suggested_questions: [],
	suggested_questions_after_answer: { enabled: false },
	speech_to_text: { enabled: false },
	text_to_speech: { enabled: false, voice: '', language: '' },
	retriever_resource: { enabled: true },
	annotation_reply: { enabled: false },
	more_like_this: { enabled: false },
	user_input_form: [],
	sensitive_word_avoidance: { enabled: false, type: '', configs: [] },
	file_upload: uploadsOff,
	system_parameters: limits,
	...special,
});

const form: Json[] = [
	{ 'text-input': { label: 'City', variable: 'city', required: true, max_length: 48, default: 'Köln', hide: false } },
	{ paragraph: { label: 'Text', variable: 'para', required: false, max_length: 200, default: '' } },
	{
		select: { label: 'Tone', variable: 'tone', required: false, options: ['formal', 'casual'], default: 'formal' },
	},
	{ number: { label: 'N', variable: 'n', required: false, default: 3 } },
	{ checkbox: { label: 'Loud', variable: 'loud', required: false, default: false } },
];

const app = (name: keyof typeof keys, mode: AppMode, title: string, special: Json = {}, toolIcons: Json = {}): App => ({
	id: fixedId(`app ${name}`),
	key: keys[name],
	mode,
	name: title,
	description: `${title} of the emulator`,
	tags: name === 'form' ? ['emulator'] : [],
	parameters: parameters(special),
	toolIcons,
});

/** The apps of the workspace, by key. */
export const apps = new Map(
	[
		app('chat', 'chat', 'Knowledge chat'),
		app('form', 'chat', 'Chat with a form', {
			opening_statement: 'Hello, I am open.',
			suggested_questions: ['What do you know?'],
			user_input_form: form,
		}),
		app('agent', 'agent-chat', 'Agent', {}, { current_time: 'http://127.0.0.1/icons/time' }),
		app('chatflow', 'advanced-chat', 'Knowledge chatflow', { sensitive_word_avoidance: { enabled: false } }),
		app('completion', 'completion', 'Completion', {
			retriever_resource: { enabled: false },
			user_input_form: [
				{ paragraph: { label: 'Query', variable: 'query', required: true, max_length: 4000, default: '' } },
			],
		}),
		app('workflow', 'workflow', 'Workflow', {
			sensitive_word_avoidance: { enabled: false },
			user_input_form: [
				{
					paragraph: {
						variable: 'query',
						label: 'Query',
						type: 'paragraph',
						required: true,
						max_length: 4000,
						options: [],
					},
				},
			],
		}),
	].map((each) => [each.key, each]),
);
