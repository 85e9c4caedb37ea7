import { randomUUID } from 'node:crypto';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { apiRoot } from '../../src/transport/url';
import { isBefore } from '../../src/transport/version';
import { startEmulator, type Emulator } from '../emulator';
import { runNode } from '../engine/harness';
import { exercised } from './coverage';
import { isLive, VARIABLES, type Key } from './environment';
import { filledForm, type Control } from './forms';
import { failure, Lacking, type Failed } from './lacking';

/** A real Dify indexes in seconds or minutes, and a real model takes its time. */
jest.setTimeout(isLive ? 600_000 : 20_000);

/** Node, resource and operation with its parameters. */
export interface Step {
	run: `${string}.${string}.${string}`;
	parameters?: IDataObject;
	input?: INodeExecutionData[];
	/** Default: the one that fits the node. */
	key?: Key;
	/** Another way to the server. */
	domain?: string;
}

const KEY_OF_NODE: Record<string, Key> = {
	dify: 'chat',
	difyChat: 'chat',
	difyChatflow: 'chatflow',
	difyCompletion: 'completion',
	difyKnowledge: 'dataset',
	difyWorkflow: 'workflow',
};

/** A Dify as the journeys see it, through the nodes: the one named in the environment, else an emulator that takes nothing unknown. */
export class Dify {
	domain = '';
	/** As the server reports it. */
	version = '';
	private keys: Partial<Record<Key, string>> = {};
	private emulator?: Emulator;
	private readonly debts = new Map<unknown, () => Promise<unknown>>();
	private readonly forms = new Map<Key, Promise<IDataObject>>();

	async begin(): Promise<void> {
		if (process.env.DIFY_URL) {
			this.domain = process.env.DIFY_URL;
			this.keys = Object.fromEntries(Object.entries(VARIABLES).map(([key, variable]) => [key, process.env[variable]]));
		} else {
			this.emulator = await startEmulator({ strict: true, indexingMs: 2 });
			const { url, keys } = this.emulator;
			this.domain = url;
			this.keys = { ...keys, chat: keys.form, human: keys.chatflowHuman };
		}
		const { headers } = await fetch(`${apiRoot(this.domain)}/info`);
		this.version = headers.get('x-version') ?? '';
	}

	/** Undoes what is owed, the newest first, all of it. */
	async end(): Promise<void> {
		const failed: unknown[] = [];
		for (const undo of [...this.debts.values()].reverse()) await undo().catch((error: unknown) => failed.push(error));
		await this.emulator?.close();
		if (failed.length) throw new AggregateError(failed, `Not cleaned up: ${failed.map(String).join('; ')}`);
	}

	/** Something that was made, and what takes it away again. */
	owes(id: unknown, undo: () => Promise<unknown>): void {
		this.debts.set(id, undo);
	}

	/** It is gone already. */
	settled(id: unknown): void {
		this.debts.delete(id);
	}

	owesConversation(id: unknown, user: string, key: Key): void {
		this.owes(id, async () => await this.call('DELETE', `/conversations/${String(id)}`, { user }, key));
	}

	/** Ends the story on an older server. */
	needs(version: string): void {
		if (isLive && isBefore(this.version, version)) throw new Lacking(`it needs Dify ${version}, this server is ${this.version}`);
	}

	/** Ends the story on the versions from the first to before the second. */
	lacks(first: string, before: string, what: string): void {
		if (isLive && !isBefore(this.version, first) && isBefore(this.version, before)) throw new Lacking(`Dify ${this.version}: ${what}`);
	}

	/** Items of a step that is to succeed. */
	async items({ run, ...step }: Step): Promise<INodeExecutionData[]> {
		const { items, error } = await runNode({ ...this.optionsOf({ run, ...step }), onError: 'continueRegularOutput' });
		if (error) throw error;
		const failed = items.find(({ json }) => typeof json.error === 'string' && json.details);
		if (failed) throw failure(run, failed.json as unknown as Failed);
		exercised.add(run);
		return items;
	}

	/** Their JSON. */
	async does(step: Step): Promise<IDataObject[]> {
		return (await this.items(step)).map(({ json }) => json);
	}

	/** What a user reads where the step is to fail. */
	async refuses(step: Step): Promise<{ message: string; description?: string | null }> {
		const { error, items } = await runNode(this.optionsOf(step));
		if (error) return error;
		throw new Error(`${step.run} succeeded: ${JSON.stringify(items)}`);
	}

