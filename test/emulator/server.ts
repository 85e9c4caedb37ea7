import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import multipart from '@fastify/multipart';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';

import { type Answer, html, json, unsupportedMediaType } from './answers';
import { keys } from './apps';
import { controlAnswer, controlPrefix } from './control';
import { deliver } from './delivery';
import { dialects } from './dialects';
import { Dispatcher } from './dispatch';
import { type Fault, Faults } from './faults';
import { type Form, readForm, received } from './forms';
import { Indexer } from './indexing';
import type { Emulator, EmulatorOptions, KnowledgeLimit, ReceivedRequest } from './index';
import { parsedJson } from './json';
import { RequestWindow } from './knowledgeLimit';
import type { World } from './route';
import { Router } from './router';
import { aliases, routes } from './routes';
import { Workspace } from './workspace';

const apiPrefix = '/v1';
/** What the stock deployment's proxy lets through. */
const largestBody = 100 * 1024 * 1024;
const keepAliveMs = 65_000;

const corsHeaders = {
	'access-control-allow-origin': '*',
	'access-control-expose-headers': 'X-Env, X-Trace-Id, X-Version',
	vary: 'Cookie',
};

const queryOf = (url: URL) => {
	const query: Record<string, string | string[]> = {};
	for (const key of new Set(url.searchParams.keys())) {
		const values = url.searchParams.getAll(key);
		query[key] = values.length === 1 ? values[0] : values;
	}
	return query;
};

const ordered = ({ status = 500, body = '' }: Fault): Answer =>
	typeof body === 'string'
		? { ...html(status, '', ''), body }
		: json(body, status);

const tooLarge = () => html(413, '413 Request Entity Too Large', 'nginx');
const unreadable = () => unsupportedMediaType().answer();

class Server {
	readonly requests: ReceivedRequest[] = [];
	readonly faults = new Faults();
	readonly workspace = new Workspace();
	private readonly sockets = new Set<Socket>();
	private connections = 0;
	private window: RequestWindow | undefined;
	private readonly world: World;
	private readonly router: Router;
	private readonly dispatcher: Dispatcher;
	private readonly app;

	constructor(private readonly options: EmulatorOptions) {
		const version = options.version ?? 'main-2026-06';
		const dialect = dialects[version];
		if (!dialect) throw new Error(`The emulator does not speak ${version}; it speaks ${Object.keys(dialects).join(', ')}`);
		const { workspace, faults } = this;
		const indexer = new Indexer(workspace, faults, dialect, options.indexingMs ?? 20);
		const { strict = false, tokenMs = 0, pace = 1 } = options;
		this.world = { workspace, faults, indexer, dialect, strict, tokenMs, pace, origin: '' };
		const known = { ...routes, ...dialect.routes };
		const served = Object.keys(known).filter((route) => !dialect.missing.includes(route));
		this.router = new Router(served, aliases);
		this.dispatcher = new Dispatcher(this.world, known, strict);
		this.app = fastify({ serverFactory: (handler) => this.serve(handler), bodyLimit: largestBody });
		this.app.removeAllContentTypeParsers();
		this.app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
		const limits = { fileSize: largestBody, fieldSize: largestBody };
		void this.app.register(multipart, { limits, preservePath: true, isPartAFile: (_field, _type, filename) => filename !== undefined });
		this.app.setErrorHandler((error: FastifyError, _request, reply) => {
			reply.hijack();
			void deliver(reply.raw, error.statusCode === 413 ? tooLarge() : this.dressed(unreadable()), undefined);
		});
		this.app.all('/*', (request, reply) => this.receive(request, reply));
	}

	async start(): Promise<Emulator> {
		await this.app.listen({ port: this.options.port ?? 0, host: '127.0.0.1' });
		const { port } = this.app.server.address() as AddressInfo;
		const url = `http${this.options.certificate ? 's' : ''}://127.0.0.1:${port}`;
		this.world.origin = this.options.filesUrl ?? url;
		return {
			url,
			keys,
			requests: this.requests,
			faults: this.faults,
			limitKnowledge: (limit) => this.limitKnowledge(limit),
			limitRuns: (kind, limit) => this.workspace.slots.limit(kind, limit),
			counts: () => this.counts(),
			reset: () => this.reset(),
			close: () => this.close(),
		};
	}

