import type { Dialect } from './dialect';
import { v1_14_2 } from './v1.14.2';

/** Release 1.13.0. */
export const v1_13_0: Dialect = {
	...v1_14_2,
	version: '1.13.0',
};
