import { appParameters } from '../operation/app';
import { InputError, type Call, type Field, type Json, type Trait } from '../operation/types';
import { DifyError } from '../transport/error';
import { outputBinaryField, stored } from './download';

const voice: Field = {
	displayName: 'Voice',
	name: 'voice',
	type: 'string',
	default: '',
	placeholder: 'e.g. alloy',
	description: "For 'Speak the Answer': a voice of the model that speaks. Default: the app's own.",
};

/** Speech of the answer as a binary field beside the JSON, which stays as it is; a run that is not over has none yet. */
export const speech: Trait = {
	options: [
		{
			displayName: 'Speak the Answer',
			name: 'speak',
			type: 'boolean',
			default: false,
			description: 'Whether to add the answer as audio; text to speech must be on in the app',
		},
		voice,
		outputBinaryField,
	],
	async run(call, request, next) {
		if (!call.param('options.speak', false)) return await next(request);
		await assertSpeaks(call);
		const output = await next(request);
		const { event, message_id, conversation_id, answer } = output.json as Json;
		if (event === 'workflow_paused' || typeof answer !== 'string') return output;
		const { user } = request.body as Json;
		const body = { message_id, user, voice: call.param('options.voice', '') || undefined };
		try {
			const sent = { ...request, method: 'POST' as const, path: '/text-to-audio', query: {}, body };
			const { binary } = await call.send(sent, async (reply) => await stored(call, reply, 'answer.mp3'));
			return { ...output, binary };
		} catch (error) {
			throw notSpoken(error, { answer, message_id, conversation_id });
		}
	},
};

/** Asked before the answer is paid for. */
async function assertSpeaks(call: Call): Promise<void> {
	const { text_to_speech: speaks } = await appParameters(call);
	if ((speaks as Json | undefined)?.enabled !== false) return;
	throw new InputError('This app does not speak', "Switch on Text to Speech in the features of the app in Dify, or switch off 'Speak the Answer'.");
}

function notSpoken(error: unknown, partial: Json): DifyError {
	const { message } = error as Error;
	const { status, version, url } = error instanceof DifyError ? error : {};
	return new DifyError(`The answer was not spoken: ${message}`, { code: 'speech_failed', status, version, url, partial, cause: error });
}
