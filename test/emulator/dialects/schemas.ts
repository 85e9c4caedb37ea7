import type { Route } from '../route';
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

/** The body of a route with more asked of some of its keys. */
export const changedBody = ({ body }: Route, properties: Record<string, Schema>): { body: Schema } => ({
	body: {
		...body,
		properties: {
			...body?.properties,
			...Object.fromEntries(Object.entries(properties).map(([key, more]) => [key, { ...body?.properties?.[key], ...more }])),
		},
	},
});
