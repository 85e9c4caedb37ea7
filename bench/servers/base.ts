import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { ready } from '../processes';

interface Document {
	id: string;
	name: string;
	values: Map<string, unknown>;
}
interface Operation {
	document_id: string;
	metadata_list: Array<{ name: string; value: unknown }>;
}
type Body = { name: string; type: string; operation_data: Operation[] };

const documents = new Map<string, Document>();
const byName = new Map<string, Document>();
const fields: Array<{ id: string; name: string; type: string }> = [];
const counts = { requests: 0, writes: 0, sockets: 0 };
let latency = 0;

const base = { id: '613515c7-e4e1-478d-9f45-3e415417b8af', name: 'Manuals', provider: 'vendor', indexing_technique: 'high_quality', doc_form: 'text_model', doc_metadata: [] };
const newId = () => `6f1c2a50-9d3e-4b7f-8a10-${String(documents.size).padStart(12, '0')}`;
const idOf = (name: string) => fields.find((field) => field.name === name)?.id;
const shown = ({ id, name, values }: Document) => ({
	id,
	name,
	indexing_status: 'completed',
	display_status: 'available',
	enabled: true,
	archived: false,
	error: null,
	doc_form: 'text_model',
	doc_metadata: [...values].map(([field, value]) => ({ id: idOf(field), name: field, type: 'string', value })),
});

/** Made anew, or the one of that name, as Dify does it. */
function written(name: string): object {
	const document = byName.get(name) ?? { id: newId(), name, values: new Map() };
	documents.set(document.id, document);
	byName.set(name, document);
	return { document: shown(document), batch: document.id };
}

function page(query: URLSearchParams): object {
	const keyword = query.get('keyword');
	const [number, limit] = ['page', 'limit'].map((name) => Number(query.get(name)));
	const found = keyword === null ? [...documents.values()] : [byName.get(keyword)].filter((each) => each !== undefined);
	const data = found.slice((number - 1) * limit, number * limit).map(shown);
	return { data, has_more: data.length === limit, limit, total: found.length, page: number };
}

function setValues({ operation_data: operations }: Body): object {
	for (const { document_id: id, metadata_list: list } of operations) {
		for (const { name, value } of list) documents.get(id)?.values.set(name, value);
	}
	return { result: 'success' };
}

function newField({ name, type }: Body): object {
	const field = { id: `9b1c2a50-9d3e-4b7f-8a10-${String(fields.length).padStart(12, '0')}`, name, type };
	fields.push(field);
	return field;
}

/** The text of a body; of a file only its name is kept. */
async function bodyOf(request: IncomingMessage): Promise<string> {
	const isFile = request.headers['content-type']?.startsWith('multipart/');
	let text = '';
	for await (const bytes of request) if (!isFile || text.length < 4096) text += (bytes as Buffer).toString('latin1').slice(0, isFile ? 4096 : undefined);
	return text;
}

async function answer(request: IncomingMessage): Promise<object> {
	const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
	const text = await bodyOf(request);
	if (pathname === '/counts') return counts;
	if (pathname === '/latency') return { latency: (latency = Number(searchParams.get('ms'))) };
	counts.requests++;
	if (latency) await pause(latency);
	const isWrite = request.method !== 'GET';
	if (isWrite) counts.writes++;
	if (pathname.endsWith('by-text')) return written((JSON.parse(text) as Body).name);
	if (pathname.endsWith('by-file')) return written(/filename="([^"]+)"/.exec(text)?.[1] ?? '');
	if (pathname.endsWith('/documents/metadata')) return setValues(JSON.parse(text) as Body);
	if (pathname.endsWith('/metadata')) return isWrite ? newField(JSON.parse(text) as Body) : { doc_metadata: fields };
	if (pathname.endsWith('/indexing-status')) return { data: [{ indexing_status: 'completed', completed_segments: 1, total_segments: 1 }] };
	if (pathname.endsWith('/documents')) return page(searchParams);
	return pathname.includes('/documents/') ? { dataset_process_rule: { mode: 'automatic', rules: null } } : base;
}

/** Keeps the documents of one base with their metadata, counts what comes, and is as fast as it can, or waits as `/latency` says. */
async function main(): Promise<void> {
	const respond = async (request: IncomingMessage, response: ServerResponse) => {
		const text = JSON.stringify(await answer(request));
		response.writeHead(200, { 'content-type': 'application/json', 'x-version': '1.14.2' }).end(text);
	};
	const server = createServer((request, response) => void respond(request, response));
	server.on('connection', (socket) => {
		counts.sockets++;
		socket.once('close', () => counts.sockets--);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

void main();
