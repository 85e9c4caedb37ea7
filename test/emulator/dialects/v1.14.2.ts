import type { Dialect } from './dialect';
import { main } from './main';

/** Release 1.14.2. */
export const v1_14_2: Dialect = {
	...main,
	version: '1.14.2',
};
