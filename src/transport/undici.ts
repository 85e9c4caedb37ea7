import { createRequire } from 'node:module';
import type * as Undici from 'undici';

let loaded: typeof Undici | undefined;

/**
 * Loaded with the first request: it takes longer than all nodes together, and n8n loads every node at its start, used or
 * not.
 */
export function undici(): typeof Undici {
	loaded ??= createRequire(__filename)('undici') as typeof Undici;
	return loaded;
}