	private serve(handler: http.RequestListener) {
		const { certificate } = this.options;
		const server = certificate ? https.createServer(certificate, handler) : http.createServer(handler);
		server.keepAliveTimeout = keepAliveMs;
		server.on(certificate ? 'secureConnection' : 'connection', (socket: Socket) => {
			this.connections += 1;
			this.sockets.add(socket);
			socket.setNoDelay(true);
			socket.on('close', () => this.sockets.delete(socket));
		});
		return server as http.Server;
	}

	private counts() {
		const documents = this.workspace.documents();
		return {
			datasets: this.workspace.datasets.size,
			documents: documents.length,
			segments: documents.reduce((sum, { segments }) => sum + segments.length, 0),
			runs: this.workspace.tasks.size,
			places: this.workspace.slots.held,
			sockets: this.sockets.size,
			connections: this.connections,
		};
	}

	private limitKnowledge(limit?: KnowledgeLimit) {
		this.window = limit && new RequestWindow(limit);
	}

	private reset() {
		this.workspace.empty();
		this.faults.clear();
		this.requests.length = 0;
	}

	private async close() {
		this.workspace.empty();
		for (const socket of this.sockets) socket.destroy();
		await this.app.close();
	}

	private async receive(request: FastifyRequest, reply: FastifyReply) {
		reply.hijack();
		const url = new URL(request.raw.url ?? '/', 'http://127.0.0.1');
		if (url.pathname.startsWith(controlPrefix)) {
			const answer = controlAnswer(this, () => this.counts(), () => this.reset(), (limit) => this.limitKnowledge(limit), request, url.pathname);
			return await deliver(reply.raw, answer, undefined);
		}
		// A form that breaks off counts as none.
		const form = request.isMultipart() ? await readForm(request.parts()).catch(() => undefined) : undefined;
		const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
		return await this.respond(request, reply.raw, url, bytes, form);
	}

	private async respond(
		request: FastifyRequest,
		response: http.ServerResponse,
		url: URL,
		bytes: Buffer,
		form: Form | undefined,
	) {
		const { method } = request;
		const versioned = url.pathname.startsWith(`${apiPrefix}/`);
		const match = this.router.match(method, versioned ? url.pathname.slice(apiPrefix.length) : `~${url.pathname}`);
		const entry = this.log(method, url, typeof match === 'object' ? match.route : '', bytes, form);
		const fault = this.faults.take(entry.route);
		if (fault?.delayMs) await pause(fault.delayMs);
		if (fault?.drop) return response.destroy();
		const refused = request.headers.authorization?.endsWith(keys.dataset) ? this.window?.refusal() : undefined;
		const answer = refused ??
			(fault?.status === undefined
				? await this.dispatcher.answer({
						match,
						path: url.pathname,
						authorization: request.headers.authorization,
						contentType: request.headers['content-type'] ?? '',
						query: entry.query,
						bytes,
						form,
					})
				: ordered(fault));
		if (fault?.dropAfter) return response.destroy();
		entry.status = answer.status;
		return await deliver(response, this.dressed(answer), fault).catch(() => response.destroy());
	}

	/** With the headers that every answer of a Dify server has. */
	private dressed(answer: Answer): Answer {
		if (answer.bare) return answer;
		const headers = { 'x-version': this.world.dialect.version, 'x-env': 'PRODUCTION', ...corsHeaders };
		return { ...answer, headers: { ...headers, ...answer.headers } };
	}

	private log(method: string, url: URL, route: string, bytes: Buffer, form: Form | undefined): ReceivedRequest {
		const text = bytes.toString('utf8');
		const entry: ReceivedRequest = {
			method,
			path: url.pathname,
			route,
			query: queryOf(url),
			body: text ? (parsedJson(text) ?? text) : undefined,
			...(form && { multipart: { fields: form.fields, files: form.files.map(received) } }),
			status: null,
			at: Date.now(),
		};
		this.requests.push(entry);
		return entry;
	}
}

/** Starts a server; see {@link EmulatorOptions}. */
export const start = (options: EmulatorOptions) => new Server(options).start();
