import type { Dialect } from './dialect';
import { main } from './main';

/** Release 1.16. */
export const v1_16: Dialect = {
	...main,
	version: '1.16.0',
};
