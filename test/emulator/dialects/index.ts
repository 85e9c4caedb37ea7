import type { Dialect } from './dialect';
import { main } from './main';
import { v0_15_3 } from './v0.15.3';
import { v1_10_1 } from './v1.10.1';
import { v1_13_0 } from './v1.13.0';
import { v1_14_2 } from './v1.14.2';
import { v1_16 } from './v1.16';
import { v1_4_3 } from './v1.4.3';

export type { Dialect } from './dialect';

/** Every version the emulator speaks. */
export const dialects: Record<string, Dialect> = {
	'0.15.3': v0_15_3,
	'1.4.3': v1_4_3,
	'1.10.1': v1_10_1,
	'1.13.0': v1_13_0,
	'1.14.2': v1_14_2,
	'main-2026-06': main,
	'1.16': v1_16,
};
