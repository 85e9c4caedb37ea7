import { ApiError, invalidParam, json } from './answers';
import { defaultRetrievalModel } from './datasetView';
import { sourceType } from './documentView';
import { filterOf } from './filters';
import { isObject, type Json, textOf } from './json';
import { metadataValues } from './metadata';
import { checkModel } from './models';
import { type Hit, candidatesOf, keywordsOf, rank, rankAll, withKeywords } from './ranking';
import type { Dataset, RetrievalModel } from './records';
import { retrievalModelSchema, uncheckedModel } from './retrievalModel';
import type { DatasetCall, Route, Routes } from './route';
import { segmentCommon } from './segments';

const longestQuery = 250;

const schema = {
	title: 'HitTestingPayload',
	type: 'object',
	required: ['query'],
	properties: {
		query: { type: 'string', maxLength: longestQuery },
		retrieval_model: retrievalModelSchema,
		external_retrieval_model: { type: ['object', 'null'] },
		attachment_ids: { type: ['array', 'null'], items: { type: 'string' } },
	},
};

const record = ({ document, segment, score, children }: Hit, dataset: Dataset): Json => {
	const values = metadataValues(dataset, document);
	return {
		segment: {
			...segmentCommon(document, segment),
			sign_content: null,
			keywords: dataset.indexingTechnique === 'economy' ? keywordsOf(segment) : (segment.keywords ?? []),
			document: {
				id: document.id,
				data_source_type: sourceType(document),
				name: document.name,
				doc_type: null,
				doc_metadata: Object.keys(values).length ? values : null,
			},
		},
		child_chunks: children.map(({ chunk: { id, content, position }, score: own }) => ({ id, content, position, score: own })),
		score,
		tsne_position: null,
		files: [],
		summary: null,
	};
};

const modelOf = ({ dataset, body, dialect }: DatasetCall): RetrievalModel => {
	const asked = isObject(body.retrieval_model) ? (body.retrieval_model as unknown as RetrievalModel) : null;
	if (!asked && dataset.provider === 'external') {
		throw new ApiError(500, 'internal_server_error', "'reranking_enable'");
	}
	if (!asked || !dialect.retrievalIsUnchecked) return asked ?? dataset.retrievalModel ?? defaultRetrievalModel;
	if (!Object.keys(asked).length) return defaultRetrievalModel;
	uncheckedModel(body.retrieval_model as Json, dialect);
	return asked;
};

const check = ({ dialect, dataset, body }: DatasetCall, model: RetrievalModel) => {
	if (model.top_k <= 0 && dialect.impossibleTopK === 'refused') throw invalidParam('top_k must be a positive integer');
	const { reranking_model_name: name, reranking_provider_name: of } = model.reranking_model ?? {};
	if (model.reranking_enable && name && of) checkModel('rerank', name, of);
	if (model.search_method === 'keyword_search') return;
	if (textOf(body.query)?.includes('MAGIC_EMBFAIL')) {
		throw invalidParam(dialect.embeddingFailure.retrieval);
	}
	if (!dataset.hasVectorIndex) throw invalidParam(dialect.missingIndex(dataset.id, model.search_method));
};

const search = ({ dataset, dialect }: DatasetCall, query: string, model: RetrievalModel): Hit[] => {
	const candidates = candidatesOf(dataset, filterOf(model.metadata_filtering_conditions, dataset, dialect));
	switch (model.search_method) {
		case 'keyword_search':
			return dataset.indexingTechnique === 'economy' || dialect.keywordsOfEveryBase ? withKeywords(query, candidates) : [];
		case 'full_text_search':
			return rank(query, candidates);
		case 'semantic_search':
		case 'hybrid_search':
			return rankAll(query, candidates);
		default:
			return [];
	}
};

const retrieve = (call: DatasetCall) => {
	const { dataset, body } = call;
	const query = textOf(body.query) ?? '';
	const attachments = Array.isArray(body.attachment_ids) ? body.attachment_ids : [];
	if (call.dialect.retrievalQuery === 'checked late' && (!query || query.length > longestQuery)) {
		throw invalidParam('Query is required and cannot exceed 250 characters');
	}
	if (!query && !attachments.length) throw invalidParam('Query or attachment_ids is required');
	if (!query) return json({ query: { content: '' }, records: [] });
	if (call.dialect.emptyBase === 'finds nothing' && !dataset.documents.length) {
		return json({ query: { content: query, tsne_position: { x: 0, y: 0 } }, records: [] });
	}
	const model = modelOf(call);
	check(call, model);
	const threshold =
		model.score_threshold_enabled && model.search_method !== 'keyword_search' ? (model.score_threshold ?? 0) : 0;
	const hits = search(call, query, model)
		.filter(({ score }) => score >= threshold)
		.slice(0, Math.max(0, Number(model.top_k)));
	const records = hits.map((hit) => record(hit, dataset));
	for (const { segment, document } of hits) {
		segment.hitCount += 1;
		document.hitCount += 1;
	}
	return json({ query: { content: query }, records });
};

const route: Route = { key: 'dataset', body: schema, handle: retrieve };

/** Retrieval from one base. */
export const retrievalRoutes: Routes = {
	'POST /datasets/{dataset_id}/retrieve': route,
	'POST /datasets/{dataset_id}/hit-testing': route,
};
