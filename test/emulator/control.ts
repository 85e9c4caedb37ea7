import type { FastifyRequest } from 'fastify';

import { type Answer, htmlNotFound, json } from './answers';
import type { AppKind } from './apps';
import type { Fault, Faults } from './faults';
import type { Emulator, KnowledgeLimit, RunLimit } from './index';
import { isObject, type Json, parsedJson } from './json';
import { newPipelineBase, startNodes } from './pipelineBase';
import { newTag } from './tags';
import type { Workspace } from './workspace';

/** Paths that steer the emulator itself. */
export const controlPrefix = '/_emulator/';

/** What can be steered from another process. */
export type Controlled = Pick<Emulator, 'requests'> & { faults: Faults; workspace: Workspace };

const done = () => json({ result: 'success' });

/** Answers a request to the emulator itself. */
export function controlAnswer(
	{ requests, faults, workspace }: Controlled,
	counts: Emulator['counts'],
	reset: Emulator['reset'],
	limitKnowledge: Emulator['limitKnowledge'],
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
		'POST knowledge-limit': () => {
			limitKnowledge(parsedJson(String(body)) as KnowledgeLimit | undefined);
			return done();
		},
		'POST run-limit': () => {
			const { app, ...limit } = parsedJson(String(body)) as unknown as RunLimit & { app: AppKind };
			workspace.slots.limit(app, limit);
			return done();
		},
		'GET requests': () => json(requests),
		'POST reset': () => {
			reset();
			return done();
		},
		'GET counts': () => json(counts()),
		'POST tags': () => json({ id: newTag(workspace, parsedJson(String(body)) as Json).id }),
		'POST pipeline-base': () => json({ id: newPipelineBase(workspace).id, start_node_id: startNodes[0].id }),
	};
	const command = commands[`${method} ${path.slice(controlPrefix.length)}`];
	return command ? command() : htmlNotFound();
}
