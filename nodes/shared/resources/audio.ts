import { audioFile } from '../../../src/operation/audio';
import { Multipart, type FilePart, type Operation, type Resource } from '../../../src/operation/types';
import { asText } from '../../../src/operation/values';
import { download } from '../../../src/traits/download';
import { binaryField, message, user } from '../fields';

/** Speech of a text or of an answer; listed by several resources under names of their own. */
export const textToAudio = (target = message): Operation => ({
	name: 'Text to Audio',
	value: 'textToAudio',
	action: 'Convert text to audio',
	description: 'Make speech of a text or of the answer of a message; text to speech must be on in the app',
	route: 'POST /text-to-audio',
	fields: [
		{
			displayName: 'Source',
			name: 'source',
			type: 'options',
			options: [
				{ name: 'Message', value: 'message', description: 'The answer of a message' },
				{ name: 'Text', value: 'text' },
			],
			default: 'text',
			in: 'local',
			description: 'What to speak',
		},
		{
			displayName: 'Text',
			name: 'text',
			type: 'string',
			typeOptions: { rows: 3 },
			required: true,
			default: '',
			placeholder: 'e.g. Good morning!',
			displayOptions: { show: { source: ['text'] } },
			encode: asText,
		},
		user,
		...target.map((field) => ({ ...field, displayOptions: { show: { source: ['message'] } } })),
	],
	optional: [
		{
			displayName: 'Voice',
			name: 'voice',
			type: 'string',
			default: '',
			placeholder: 'e.g. alloy',
			description: "Default: the app's own voice",
		},
	],
	traits: [download('speech.mp3')],
});

export const audio: Resource = {
	name: 'Audio',
	value: 'audio',
	operations: [
		{
			name: 'Audio to Text',
			value: 'toText',
			action: 'Convert audio to text',
			description: 'Make text of speech; speech to text must be on in the app',
			route: 'POST /audio-to-text',
			fields: [{ ...binaryField, encode: audioFile }, user],
			body: ({ binaryPropertyName, user: name }) =>
				new Multipart({ user: String(name) }, { file: binaryPropertyName as unknown as FilePart }),
		},
		{ ...textToAudio(), value: 'fromText' },
	],
};
