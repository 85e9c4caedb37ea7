import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ready } from '../processes';

const TOTAL = 10_000;
const USER = '0ec19284-c5c5-4252-8dc2-018ad88f981a';
let asked = 0;

const idOf = (index: number) => `6f1c2a50-9d3e-4b7f-8a10-${String(index).padStart(12, '0')}`;

/** A document as Dify 1.14.2 lists it. */
const document = (index: number) => ({
	id: idOf(index),
	position: index + 1,
	data_source_type: 'upload_file',
	data_source_info: { upload_file_id: idOf(TOTAL + index) },
	data_source_detail_dict: {
		upload_file: {
			id: idOf(TOTAL + index),
			name: `Manual ${index}.md`,
			size: 18_220,
			extension: 'md',
			mime_type: 'text/markdown',
			created_by: USER,
			created_at: 1_795_370_430,
		},
	},
	dataset_process_rule_id: '2f5e07c6-41d9-4d86-8c5b-51a0e0f6b8b4',
	name: `Manual ${index}.md`,
	created_from: 'api',
	created_by: USER,
	created_at: 1_795_370_430,
	tokens: 4120,
	indexing_status: 'completed',
	error: null,
	enabled: true,
	disabled_at: null,
	disabled_by: null,
	archived: false,
	display_status: 'available',
	word_count: 2890,
	hit_count: 0,
	doc_form: 'text_model',
	doc_metadata: [],
	summary_index_status: null,
	need_summary: false,
});

function page(query: URLSearchParams): object {
	asked++;
	const [number, limit] = ['page', 'limit'].map((name) => Number(query.get(name)));
	const first = (number - 1) * limit;
	const count = Math.max(0, Math.min(limit, TOTAL - first));
	const data = Array.from({ length: count }, (_, index) => document(first + index));
	return { data, has_more: data.length === limit, limit, total: TOTAL, page: number };
}

/** Pages of a base with 10,000 documents; `/asked` tells how many have been asked for. */
function answer(request: IncomingMessage, response: ServerResponse): void {
	const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
	const body = pathname === '/asked' ? { asked } : page(searchParams);
	response.writeHead(200, { 'content-type': 'application/json', 'x-version': '1.14.2' }).end(JSON.stringify(body));
}

async function main(): Promise<void> {
	const server = createServer(answer).listen(0, '127.0.0.1');
	await once(server, 'listening');
	ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

void main();
