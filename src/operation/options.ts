import type { Field } from './types';

/** Every operation's Options. Read by the engine, never sent. */
export const commonOptions: Field[] = [
	{
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 50 },
		default: 1,
		description: 'How many input items to work on at the same time. The order of the output stays that of the input.',
	},
	{
		displayName: 'Idle Timeout',
		name: 'idleTimeout',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 60,
		description: 'Seconds of silence after which a call is given up. Dify sends a sign of life every 10 seconds.',
	},
	{
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'Seconds one call may take in all, with 0 for no limit',
	},
];
