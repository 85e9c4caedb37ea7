import type { FastifyRequest } from 'fastify';

import { type Answer, htmlNotFound, json } from './answers';
import type { Fault, Faults } from './faults';
import type { Emulator } from './index';
import { isObject, parsedJson } from './json';

/** Paths that steer the emulator itself. */
export const controlPrefix = '/_emulator/';

/** What can be steered from another process. */
export type Controlled = Pick<Emulator, 'requests'> & { faults: Faults };

const done = () => json({ result: 'success' });

/** Answers a request to the emulator itself. */
export function controlAnswer(
	{ requests, faults }: Controlled,
	counts: Emulator['counts'],
	reset: Emulator['reset'],
	{ method, body }: FastifyRequest,
	path: string,
): Answer {
	const commands: Record<string, () => Answer> = {
		'POST faults': () => {
			const fault = parsedJson(String(body));
			if (!isObject(fault)) return json({ result: 'error', message: 'A fault is a JSON object' }, 400);
			faults.add(fault as Fault);
			return done();
		},
		'DELETE faults': () => {
			faults.clear();
			return done();
		},
		'GET requests': () => json(requests),
		'POST reset': () => {
			reset();
			return done();
		},
		'GET counts': () => json(counts()),
	};
	const command = commands[`${method} ${path.slice(controlPrefix.length)}`];
	return command ? command() : htmlNotFound();
}
