import { expandPath } from '../transport/url';
import { isBefore } from '../transport/version';
import { collectionName } from './describe';
import { InputError, ValueError, type Call, type Field, type Json, type Method, type Operation, type Request } from './types';

/** The request an operation makes for one input item: every field's value in the path, the query or the body. */
export async function buildRequest(operation: Operation, call: Call): Promise<Request> {
	const [method, template] = splitRoute(operation.route);
	const parts = { path: {} as Json, query: {} as Json, body: {} as Json };
	const collect = async (field: Field, value: unknown) => {
		const wire = await encoded(field, value, call);
		if (wire !== undefined) parts[placeOf(field, method, template)][field.name] = wire as Json[string];
	};

	for (const field of sent(operation.fields).filter((each) => isShown(each, call))) {
		const value = call.param<unknown>(field.name, undefined);
		if (field.required && isEmpty(value)) throw new InputError(`'${field.displayName}' is empty`, emptyAdvice(field));
		if (!isEmpty(value)) await collect(field, value);
	}
	const optional = sent(operation.optional);
	const collection = collectionName(operation);
	const added = optional.length ? call.param<Json>(collection, {}) : {};
	for (const field of optional) {
		if (field.name in added) await collect(field, call.param<unknown>(`${collection}.${field.name}`, ''));
	}
	for (const field of (operation.options ?? []).filter(({ in: place }) => place)) {
		if (field.name in call.param<Json>('options', {})) await collect(field, call.param(`options.${field.name}`, ''));
	}

	const body = operation.body ? operation.body(parts.body) : parts.body;
	return {
		method,
		path: expandPath(template, parts.path),
		query: parts.query,
		body: method === 'GET' ? undefined : body,
		signal: call.signal,
		idleTimeout: call.param<number | undefined>('options.idleTimeout', undefined),
		timeout: call.param<number>('options.timeout', 0) || undefined,
	};
}

/** Refuses what this server would silently ignore, as soon as its release is known. */
export function assertHeeded(operation: Operation, { version, param }: Call): void {
	for (const { name, displayName, ignoredBy = [] } of operation.optional ?? []) {
		const gap = ignoredBy.find(([from, before]) => version && !isBefore(version, from) && isBefore(version, before));
		// Parameters are the slowest to read: only where it matters.
		if (!gap || !(name in param<Json>(collectionName(operation), {}))) continue;
		throw new InputError(`This Dify server ignores '${displayName}'`, `It needs Dify ${gap[1]} or newer. This server is ${version}.`);
	}
}

export function splitRoute(route: string): [Method, string] {
	const [method, path] = route.split(' ');
	return [method as Method, path];
}

async function encoded(field: Field, value: unknown, call: Call): Promise<unknown> {
	if (!field.encode) return value;
	try {
		return await field.encode(value, call);
	} catch (error) {
		throw named(field, error);
	}
}

/** Encoders say what is wrong with a value, the field's label says where. */
function named(field: Field, error: unknown): unknown {
	if (!(error instanceof ValueError)) return error;
	return new InputError(`'${field.displayName}' ${error.message}`, error.description);
}

function placeOf(field: Field, method: Method, template: string): 'path' | 'query' | 'body' {
	if (template.includes(`{${field.name}}`)) return 'path';
	if (field.in === 'query' || field.in === 'body') return field.in;
	return method === 'GET' ? 'query' : 'body';
}

/** n8n hands out the defaults of hidden locators too. */
function isShown({ displayOptions }: Field, call: Call): boolean {
	return Object.entries(displayOptions?.show ?? {}).every(([name, values]) =>
		(values as unknown[] | undefined)?.includes(call.param<unknown>(name, undefined)),
	);
}

function sent(fields: Field[] = []): Field[] {
	return fields.filter((field) => field.in !== 'local');
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function emptyAdvice(field: Field): string {
	return field.type === 'resourceLocator'
		? 'Choose an entry from the list or enter its ID. If an expression fills the field, check what it gives for this item.'
		: 'Enter a value. If an expression fills the field, check what it gives for this item.';
}
