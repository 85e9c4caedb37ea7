import { isObject } from './json';

const escaped = (text: string) =>
	JSON.stringify(text).replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** JSON as the server's language writes it by itself: ASCII, with a blank after each colon and comma. */
export const pythonJson = (value: unknown): string => {
	if (typeof value === 'string') return escaped(value);
	if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
	if (!isObject(value)) return JSON.stringify(value ?? null);
	const entries = Object.entries(value).map(([key, item]) => `${escaped(key)}: ${pythonJson(item)}`);
	return `{${entries.join(', ')}}`;
};
