import type { Dialect } from './dialect';
import { v1_10_1 } from './v1.10.1';

/** Release 1.4.3. */
export const v1_4_3: Dialect = {
	...v1_10_1,
	version: '1.4.3',
};
