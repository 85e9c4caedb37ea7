import type { Json } from './json';

const limits = {
	image_file_size_limit: 10,
	video_file_size_limit: 100,
	audio_file_size_limit: 50,
	file_size_limit: 15,
	workflow_file_upload_limit: 10,
};

const fileUploadConfig = { ...limits, batch_count_limit: 5 };
const both = ['remote_url', 'local_file'];

const image = (enabled: boolean) => ({ enabled, number_limits: 3, detail: 'high', transfer_methods: both });

const uploads = {
	allowed_file_types: ['image', 'document'],
	allowed_file_extensions: [],
	allowed_file_upload_methods: both,
	number_limits: 3,
	fileUploadConfig,
};

const uploadsOff: Json = { enabled: false, image: image(false), ...uploads };

/** Files in messages, as chat and completion apps store the setting. */
export const uploadsOn: Json = { enabled: true, image: image(true), ...uploads };

/** The same of a chatflow. */
export const flowUploadsOn: Json = { enabled: true, ...uploads };

/** Questions after each answer, and speech both ways. */
export const talkative: Json = {
	suggested_questions_after_answer: { enabled: true },
	speech_to_text: { enabled: true },
	text_to_speech: { enabled: true, voice: 'alloy', language: 'en-US', autoPlay: 'disabled' },
};

/** The parameters of an app. */
export const parameters = (special: Json): Json => ({
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

/** A chat's form. */
export const chatForm: Json[] = [
	{ 'text-input': { label: 'City', variable: 'city', required: true, max_length: 48, default: 'Köln', hide: false } },
	{ paragraph: { label: 'Text', variable: 'para', required: false, max_length: 200, default: '' } },
	{
		select: { label: 'Tone', variable: 'tone', required: false, options: ['formal', 'casual'], default: 'formal' },
	},
	{ number: { label: 'N', variable: 'n', required: false, default: 3 } },
	{ checkbox: { label: 'Loud', variable: 'loud', required: false, default: false } },
];

const control = (type: string, variable: string, label: string, more: Json = {}): Json => ({
	[type]: { variable, label, type, required: false, options: [], ...more },
});

const files = { allowed_file_extensions: [], allowed_file_upload_methods: ['local_file', 'remote_url'] };
const itemsSchema = { type: 'object', properties: { items: { type: 'array', items: { type: 'string' } } } };

/** A workflow's question. */
export const queryForm: Json[] = [control('paragraph', 'query', 'Query', { required: true, max_length: 4000 })];

/** A workflow's form with every type of control. */
export const everyControl: Json[] = [
	...queryForm,
	control('text-input', 'city', 'City', { max_length: 10, default: 'Ulm', hint: 'a hint', placeholder: 'ph' }),
	control('select', 'tone', 'Tone', { options: ['formal', 'casual'] }),
	control('number', 'n', 'N', { max_length: 48, default: 3 }),
	control('checkbox', 'loud', 'Loud', { default: false }),
	control('file', 'doc', 'Doc', { ...files, allowed_file_types: ['document', 'image'], max_length: 48 }),
	control('file-list', 'pics', 'Pics', {
		...files,
		allowed_file_types: ['image', 'custom'],
		allowed_file_extensions: ['.svg', '.xyz'],
		max_length: 2,
	}),
	// The editor stores the schema as a text.
	control('json_object', 'cfg', 'Cfg', { json_schema: JSON.stringify(itemsSchema) }),
];
