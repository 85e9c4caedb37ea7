import { isUuid } from './ids';

/** Path variables that the server's router takes only as uuids. */
const uuids = [
	...['dataset_id', 'document_id', 'segment_id', 'child_chunk_id', 'metadata_id'],
	...['conversation_id', 'message_id', 'variable_id', 'file_id', 'annotation_id', 'job_id', 'end_user_id'],
];

interface Pattern {
	method: string;
	segments: string[];
	route: string;
}

/** Where a request goes: a route with its path values, another method's path, or nowhere. */
export type Match = { route: string; params: Record<string, string> } | 'other method' | undefined;

const decoded = (segment: string) => {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
};

const valuesOf = (pattern: string[], path: string[]) => {
	if (pattern.length !== path.length) return undefined;
	const params: Record<string, string> = {};
	for (const [index, expected] of pattern.entries()) {
		const name = /^\{(.+)\}$/.exec(expected)?.[1];
		if (!name && expected !== path[index]) return undefined;
		if (name && (!path[index] || (uuids.includes(name) && !isUuid(path[index])))) return undefined;
		if (name) params[name] = path[index];
	}
	return params;
};

/** Finds routes the way the server's router does: a malformed uuid matches nothing. */
export class Router {
	private readonly patterns: Pattern[];

	constructor(routes: string[], aliases: Record<string, string>) {
		const named = [...routes.map((route) => [route, route]), ...Object.entries(aliases)];
		this.patterns = named
			.map(([spelling, route]) => {
				const [method, path] = spelling.split(' ');
				return { method, segments: path.split('/'), route };
			})
			// Fixed words win over variables.
			.sort((left, right) => left.segments.join('/').split('{').length - right.segments.join('/').split('{').length);
	}

	match(method: string, path: string): Match {
		const segments = path.split('/').map(decoded);
		const fitting = this.patterns.flatMap((pattern) => {
			const params = valuesOf(pattern.segments, segments);
			return params ? [{ ...pattern, params }] : [];
		});
		const { route, params } = fitting.find((pattern) => pattern.method === method || (method === 'HEAD' && pattern.method === 'GET')) ?? {};
		if (route && params) return { route, params };
		return fitting.length ? 'other method' : undefined;
	}
}
