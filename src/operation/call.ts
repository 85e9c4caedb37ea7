import type { IExecuteFunctions } from 'n8n-workflow';

import { send, sendForJson, type Connection } from '../transport/client';
import { fileOf } from './binary';
import { memoryOf } from './memory';
import type { Call, Json } from './types';

/** What all items of one execution share. */
export interface Shared {
	/** See {@link Call.once}. */
	made: Map<string, Promise<unknown>>;
	/** See {@link Call.alone}: the last work queued under each key. */
	queues: Map<string, Promise<unknown>>;
}

export function createCall(
	n8n: IExecuteFunctions,
	item: number,
	connection: Connection,
	signal: AbortSignal,
	{ made, queues }: Shared,
): Call {
	return {
		n8n,
		item,
		signal,
		param: <T>(name: string, fallback: T) => {
			const value = n8n.getNodeParameter(name, item, null) as unknown;
			const isLocator = typeof value === 'object' && value !== null && '__rl' in value;
			const resolved = isLocator ? n8n.getNodeParameter(name, item, null, { extractValue: true }) : value;
			return (resolved as T | null) ?? fallback;
		},
		send: async (request, read) => await send(connection, { signal, ...request }, read),
		json: async (request) => (await sendForJson(connection, { signal, ...request })) as Json,
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
		memory: memoryOf(connection),
	};
}

/** The same item with these parameters instead of its own. */
export function withParams(call: Call, values: Record<string, unknown>): Call {
	return { ...call, param: <T>(name: string, fallback: T) => (name in values ? (values[name] as T) : call.param(name, fallback)) };
}
