import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ready } from '../processes';

const IDS = {
	task_id: 'fbb9266a-1eb0-4b31-bb52-5bbad5950273',
	workflow_run_id: '6a1f2b7e-58a4-4b0e-b1a5-6d0a7e2f9c11',
	message_id: 'baf706c7-ad75-49ec-a85c-4304fb408bfc',
	conversation_id: 'a259f25e-dbd6-4550-820b-a24e8e3a5600',
};
const STILL_OPEN_MS = 1000;

const frame = (event: object) => `data: ${JSON.stringify({ ...IDS, ...event })}\n\n`;

/** A chat whose every token is the time at which it was sent; `query` holds how many, and the milliseconds between. */
function chat(response: ServerResponse, query: string): void {
	const [count, every] = query.split(' ').map(Number);
	let left = count;
	const timer = setInterval(() => {
		if (left-- > 0) response.write(frame({ event: 'message', id: IDS.message_id, answer: `${now()} ` }));
		else response.end(frame({ event: 'message_end', id: IDS.message_id, metadata: {} }));
		if (left < 0) clearInterval(timer);
	}, every);
	response.on('close', () => clearInterval(timer));
}

/** A run that says when it ended; as Dify does, the stream stays open for another second. */
function workflow(response: ServerResponse): void {
	const run = { id: IDS.workflow_run_id, workflow_id: IDS.workflow_run_id, created_at: 1_795_370_430 };
	response.write(frame({ event: 'workflow_started', data: run }));
	setTimeout(() => {
		const data = { ...run, status: 'succeeded', outputs: { sentAt: now() }, error: null, elapsed_time: 0.05 };
		response.write(frame({ event: 'workflow_finished', data }));
		setTimeout(() => response.end(), STILL_OPEN_MS);
	}, 50);
}

/** Milliseconds of the clock that all processes share. */
function now(): number {
	return performance.timeOrigin + performance.now();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part as Buffer);
	const mode = request.headers.authorization?.endsWith('app-workflow') ? 'workflow' : 'chat';
	const streams = request.method === 'POST' && !request.url?.endsWith('/stop');
	response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json', 'x-version': '1.14.2' });
	if (!streams) response.end(JSON.stringify({ result: 'success', name: 'App', mode, user_input_form: [] }));
	else if (request.url?.endsWith('/workflows/run')) workflow(response);
	else chat(response, (JSON.parse(Buffer.concat(parts).toString()) as { query: string }).query);
}

/** Streams runs at a pace, and does nothing else. */
async function main(): Promise<void> {
	const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void answer(request, response));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

void main();
