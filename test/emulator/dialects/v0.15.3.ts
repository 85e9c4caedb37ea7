import type { Dialect } from './dialect';
import { v1_4_3 } from './v1.4.3';

/** Release 0.15.3. */
export const v0_15_3: Dialect = {
	...v1_4_3,
	version: '0.15.3',
};
