import type { IExecuteFunctions } from 'n8n-workflow';

import { asJson, send, type Connection, type Reply } from '../transport/client';
import { headerOf } from '../transport/reply';
import { fileOf } from './binary';
import { memoryOf } from './memory';
import { parameterOf } from './parameters';
import type { Call, Json } from './types';

/** What all items of one execution share. */
export interface Shared {
	/** See {@link Call.once}. */
	made: Map<string, Promise<unknown>>;
	/** See {@link Call.alone}: the last work queued under each key. */
	queues: Map<string, Promise<unknown>>;
	/** See {@link Call.version}. */
	version?: string;
}

export function createCall(
	n8n: IExecuteFunctions,
	item: number,
	connection: Connection,
	signal: AbortSignal,
	shared: Shared,
): Call {
	const { made, queues } = shared;
	const heard = <T>(read: (reply: Reply) => Promise<T> | T) => async (reply: Reply) => {
		shared.version = headerOf(reply, 'x-version') || shared.version;
		return await read(reply);
	};
	return {
		n8n,
		item,
		signal,
		param: <T>(name: string, fallback: T) => (parameterOf(n8n, name, item) as T | null) ?? fallback,
		send: async (request, read) => await send(connection, { signal, ...request }, heard(read)),
		json: async (request) => (await send<unknown>(connection, { signal, ...request }, heard(asJson(request)))) as Json,
		file: async (binaryPropertyName) => await fileOf(n8n, item, binaryPropertyName),
		once: async <T>(key: string, make: () => Promise<T>) => {
			const existing = made.get(key) as Promise<T> | undefined;
			if (existing) return await existing;
			const making = make();
			made.set(key, making);
			making.catch(() => made.delete(key));
			return await making;
		},
		alone: async <T>(key: string, work: () => Promise<T>) => {
			const working = (queues.get(key) ?? Promise.resolve()).then(work);
			queues.set(
				key,
				working.catch(() => undefined),
			);
			return await working;
		},
		get version() {
			return shared.version;
		},
		memory: memoryOf(connection),
	};
}

/** The same item with these parameters instead of its own. */
export function withParams(call: Call, values: Record<string, unknown>): Call {
	return {
		...call,
		get version() {
			return call.version;
		},
		param: <T>(name: string, fallback: T) => (name in values ? (values[name] as T) : call.param(name, fallback)),
	};
}
