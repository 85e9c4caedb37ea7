import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator';

/** A workspace with one knowledge base, two indexed documents and a conversation; ids by name. */
export interface Workspace {
	emulator: Emulator;
	ids: { dataset: string; rivers: string; apples: string; batch: string; conversation: string; message: string } & Record<string, string>;
	/** Credential fields for a key. */
	credential(kind: keyof Emulator['keys']): { domain: string; apiKey: string; retries: number };
	/** A call past the nodes, to prepare or to look. */
	call(method: string, path: string, body?: object, kind?: keyof Emulator['keys']): Promise<Record<string, never>>;
	/** Requests on a route since the last `watch`. */
	sent(route: string): Emulator['requests'];
	watch(): void;
}

const RIVERS = 'The Rhine flows from the Alps to the North Sea.\nIt is 1233 kilometres long.';
const APPLES = 'Apples grow on trees in an orchard.\nCider is made of pressed apples.';

export async function seededWorkspace(options: EmulatorOptions = {}): Promise<Workspace> {
	const emulator = await startEmulator({ strict: true, indexingMs: 2, ...options });
	const call: Workspace['call'] = async (method, path, body, kind = 'dataset') => {
		const answer = await fetch(`${emulator.url}/v1${path}`, {
			method,
			headers: { authorization: `Bearer ${emulator.keys[kind]}`, 'content-type': 'application/json' },
			body: body && JSON.stringify(body),
		});
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
		return (text ? JSON.parse(text) : {}) as Record<string, never>;
	};
	const { id: dataset } = await call('POST', '/datasets', { name: 'Manuals', indexing_technique: 'high_quality' });
	const rivers = await createText(call, dataset, 'rivers.md', RIVERS);
	const apples = await createText(call, dataset, 'apples.md', APPLES);
	const message = await call('POST', '/chat-messages', { query: 'How long is the Rhine?', inputs: {}, user: 'n8n', response_mode: 'blocking' }, 'chat');

	let from = emulator.requests.length;
	return {
		emulator,
		ids: { dataset, rivers: rivers.id, apples: apples.id, batch: rivers.batch, conversation: message.conversation_id, message: message.message_id },
		credential: (kind) => ({ domain: emulator.url, apiKey: emulator.keys[kind], retries: 0 }),
		call,
		sent: (route) => emulator.requests.slice(from).filter((request) => request.route === route),
		watch: () => {
			from = emulator.requests.length;
		},
	};
}

/** The same with a new, empty knowledge base, watched from then on. */
export async function workspaceWithBase(options?: EmulatorOptions): Promise<{ workspace: Workspace; base: string }> {
	const workspace = await seededWorkspace(options);
	const { id: base } = await workspace.call('POST', '/datasets', { name: 'Source', indexing_technique: 'high_quality' });
	workspace.watch();
	return { workspace, base };
}

/** Makes a document and waits until it is indexed. */
export async function createText(
	call: Workspace['call'],
	dataset: string,
	name: string,
	text: string,
	more: object = {},
): Promise<{ id: string; batch: string }> {
	const body = { name, text, indexing_technique: 'high_quality', process_rule: { mode: 'automatic' }, ...more };
	const { document, batch } = await call('POST', `/datasets/${dataset}/document/create-by-text`, body);
	const { id } = document as { id: string };
	for (;;) {
		const { data } = await call('GET', `/datasets/${dataset}/documents/${batch as string}/indexing-status`);
		const [{ indexing_status: status }] = data as Array<{ indexing_status: string }>;
		if (['completed', 'error', 'paused'].includes(status)) return { id, batch };
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
