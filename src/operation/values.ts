import { InputError, ValueError } from './types';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** A Dify id, trimmed. Dify answers a malformed one with an HTML page or a 500, so it is checked here. */
export function asUuid(value: unknown): string {
	const text = typeof value === 'string' ? value.trim() : '';
	if (UUID.test(text)) return text;
	throw new ValueError(
		`is not a Dify ID: ${shortened(value)}`,
		'A Dify ID has the form 8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15. Check the expression, or choose an entry where there is a list.',
	);
}

/** JSON text or an object, as an object; `example` is what the error shows. */
export function objectLike(example: string): (value: unknown) => Record<string, unknown> {
	return (value) => {
		const object = typeof value === 'string' ? parsed(value) : value;
		if (typeof object === 'object' && object !== null && !Array.isArray(object)) return object as Record<string, unknown>;
		throw new ValueError(`is not a JSON object: ${shortened(value)}`, `Enter an object such as ${example}.`);
	};
}

export const asObject = objectLike('{ "city": "Berlin" }');

/** Text as it is; numbers and booleans as text. */
export function asText(value: unknown): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	throw new ValueError(`is not text: ${shortened(value)}`, 'Use an expression that gives text, for example with JSON.stringify().');
}

/** Text of limited length: Dify cuts longer ones, refuses them in its own terms or fails. */
export function asTextUpTo(max: number): (value: unknown) => string {
	return (value) => {
		const text = asText(value);
		const { length } = [...text];
		if (length <= max) return text;
		throw new ValueError(`has ${length} characters`, `Dify takes up to ${max}. Shorten it.`);
	};
}

/** A number in a range, of a field that another one reads; a text that is a number counts as one. */
export function asNumber(label: string, min: number, max: number, kind: 'number' | 'whole number' = 'number'): (value: unknown) => number {
	return (value) => {
		const number = typeof value === 'string' && value.trim() ? Number(value) : value;
		const fits = kind === 'number' || Number.isInteger(number);
		if (typeof number === 'number' && fits && number >= min && number <= max) return number;
		throw new InputError(`'${label}' must be a ${kind} from ${min} to ${max}, not ${shortened(value)}`, `Enter a ${kind} in this range.`);
	};
}

/** A value as it may stand in a message. */
export function shortened(value: unknown): string {
	const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? 'nothing');
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** What an update changes; one that changes nothing is a slip. */
export function changes<T extends object>(values: T): T {
	if (Object.keys(values).length) return values;
	throw new InputError('There is nothing to update', "Add at least one field under 'Update Fields'.");
}

/** One id or several: a list, or a comma-separated text. */
export function asUuids(value: unknown): string[] {
	const ids: unknown[] = typeof value === 'string' ? value.split(',') : [value].flat();
	const filled = ids.filter((id) => typeof id !== 'string' || id.trim());
	if (filled.length) return filled.map(asUuid);
	throw new ValueError('holds no ID', 'Enter at least one ID.');
}

/** The same where none is a choice, too. */
export function asOptionalUuids(value: unknown): string[] {
	const isNone = Array.isArray(value) ? !value.length : typeof value === 'string' && !value.trim();
	return isNone ? [] : asUuids(value);
}

/** The same where Dify takes only so many in one call. */
export function asUuidsUpTo(max: number): (value: unknown) => string[] {
	return (value) => {
		const ids = asUuids(value);
		if (ids.length <= max) return ids;
		throw new ValueError(`holds ${ids.length} IDs`, `Dify takes up to ${max} in one call. Split the list into several items.`);
	};
}

/** Seconds since 1970 or a date, as a date with time. */
export function asIsoDate(value: unknown): string {
	const date = new Date(typeof value === 'number' ? value * 1000 : String(value));
	if (!Number.isNaN(date.getTime())) return date.toISOString();
	throw new ValueError(`is not a date: ${shortened(value)}`, 'Enter a date such as 2026-01-31T09:00:00Z.');
}

/** JSON text or a list, as a list. */
export function asList(value: unknown): unknown[] {
	const list = typeof value === 'string' ? parsed(value) : value;
	if (Array.isArray(list)) return list;
	throw new ValueError(`is not a JSON list: ${shortened(value)}`, 'Enter a list such as [{ "content": "…" }].');
}

/** The same with something in it. */
export function asFilledList(value: unknown): unknown[] {
	const list = asList(value);
	if (list.length) return list;
	throw new ValueError('is an empty list', 'Enter at least one entry. If an expression fills the field, check what it gives for this item.');
}

/** JSON text as what it says; other text as it is. */
export function asJsonOrText(value: unknown): unknown {
	return typeof value === 'string' ? (parsed(value) ?? value) : value;
}
