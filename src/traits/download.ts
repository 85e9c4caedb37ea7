import { asText } from '../operation/values';
import { InputError, type Call, type Field, type Output, type Reply, type Trait } from '../operation/types';
import { asReadable, headerOf } from '../transport/reply';

export const outputBinaryField: Field = {
	displayName: 'Output Binary Field',
	name: 'outputBinaryField',
	type: 'string',
	default: 'data',
	description: 'The name of the output binary field to put the file in',
};

/**
 * The answer's bytes as a binary field, streamed into n8n's store, with the file name and MIME type that Dify gives, or
 * `fallbackName`.
 */
export function download(fallbackName: string): Trait {
	return {
		options: [outputBinaryField],
		run: async (call, request) => await call.send(request, async (reply) => await stored(call, reply, fallbackName)),
	};
}

/** The file in an answer, as a binary field and what is known of it. */
export async function stored(call: Call, reply: Reply, fallbackName: string): Promise<Output> {
	const mimeType = headerOf(reply, 'content-type').split(';')[0];
	if (mimeType === 'application/json') throw nothing();
	const fileName = call.param('options.fileName', '') || nameIn(headerOf(reply, 'content-disposition')) || fallbackName;
	// Attachments come without their type; n8n knows it by the name.
	const type = mimeType === 'application/octet-stream' && /\.\w+$/.test(fileName) ? undefined : mimeType || undefined;
	const binary = await call.n8n.helpers.prepareBinaryData(asReadable(reply), fileName, type);
	if (binary.bytes === 0) throw nothing();
	const field = asText(call.param('options.outputBinaryField', 'data'));
	return { json: { fileName, mimeType: binary.mimeType, size: binary.bytes ?? null }, binary: { [field]: binary } };
}

/** Dify sends `filename*=UTF-8''…` or a plain `filename=`. */
function nameIn(disposition: string): string {
	const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
	return encoded ? decoded(encoded) : (/filename="?([^";]+)/i.exec(disposition)?.[1] ?? '');
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function nothing(): InputError {
	return new InputError('Dify gave no file', 'The message or file does not exist, or there is nothing in it to convert.');
}
