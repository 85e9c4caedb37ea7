import { createHash } from 'node:crypto';

import type { Emulator } from '../emulator';
import { parsedJson } from '../emulator/json';
import type { Reply } from './comparison';
import type { Identities } from './identities';
import type { RecordedFile, RecordedRequest } from './recordings';

/** The emulator's app that stands for a recorded one. */
const appOf: Record<string, keyof Emulator['keys']> = {
	chat: 'form',
	chat_min: 'chat',
	chat_limit: 'chat',
	agent: 'agent',
	agent_kb: 'agent',
	agent_react: 'agent',
	chat_as_agent: 'agent',
	chatflow: 'chatflow',
	chatflow_min: 'chatflow',
	chatflow_separated: 'chatflow',
	chatflow_limit: 'chatflow',
	chatflow_limit2: 'chatflow',
	completion: 'completion',
	workflow: 'workflow',
	workflow_min: 'workflow',
	workflow_limit: 'workflow',
	workflow_limit2: 'workflow',
	workflow_fail: 'workflowFail',
	workflow_slow: 'workflowSlow',
	workflow_types: 'workflowTypes',
	workflow_hi: 'workflowHuman',
	workflow_hi2: 'workflowTwice',
	chatflow_hi: 'chatflowHuman',
};

const appName = /app-KEY\((\w+)\)/;

/** Why a request cannot be made with the emulator's keys. */
export const missingApp = ({ auth }: RecordedRequest) => {
	const name = appName.exec(auth)?.[1];
	return name && !appOf[name] ? `the emulator has no app ${name}` : undefined;
};

const authorization = ({ auth }: RecordedRequest, keys: Emulator['keys']) => {
	if (auth === 'none') return undefined;
	const name = appName.exec(auth)?.[1];
	if (name) return `Bearer ${keys[appOf[name]]}`;
	if (auth === 'dataset-KEY') return `Bearer ${keys.dataset}`;
	return auth.replace('app-KEY', keys.chat);
};

const sentence = 'Filler text about rivers and apples.\n\n';

/** Bytes of the recorded size, for files whose own are unknown. */
const filler = (size: number) => Buffer.from(sentence.repeat(Math.ceil(size / sentence.length)).slice(0, size));

const boundary = 'replay-boundary';

const filePart = ({ disposition, content_type: type, size, bytes }: RecordedFile) =>
	Buffer.concat([
		Buffer.from(`--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`),
		bytes ?? filler(size),
		Buffer.from('\r\n'),
	]);

const multipartBody = ({ fields, files }: NonNullable<RecordedRequest['multipart']>) =>
	Buffer.concat([
		...Object.entries(fields).map(([name, value]) =>
			Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
		),
		...files.map(filePart),
		Buffer.from(`--${boundary}--\r\n`),
	]);

const bodyOf = (request: RecordedRequest, ids: Identities) => {
	if (request.multipart) return multipartBody(request.multipart);
	if (request.raw !== undefined) return Buffer.from(request.raw);
	return request.json === undefined ? undefined : Buffer.from(ids.translate(JSON.stringify(request.json)));
};

/** An answer's body as the recordings keep it: JSON, text, or what tells other bytes apart. */
const contentOf = (contentType: string, bytes: Buffer) => {
	const text = bytes.toString('utf8');
	if (!text || /^(application\/json|text\/)/.test(contentType)) return parsedJson(text) ?? text;
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	return { base64_sha256: sha256, size: bytes.length, head_base64: bytes.subarray(0, 96).toString('base64') };
};

/** Sends a recorded request to the emulator, ids translated; `onFrame` sees a stream's blocks as they come. */
export async function send(
	emulator: Emulator,
	method: string,
	request: RecordedRequest,
	ids: Identities,
	onFrame: (frame: string) => Promise<void> = () => Promise.resolve(),
	signal?: AbortSignal,
): Promise<Reply> {
	const form = request.multipart && { 'Content-Type': `multipart/form-data; boundary=${boundary}` };
	const headers = new Headers({ ...request.headers, ...form });
	const key = authorization(request, emulator.keys);
	if (key) headers.set('Authorization', key);
	const query = request.query ? `?${ids.translate(request.query)}` : '';
	const url = emulator.url + (ids.signed(request.path) ?? `/v1${ids.translate(request.path)}${query}`);
	const body = bodyOf(request, ids);
	const response = await fetch(url, { method, headers, body: body ? new Uint8Array(body) : undefined, signal });
	const contentType = response.headers.get('content-type') ?? '';
	if (!contentType.startsWith('text/event-stream')) {
		const body = contentOf(contentType, Buffer.from(await response.arrayBuffer()));
		return { status: response.status, contentType, body, frames: null };
	}
	const frames = await readFrames(response, onFrame);
	return { status: response.status, contentType, body: null, frames };
}

/** What follows is only the server taking its time to close. */
const isLast = (frames: string[]) => {
	if (frames[0] !== 'event: ping') return false;
	const last = frames[frames.length - 1];
	// An annotation answers without a run, and the server closes after five minutes.
	if (last.includes('"event":"message_end"')) return !frames.some((frame) => frame.includes('"event":"workflow_started"'));
	return /"event":"(workflow_finished|error)"/.test(last);
};

async function readFrames(response: Response, onFrame: (frame: string) => Promise<void>) {
	const frames: string[] = [];
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
		const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
		rest = blocks.pop() ?? '';
		for (const block of blocks) {
			frames.push(block);
			await onFrame(block);
		}
		if (isLast(frames)) break;
	}
	return frames;
}
