import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

import { ready } from '../processes';

const ID = '613515c7-e4e1-478d-9f45-3e415417b8af';

/** A knowledge base as Dify 1.14.2 answers it. */
const dataset = {
	id: ID,
	name: 'Manuals',
	description: 'Manuals of all products',
	provider: 'vendor',
	permission: 'only_me',
	data_source_type: 'upload_file',
	indexing_technique: 'high_quality',
	app_count: 1,
	document_count: 212,
	word_count: 184_202,
	created_by: '0ec19284-c5c5-4252-8dc2-018ad88f981a',
	author_name: 'Ada',
	created_at: 1_795_370_430,
	updated_by: '0ec19284-c5c5-4252-8dc2-018ad88f981a',
	updated_at: 1_795_370_430,
	embedding_model: 'text-embedding-3-small',
	embedding_model_provider: 'langgenius/openai/openai',
	embedding_available: true,
	retrieval_model_dict: {
		search_method: 'semantic_search',
		reranking_enable: false,
		reranking_mode: null,
		reranking_model: { reranking_provider_name: '', reranking_model_name: '' },
		weights: null,
		top_k: 2,
		score_threshold_enabled: false,
		score_threshold: null,
	},
	summary_index_setting: { enable: null, model_name: null, model_provider_name: null, summary_prompt: null },
	tags: [],
	doc_form: 'text_model',
	external_knowledge_info: {
		external_knowledge_id: null,
		external_knowledge_api_id: null,
		external_knowledge_api_name: null,
		external_knowledge_api_endpoint: null,
	},
	external_retrieval_model: { top_k: 2, score_threshold: 0, score_threshold_enabled: null },
	doc_metadata: [],
	built_in_field_enabled: false,
	pipeline_id: null,
	runtime_mode: 'general',
	chunk_structure: null,
	icon_info: { icon_type: null, icon: null, icon_background: null, icon_url: null },
	is_published: false,
	total_documents: 212,
	total_available_documents: 212,
	enable_api: true,
	is_multimodal: false,
};

const answers = {
	dataset: Buffer.from(JSON.stringify(dataset)),
	documents: Buffer.from(JSON.stringify({ data: [], has_more: false, limit: 100, total: 0, page: 1 })),
	document: Buffer.from(JSON.stringify({ document: { id: ID, name: 'big.txt', indexing_status: 'waiting' }, batch: '1' })),
};

function answer(request: IncomingMessage, response: ServerResponse): void {
	const isList = request.url?.includes('/documents?');
	const body = request.method === 'POST' ? answers.document : answers[isList ? 'documents' : 'dataset'];
	const headers = { 'content-type': 'application/json', 'content-length': body.length, 'x-version': '1.14.2' };
	request.on('end', () => response.writeHead(200, headers).end(body)).resume();
}

/** Knows one base, throws uploads away, and does as little as it can: the client is to be measured. */
async function main(): Promise<void> {
	const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
	const server = createServer({ key, cert, keepAliveTimeout: 60_000 }, answer).listen(0, '127.0.0.1');
	await once(server, 'listening');
	ready(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

void main();
