import { fixedId } from './ids';
import { isObject, type Json, type Value, without } from './json';
import type { Dataset, RetrievalModel } from './records';

/** The workspace's owner, in whose name dataset keys act. */
export const owner = fixedId('owner');

/** What a base uses for retrieval when nobody said. */
export const defaultRetrievalModel: RetrievalModel = {
	search_method: 'semantic_search',
	reranking_enable: false,
	reranking_mode: null,
	reranking_model: { reranking_provider_name: '', reranking_model_name: '' },
	weights: null,
	top_k: 2,
	score_threshold_enabled: false,
	score_threshold: null,
};

/** A request's retrieval settings with every key that an answer shows. */
export const retrievalModelOf = (value: Value | undefined) =>
	isObject(value)
		? ({
				...defaultRetrievalModel,
				reranking_model: { reranking_provider_name: null, reranking_model_name: null },
				...value,
			} as RetrievalModel)
		: null;

const shownRetrievalModel = ({ retrievalModel, indexingTechnique }: Dataset, detail: boolean) => {
	const stored = { ...(retrievalModel ?? defaultRetrievalModel) } as unknown as Json;
	const shown = without(stored, 'metadata_filtering_conditions');
	// The detail view names the method that would work, whatever is stored.
	const keywordOnly = detail && indexingTechnique !== 'high_quality';
	return keywordOnly ? { ...shown, search_method: 'keyword_search' } : shown;
};

const sum = (dataset: Dataset, size: (document: Dataset['documents'][number]) => number) =>
	dataset.documents.reduce((total, document) => total + size(document), 0);

const summaryIndexSetting = ({ summaryIndexSetting: setting }: Dataset) => ({
	enable: setting?.enable ?? null,
	model_name: setting?.model_name ?? null,
	model_provider_name: setting?.model_provider_name ?? null,
	summary_prompt: setting?.summary_prompt ?? null,
});

/** Dify shows the base's own settings here too. */
const externalRetrievalModel = ({ retrievalModel }: Dataset) =>
	retrievalModel
		? {
				top_k: retrievalModel.top_k,
				score_threshold: retrievalModel.score_threshold ?? null,
				score_threshold_enabled: retrievalModel.score_threshold_enabled,
			}
		: { top_k: 2, score_threshold: 0, score_threshold_enabled: null };

const noIcon = { icon_type: null, icon: null, icon_background: null, icon_url: null };
const pipelineIcon = { icon_type: 'emoji', icon: '📙', icon_background: '#FFF4ED', icon_url: null };

/** A base as one of the three views shows it. */
export const datasetItem = (dataset: Dataset, view: 'list' | 'detail' | 'written'): Json => ({
	id: dataset.id,
	name: dataset.name,
	description: dataset.description,
	provider: dataset.provider,
	permission: dataset.permission,
	data_source_type: dataset.documents.length && !dataset.pipeline ? 'upload_file' : null,
	indexing_technique: dataset.indexingTechnique,
	app_count: 0,
	document_count: dataset.documents.length,
	word_count: sum(dataset, ({ wordCount }) => wordCount ?? 0),
	created_by: owner,
	author_name: 'Emulator Owner',
	created_at: dataset.createdAt,
	updated_by: owner,
	updated_at: dataset.updatedAt,
	embedding_model: dataset.embeddingModel,
	embedding_model_provider: dataset.embeddingModelProvider,
	embedding_available: view === 'written' ? null : true,
	retrieval_model_dict: shownRetrievalModel(dataset, view === 'detail'),
	summary_index_setting: summaryIndexSetting(dataset),
	tags: dataset.tags.map(({ id, name }) => ({ id, name, type: 'knowledge' })),
	doc_form: dataset.docForm,
	external_knowledge_info: {
		external_knowledge_id: null,
		external_knowledge_api_id: null,
		external_knowledge_api_name: null,
		external_knowledge_api_endpoint: null,
	},
	external_retrieval_model: externalRetrievalModel(dataset),
	doc_metadata: dataset.metadataFields.map(({ id, name, type }) => ({ id, name, type })),
	built_in_field_enabled: dataset.builtInFieldEnabled,
	pipeline_id: dataset.pipeline?.id ?? null,
	runtime_mode: dataset.pipeline ? 'rag_pipeline' : 'general',
	chunk_structure: dataset.pipeline ? dataset.docForm : null,
	icon_info: dataset.pipeline ? pipelineIcon : noIcon,
	is_published: Boolean(dataset.pipeline),
	total_documents: dataset.documents.length,
	total_available_documents: sum(dataset, ({ indexing, enabled, archived }) =>
		Number(indexing.status === 'completed' && enabled && !archived),
	),
	enable_api: true,
	is_multimodal: false,
});
