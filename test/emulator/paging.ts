import type { Json } from './json';

const largest = 100;

const whole = (value: Json[string], otherwise: number) =>
	Number.isInteger(Number(value ?? otherwise)) ? Number(value ?? otherwise) : otherwise;

/**
 * Page and envelope of a page-limit list. Like Dify it caps the page silently at 100, echoes what was asked and says
 * `has_more` whenever the page is exactly as long as the asked limit.
 */
export function page<T>(rows: T[], query: Json, present: (row: T) => Json) {
	const asked = { page: whole(query.page, 1), limit: whole(query.limit, 20) };
	const size = asked.limit < 1 ? 20 : Math.min(asked.limit, largest);
	const from = (Math.max(asked.page, 1) - 1) * size;
	const data = rows.slice(from, from + size).map(present);
	return { data, has_more: data.length === asked.limit, limit: asked.limit, total: rows.length, page: asked.page };
}

/** The text as a pattern that finds just it. */
export const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The text as a pattern in which `%` and `_` are SQL's wildcards. */
export const sqlPattern = (text: string) => escaped(text).replace(/%/g, '[^]*').replace(/_/g, '[^]');

/** Dify's keyword filter is SQL `ILIKE`. */
export const like = (keyword: string) => new RegExp(sqlPattern(keyword), 'i');
