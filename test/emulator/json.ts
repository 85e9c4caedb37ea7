/** A value that JSON can hold. */
export type Value = string | number | boolean | null | Value[] | Json;

/** A JSON object. */
export interface Json {
	[key: string]: Value | undefined;
}

/** True for a JSON object (no array, no null). */
export const isObject = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text under a key, or nothing. */
export const textOf = (value: Value | undefined) => (typeof value === 'string' ? value : undefined);

/** The parsed text; undefined where it is no JSON. */
export const parsedJson = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

/** A copy without some keys. */
export const without = (object: Json, ...keys: string[]): Json =>
	Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
