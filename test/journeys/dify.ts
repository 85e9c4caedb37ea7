import { randomUUID } from 'node:crypto';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { apiRoot } from '../../src/transport/url';
import { startEmulator } from '../emulator';
import { outputOf, runNode } from '../engine/harness';

/** Whether the journeys run against the Dify named in the environment. */
export const isLive = Boolean(process.env.DIFY_URL);

/** A real Dify indexes in seconds or minutes, and a real model takes its time. */
jest.setTimeout(isLive ? 600_000 : 20_000);

type Key = 'dataset' | 'chat';

/** Node, resource and operation with its parameters. */
interface Step {
	run: `${string}.${string}.${string}`;
	parameters?: IDataObject;
	input?: INodeExecutionData[];
}

/** A Dify as the journeys see it: through the nodes. */
export interface Dify {
	/** Items of a step that is to succeed. */
	does(step: Step): Promise<IDataObject[]>;
	/** What a user reads where the step is to fail. */
	refuses(step: Step): Promise<{ message: string; description?: string | null }>;
	/** A call past the nodes, for what they cannot do. */
	call(method: string, path: string, body: object, key: Key): Promise<void>;
	end(): Promise<void>;
}

/** The Dify named in the environment, else an emulator that takes nothing unknown. */
export async function connectToDify(): Promise<Dify> {
	const { DIFY_URL, DIFY_DATASET_KEY = '', DIFY_CHAT_KEY = '' } = process.env;
	if (DIFY_URL) return difyAt(DIFY_URL, { dataset: DIFY_DATASET_KEY, chat: DIFY_CHAT_KEY }, async () => undefined);
	const emulator = await startEmulator({ strict: true, indexingMs: 2 });
	return difyAt(emulator.url, emulator.keys, async () => await emulator.close());
}

function difyAt(domain: string, keys: Record<Key, string>, end: () => Promise<void>): Dify {
	const optionsOf = ({ run, parameters, input }: Step) => {
		const [node, resource, operation] = run.split('.');
		const apiKey = keys[node === 'difyKnowledge' ? 'dataset' : 'chat'];
		return { node, parameters: { resource, operation, ...parameters }, credential: { domain, apiKey }, input };
	};
	return {
		does: async (step) => await outputOf(optionsOf(step)),
		async refuses(step) {
			const { error, items } = await runNode(optionsOf(step));
			if (error) return error;
			throw new Error(`${step.run} succeeded: ${JSON.stringify(items)}`);
		},
		async call(method, path, body, key) {
			const headers = { authorization: `Bearer ${keys[key]}`, 'content-type': 'application/json' };
			const answer = await fetch(apiRoot(domain) + path, { method, headers, body: JSON.stringify(body) });
			if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
		},
		end,
	};
}

/** The value of a resource locator. */
export const byId = (id: unknown) => ({ __rl: true, mode: 'id', value: id as string });

/** A name that nothing else in the workspace has. */
export const unique = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;

export const uuid: unknown = expect.stringMatching(/^[\da-f-]{36}$/);
