import { type Answer, ApiError, invalidParam, json } from './answers';
import type { App } from './apps';
import { isUuid } from './ids';
import { type Json, textOf } from './json';
import type { AppCall, Routes } from './route';

const megabyte = 1024 * 1024;
const largest = 30 * megabyte;

const isOn = ({ parameters }: App, feature: 'speech_to_text' | 'text_to_speech') =>
	Boolean((parameters[feature] as Json).enabled);

const emptyFile =
	'plugin daemon: {"message":"Key: \'InvokePluginRequest[github.com/langgenius/dify-plugin-daemon/pkg/entities/' +
	"requests.RequestInvokeSpeech2Text].Data.InvokeSpeech2TextSchema.File' Error:Field validation for 'File' failed on " +
	'the \'required\' tag","error_type":"PluginDaemonBadRequestError","args":null}, code: -400';

const toText = ({ app, form, dialect }: AppCall) => {
	const file = form?.files.find(({ field }) => field === 'file');
	if (!file) {
		const message = 'The browser (or proxy) sent a request that this server could not understand.';
		throw new ApiError(400, 'bad_request_key_error', message);
	}
	if (!isOn(app, 'speech_to_text')) throw invalidParam('Speech to text is not enabled');
	if (!dialect.audioTypes.includes(file.contentType.split(';')[0].trim().toLowerCase())) {
		throw new ApiError(415, 'unsupported_audio_type', 'Audio type not allowed.');
	}
	if (file.bytes.length > largest) throw new ApiError(413, 'audio_too_large', 'Audio size larger than 30 mb');
	if (!file.bytes.length && dialect.emptyAudio === 'refused') throw invalidParam(emptyFile);
	return json({ text: `Transcription 你好 of ${file.filename}, ${file.bytes.length} bytes` });
};

const frameSize = 417;
const framesPerPiece = 10;

/** An MPEG-1 layer III frame of silence: 128 kbit/s, 44.1 kHz. */
const frame = Buffer.alloc(frameSize);
frame.set([0xff, 0xfb, 0x90, 0x64]);

async function* speech(text: string) {
	const pieces = Math.ceil(text.length / 80);
	for (let piece = 0; piece < pieces; piece += 1) yield Buffer.concat(Array.from({ length: framesPerPiece }, () => frame));
}

const answerOf = ({ workspace, app }: AppCall, id: string) => {
	const messages = workspace.conversationsOf(app.id).flatMap(({ messages: each }) => each);
	return messages.find((message) => message.id === id.toLowerCase())?.answer;
};

/** What the web server makes of a generator that fails once its answer has begun. */
const brokenStream = (): Answer => ({
	status: 500,
	headers: { 'content-type': 'text/html' },
	body:
		'<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n    ' +
		'<h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n',
	bare: true,
});

const fromText = (call: AppCall): Answer => {
	const { app, body } = call;
	const messageId = textOf(body.message_id);
	const text = messageId ? isUuid(messageId) && answerOf(call, messageId) : textOf(body.text);
	if (messageId && !text) return json(null);
	if (typeof text !== 'string') throw invalidParam('Text is required');
	if (!isOn(app, 'text_to_speech')) throw invalidParam('TTS is not enabled');
	if (!text && call.dialect.emptySpeech === 'breaks') return brokenStream();
	return { status: 200, headers: { 'content-type': 'audio/mpeg' }, body: speech(text) };
};

/** Speech. */
export const audioRoutes: Routes = {
	'POST /audio-to-text': {
		key: 'app',
		user: { in: 'form' },
		fields: { title: 'AudioForm', type: 'object', properties: { user: {} } },
		handle: toText,
	},
	'POST /text-to-audio': {
		key: 'app',
		user: { in: 'body' },
		body: {
			title: 'TextToAudioPayload',
			type: 'object',
			properties: {
				user: {},
				text: { type: ['string', 'null'] },
				message_id: { type: ['string', 'null'] },
				voice: { type: ['string', 'null'] },
				streaming: { type: ['boolean', 'null'] },
			},
		},
		handle: fromText,
	},
};
