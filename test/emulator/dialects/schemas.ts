import type { Schema } from '../validation';

/** A query that takes these keys. */
export const withQuery = (title: string, properties: Record<string, Schema>): { query: Schema } => ({
	query: { title, type: 'object', properties },
});

/** A body with these keys. */
export const withBody = (
	title: string,
	properties: Record<string, Schema>,
	required = Object.keys(properties),
): { body: Schema } => ({ body: { title, type: 'object', required, properties } });
