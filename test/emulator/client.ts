import { setTimeout as pause } from 'node:timers/promises';

import type { Emulator } from './index';
import { type Json, parsedJson } from './json';

/** An answer, read to its end. */
export interface Reply {
	status: number;
	headers: Headers;
	text: string;
	json: Json;
}

const isDone = (status: unknown) => status === 'completed' || status === 'error';

/** A bare client of the emulator, for its own tests. */
export class Client {
	constructor(
		private readonly emulator: Emulator,
		private readonly key: string = emulator.keys.dataset,
	) {}

	fetch(method: string, path: string, body?: unknown, signal?: AbortSignal) {
		const form = body instanceof FormData;
		const headers = { Authorization: `Bearer ${this.key}`, ...(!form && { 'Content-Type': 'application/json' }) };
		const payload = form ? body : body === undefined ? undefined : JSON.stringify(body);
		return fetch(`${this.emulator.url}/v1${path}`, { method, headers, body: payload, signal });
	}

	async call(method: string, path: string, body?: unknown): Promise<Reply> {
		const response = await this.fetch(method, path, body);
		const text = await response.text();
		const { status, headers } = response;
		return { status, headers, text, json: (parsedJson(text) ?? {}) as Json };
	}

	async base(body: Json = {}) {
		const { json } = await this.call('POST', '/datasets', { name: 'base', indexing_technique: 'high_quality', ...body });
		return String(json.id);
	}

	/** Creates a document by text and gives its id and batch. */
	async write(base: string, body: Json) {
		const path = `/datasets/${base}/document/create-by-text`;
		const { json } = await this.call('POST', path, { indexing_technique: 'high_quality', ...body });
		return { id: String((json.document as Json).id), batch: String(json.batch) };
	}

	/** Creates a document by text and waits until it is indexed. */
	async add(base: string, body: Json) {
		const { id, batch } = await this.write(base, body);
		await this.settled(base, batch);
		return id;
	}

	/** Every status a batch shows until it ends, each once. */
	async settled(base: string, batch: string) {
		const seen: Json[] = [];
		while (!isDone(seen.at(-1)?.indexing_status)) {
			const { json } = await this.call('GET', `/datasets/${base}/documents/${batch}/indexing-status`);
			seen.push((json.data as Json[])[0]);
			await pause(1);
		}
		return seen;
	}

	async chunks(base: string, document: string) {
		const { json } = await this.call('GET', `/datasets/${base}/documents/${document}/segments?limit=100`);
		return json.data as Json[];
	}

	async retrieve(base: string, query: string, model: Json = {}) {
		const retrieval = { search_method: 'semantic_search', reranking_enable: false, top_k: 4, score_threshold_enabled: false };
		const body = { query, retrieval_model: { ...retrieval, ...model } };
		const { json } = await this.call('POST', `/datasets/${base}/retrieve`, body);
		return json.records as Json[];
	}

	/** Sends a chat message and gives the parsed events, `ping` for the keep-alive. */
	async events(body: Json, onEvent: (event: Json) => Promise<void> = () => Promise.resolve()) {
		const sent = { inputs: {}, user: 'user-1', response_mode: 'streaming', ...body };
		const response = await this.fetch('POST', '/chat-messages', sent);
		const events: Json[] = [];
		let rest = '';
		for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
			const blocks = (rest + Buffer.from(chunk).toString()).split('\n\n');
			rest = blocks.pop() ?? '';
			for (const block of blocks) {
				const event = block.startsWith('data: ') ? (JSON.parse(block.slice(6)) as Json) : { event: 'ping' };
				events.push(event);
				await onEvent(event);
			}
		}
		return events;
	}
}

/** Names of events, equal neighbours once. */
export const namesOf = (events: Json[]) =>
	events.map(({ event }) => String(event)).filter((name, index, names) => name !== names[index - 1]);
