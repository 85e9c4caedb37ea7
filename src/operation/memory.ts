import type { Connection } from '../transport/client';
import { sha256 } from '../transport/hash';
import type { Memory } from './types';

const MOST_ENTRIES = 10_000;

/** Of all servers and keys, the oldest first. Names are hashed together with the key, which stands nowhere in it. */
const entries = new Map<string, string>();

/** The memory of one server and key. */
export function memoryOf({ domain, apiKey }: Connection): Memory {
	const entryOf = (name: string) => sha256(JSON.stringify([domain, apiKey, name]));
	return {
		get: (name) => entries.get(entryOf(name)),
		set: (name, value) => keep(entryOf(name), value),
	};
}

function keep(entry: string, value: string | undefined): void {
	entries.delete(entry);
	if (value === undefined) return;
	entries.set(entry, value);
	if (entries.size > MOST_ENTRIES) entries.delete(entries.keys().next().value ?? '');
}
