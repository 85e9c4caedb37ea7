import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { generate } from 'selfsigned';

import type { Connection } from '../../../src/transport/client';
import type { DifyError } from '../../../src/transport/error';
import { closePools } from '../../../src/transport/pool';

export type Handler = (request: IncomingMessage, response: ServerResponse, index: number) => unknown;

export interface TestServer {
	origin: string;
	port: number;
	/** Every socket that was ever accepted. */
	sockets: Socket[];
	/** The header of every request, in order. */
	requests: IncomingMessage[];
	close(): Promise<void>;
}

const open = new Set<{ close(): Promise<void> }>();

/** To be called after each test: no server, socket or pool survives it. */
export async function closeAll(): Promise<void> {
	await Promise.all([...open].map(async (server) => await server.close()));
	open.clear();
	await closePools();
}

export async function serve(handler: Handler, port = 0): Promise<TestServer> {
	return await listen(http.createServer(), 'http', handler, port);
}

export async function serveTls(handler: Handler): Promise<TestServer> {
	return await listen(https.createServer(await certificate()), 'https', handler, 0);
}

/** Answers with whatever bytes `talk` writes. */
export async function serveRaw(talk: (socket: Socket, index: number) => void): Promise<TestServer> {
	const sockets: Socket[] = [];
	const server = net.createServer((socket) => {
		socket.on('error', () => undefined).resume();
		talk(socket, sockets.push(socket) - 1);
	});
	return await started(server, 'http', sockets, [], 0);
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

export function connectionTo({ origin }: { origin: string }, more: Partial<Connection> = {}): Connection {
	return {
		domain: origin,
		apiKey: 'app-SECRETKEY0123456789',
		maxConnections: 10,
		keepAlive: 30,
		idleTimeout: 20,
		retries: 0,
		ignoreSslIssues: false,
		...more,
	};
}

/** The error the call ends with. */
export async function refused(call: Promise<unknown>): Promise<DifyError> {
	return await call.then(
		(value) => {
			throw new Error(`Did not fail but gave ${JSON.stringify(value)}`);
		},
		(error: DifyError) => error,
	);
}

export function json(
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: Record<string, string> = {},
): void {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(text),
		...headers,
	});
	response.end(text);
}

export async function bytesOf(stream: Readable): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of stream) parts.push(part as Buffer);
	return Buffer.concat(parts);
}

/** Waits until the condition holds; fails after a generous time. */
export async function until(condition: () => boolean, what: string): Promise<void> {
	const end = Date.now() + 8000;
	while (!condition()) {
		if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

let made: Promise<{ key: string; cert: string }> | undefined;

/** A self-signed certificate for localhost and 127.0.0.1. */
export async function certificate(): Promise<{ key: string; cert: string }> {
	made ??= generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 }).then((pair) => ({
		key: pair.private,
		cert: pair.cert,
	}));
	return await made;
}

async function listen(
	server: http.Server | https.Server,
	scheme: string,
	handler: Handler,
	port: number,
): Promise<TestServer> {
	const sockets: Socket[] = [];
	const requests: IncomingMessage[] = [];
	server.keepAliveTimeout = 60_000;
	server.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => sockets.push(socket));
	server.on('request', (request: IncomingMessage, response: ServerResponse) => {
		handler(request, response, requests.push(request) - 1);
	});
	return await started(server, scheme, sockets, requests, port);
}

async function started(
	server: net.Server,
	scheme: string,
	sockets: Socket[],
	requests: IncomingMessage[],
	wanted: number,
): Promise<TestServer> {
	server.listen(wanted, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const handle: TestServer = {
		origin: `${scheme}://127.0.0.1:${port}`,
		port,
		sockets,
		requests,
		async close() {
			open.delete(handle);
			if (!server.listening) return;
			sockets.forEach((socket) => socket.destroy());
			server.close();
			await once(server, 'close');
		},
	};
	open.add(handle);
	return handle;
}
