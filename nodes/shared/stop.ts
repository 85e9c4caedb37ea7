import type { Operation } from '../../src/operation/types';
import { task, user } from './fields';

/** Dify answers success to any stop, so that only the request can be reported. */
export const stopRequested = (route: Operation['route'], what: string): Operation => ({
	name: 'Stop',
	value: 'stop',
	action: `Stop ${what}`,
	description: 'Ask Dify to stop what is running; only the user who started it can',
	route,
	fields: [task, user],
	output: () => ({ success: true, message: 'Stop requested' }),
});