	/** A call past the nodes, for what they cannot do. */
	async call(method: string, path: string, body: object | undefined, key: Key): Promise<IDataObject> {
		const answer = await this.fetch(method, path, body, key);
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
		return text ? (JSON.parse(text) as IDataObject) : {};
	}

	/** A run past the nodes, as a stream: its task once that is known, and all of the stream once it has ended. */
	async stream(path: string, body: object, key: Key): Promise<{ task: string; ended: Promise<string> }> {
		const answer = await this.fetch('POST', path, { ...body, response_mode: 'streaming' }, key);
		if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
		let tell: (task: string) => void = () => undefined;
		const told = new Promise<string>((resolve) => (tell = resolve));
		const ended = readAll(answer, (text) => {
			const task = /"task_id": ?"([^"]+)"/.exec(text)?.[1];
			if (task) tell(task);
		});
		const silent = ended.then((text) => Promise.reject(new Error(`The stream names no task: ${text.slice(0, 300)}`)));
		return { task: await Promise.race([told, silent]), ended };
	}

	async parameters(key: Key): Promise<IDataObject> {
		return await this.call('GET', '/parameters', undefined, key);
	}

	/** What the app's form must be given, with the question where it takes a text. */
	async inputs(key: Key, question: string): Promise<IDataObject> {
		const parameters = this.forms.get(key) ?? this.parameters(key);
		this.forms.set(key, parameters);
		return filledForm((await parameters).user_input_form as unknown as Control[], question);
	}

	/** The same as parameters of a node. */
	async inputParameters(key: Key, question: string): Promise<IDataObject> {
		return { inputsMode: 'json', inputsJson: JSON.stringify(await this.inputs(key, question)) };
	}

	/** The first of these apps whose key is given and whose parameters have it. */
	async appWith(keys: Key[], has: (parameters: IDataObject) => boolean, what: string): Promise<Key> {
		for (const key of keys.filter((each) => this.keys[each])) {
			if (has(await this.parameters(key))) return key;
		}
		throw new Lacking(`none of the apps has ${what}`);
	}

	/** A base that a published pipeline fills: that of the emulator, or the one named in the environment. */
	async pipelineBase(): Promise<string> {
		if (this.emulator) {
			const answer = await fetch(`${this.emulator.url}/_emulator/pipeline-base`, { method: 'POST' });
			return ((await answer.json()) as { id: string }).id;
		}
		const { DIFY_PIPELINE_BASE: base } = process.env;
		if (!base) throw new Lacking('set DIFY_PIPELINE_BASE to the ID of a base with a published pipeline');
		return base;
	}

	private optionsOf({ run, parameters, input, key, domain = this.domain }: Step) {
		const [node, resource, operation] = run.split('.');
		const apiKey = this.keys[key ?? KEY_OF_NODE[node]] ?? '';
		return { node, parameters: { resource, operation, ...parameters }, credential: { domain, apiKey }, input };
	}

	private async fetch(method: string, path: string, body: object | undefined, key: Key): Promise<Response> {
		const headers = { authorization: `Bearer ${this.keys[key] ?? ''}`, 'content-type': 'application/json' };
		return await fetch(apiRoot(this.domain) + path, { method, headers, body: body && JSON.stringify(body) });
	}
}

async function readAll({ body }: Response, seen: (text: string) => void): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
		text += decoder.decode(bytes, { stream: true });
		seen(text);
	}
	return text;
}

/** The value of a resource locator. */
export const byId = (id: unknown) => ({ __rl: true, mode: 'id', value: id as string });

/** A name that nothing else in the workspace has. */
export const unique = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;

/** Asks until `holds`, for what Dify does in the background. */
export async function eventually<T>(ask: () => Promise<T>, holds: (value: T) => boolean, seconds = isLive ? 60 : 2): Promise<T> {
	const ends = Date.now() + seconds * 1000;
	for (;;) {
		const value = await ask();
		if (holds(value) || Date.now() > ends) return value;
		await new Promise((resolve) => setTimeout(resolve, isLive ? 1000 : 20));
	}
}

export const uuid: unknown = expect.stringMatching(/^[\da-f-]{36}$/);
export const someText: unknown = expect.stringMatching(/\S/);
