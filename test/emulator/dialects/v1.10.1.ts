import type { Dialect } from './dialect';
import { v1_13_0 } from './v1.13.0';

/** Release 1.10.1. */
export const v1_10_1: Dialect = {
	...v1_13_0,
	version: '1.10.1',
};
