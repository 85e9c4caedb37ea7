import { APP_MODE_CODES, NODE_FOR_MODE } from './modes';
import type { Rule } from './rule';

/** Refusals of apps and of the models behind them. */
export const appRules: Rule[] = [
	{
		codes: APP_MODE_CODES,
		when: ({ mode }) => mode !== undefined && mode in NODE_FOR_MODE,
		says: ({ mode }) => `The key belongs to an app of another mode (${mode})`,
		advice: ({ mode = '' }) => `Use the node '${NODE_FOR_MODE[mode]}' for this app, or a credential with the key of another app.`,
	},
	{
		codes: APP_MODE_CODES,
		advice: () => 'Publish the app in Dify, and check that the credential holds the key of an app of this kind.',
	},
	{
		codes: ['forbidden'],
		message: /API service has been disabled/i,
		advice: () => 'Open the app in Dify and switch on its API under API Access.',
	},
	{
		codes: ['file_extension_blocked', 'invalid_param'],
		message: /extension.*(?:blocked|not allowed)/i,
		says: ({ error }) => `This Dify server bans files of this type: ${error.message}`,
		advice: () => 'Send another type, for example a zip, or take it off UPLOAD_FILE_EXTENSION_BLACKLIST in the settings of the server.',
	},
	{
		codes: ['invalid_param'],
		message: /^(?:File validation failed|Detected file type|Invalid upload file$)/,
		advice: () => 'The app takes other files, or the file was uploaded by another user or with the key of another app. If you give only the ID of an upload, give the whole output of the operation Upload instead: it names the type.',
	},
	{
		codes: ['audio_too_large'],
		says: () => 'The audio is larger than Dify takes as speech',
		advice: () => 'Dify takes up to 30 MB. Cut it into parts, or convert it to mp3.',
	},
	{
		codes: ['unsupported_audio_type'],
		says: () => 'Dify does not take this type of audio as speech',
		advice: () => 'Convert it to mp3, m4a, wav or amr first.',
	},
	{
		codes: ['speech_to_text_disabled', 'invalid_param'],
		message: /^Speech to text is not enabled/i,
		says: () => 'Speech to text is off in this app',
		advice: () => "Switch on 'Speech to Text' in the features of the app in Dify, and publish it.",
	},
	{
		codes: ['invalid_param'],
		message: /^TTS is not enabled/i,
		says: () => 'Text to speech is off in this app',
		advice: () => "Switch on 'Text to Speech' in the features of the app in Dify, and publish it.",
	},
	{
		codes: ['bad_request'],
		message: /^Suggested Questions Is Disabled/i,
		says: () => 'Suggested questions are off in this app',
		advice: () => "Switch on 'Follow-up' in the features of the app in Dify, and publish it.",
	},
	{
		codes: ['speech_failed'],
		advice: () =>
			"The answer is in the details. Check Text to Speech in the features of the app and 'Voice' under Options; an empty answer cannot be spoken.",
	},
	{
		codes: ['conversation_replaced'],
		says: () => 'The conversation does not exist for this user, so that Dify answered in a new one',
		advice: () =>
			"The answer and the ID of its conversation are in the details. Use the 'User' that the conversation was started with, or choose another conversation.",
	},
	{
		codes: ['invalid_form_data'],
		advice: () => "The form is still open. Compare the action and the inputs with what 'Get Form' gives.",
	},
	{
		codes: ['human_input_form_submitted'],
		says: () => 'The form was submitted already',
		advice: () => 'A form can be submitted once. Read the run to see what came of it.',
	},
	{
		codes: ['human_input_form_expired'],
		says: () => 'The form has expired',
		advice: () => 'Start the run again; its Human Input node in Dify says how long it waits.',
	},
	{
		codes: ['invalid_param'],
		message: /is required in input form|in input form must|Invalid value for select/,
		advice: () => "Check the app's inputs: fill in every required field, and choose options from the list.",
	},
	{
		codes: ['too_many_requests', 'invalid_param'],
		message: /^Too many requests/,
		says: () => 'Dify is busy with as many requests as it may run at once',
		advice: () => 'Lower Concurrency, try again later, or raise the limit of the app in Dify (Max Active Requests).',
	},
	{
		codes: ['rate_limit_error'],
		concernsAll: true,
		says: () => "Your Dify plan's quota of runs is used up",
		advice: () => 'Wait for the quota to be renewed, or upgrade the plan.',
	},
	{
		codes: ['provider_not_initialize'],
		advice: () => 'Open Settings, Model Provider in Dify and enter valid credentials for the model.',
	},
	{ codes: ['provider_quota_exceeded'], advice: () => "The model provider's quota is used up. Enter your own key in Dify." },
	{
		codes: ['model_currently_not_support'],
		advice: () => 'Choose another model in Dify; this one is not available to the workspace.',
	},
	{
		codes: ['completion_request_error', 'invalid_param'],
		message: /^(?:Run failed: )?\[[\w./-]+\] |API request failed|upstream/i,
		advice: () => "These are the words of the model's provider. Check the model, its quota and its key in Dify.",
	},
	{
		codes: ['invalid_param'],
		message: /^Run failed: /,
		advice: () => 'The chatflow itself ended so. Open its run under Logs in Dify to see which node it was.',
	},
	{
		codes: ['conversation_completed'],
		advice: () => 'Start a new conversation: Dify has closed this one.',
	},
	{
		codes: ['run_not_started'],
		advice: () =>
			'Some Dify versions stay silent when a run cannot start. Check the required inputs, the conversation and the files against the app.',
	},
];
