import type { Dialect } from './dialect';
import { main } from './main';

const speechOff = 'Speech to text is not enabled';

/** Release 1.16, as far as its documentation tells it apart from main. */
export const v1_16: Dialect = {
	...main,
	version: '1.16.0',
	refusal: ({ code, message, status }) => ({
		code: message === speechOff ? 'speech_to_text_disabled' : code,
		message,
		status,
	}),
};
