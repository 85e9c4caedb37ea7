import { owner } from './datasetView';
import type { Json } from './json';
import { metadataItems } from './metadata';
import type { Dataset, Document, StoredFile } from './records';
import type { World } from './route';

const working = ['parsing', 'cleaning', 'splitting', 'indexing'];

/** The status that people see. */
export const displayStatus = ({ indexing, enabled, archived }: Document) => {
	if (indexing.status === 'waiting') return 'queuing';
	if (working.includes(indexing.status)) return indexing.pausedAt === null ? 'indexing' : 'paused';
	if (indexing.status !== 'completed') return indexing.status;
	if (archived) return 'archived';
	return enabled ? 'available' : 'disabled';
};

const uploadFile = (file: StoredFile) => ({
	id: file.id,
	name: file.name,
	size: file.size,
	extension: file.extension,
	mime_type: file.mimeType,
	created_by: owner,
	created_at: file.createdAt,
});

/** Where a document's content comes from. */
export const sourceType = ({ datasource }: Document) => datasource?.type ?? 'upload_file';

const common = (document: Document) => ({
	id: document.id,
	position: document.position,
	data_source_type: sourceType(document),
	dataset_process_rule_id: document.datasource ? null : document.rule.id,
	name: document.name,
	created_from: document.datasource ? 'rag-pipeline' : 'api',
	created_by: owner,
	created_at: document.createdAt,
	tokens: document.tokens,
	indexing_status: document.indexing.status,
	error: document.indexing.error,
	enabled: document.enabled,
	disabled_at: document.disabledAt,
	disabled_by: document.disabledAt === null ? null : owner,
	archived: document.archived,
	display_status: displayStatus(document),
	hit_count: document.hitCount,
	doc_form: document.docForm,
	summary_index_status: null,
	need_summary: false,
});

/** A document as lists, creates and updates show it. */
export const documentItem = ({ dialect }: World, dataset: Dataset, document: Document): Json => {
	const values = metadataItems(dataset, document);
	return {
		...common(document),
		data_source_info: document.datasource?.info ?? { upload_file_id: document.file.id },
		data_source_detail_dict: document.datasource ? {} : { upload_file: uploadFile(document.file) },
		word_count: document.wordCount,
		doc_metadata: values.length ? values : dialect.emptyDocMetadata,
	};
};

/** What Dify shows as the rule of a base that has none. */
const pipelineRule: Json = {
	mode: 'custom',
	rules: {
		pre_processing_rules: [
			{ id: 'remove_extra_spaces', enabled: true },
			{ id: 'remove_urls_emails', enabled: false },
		],
		segmentation: { delimiter: '\n', max_tokens: 1024, chunk_overlap: 50 },
	},
};

/** A document by itself. */
export const detail = (dataset: Dataset, document: Document, wanted: string): Json => {
	const values = metadataItems(dataset, document);
	const described = { doc_type: null, doc_metadata: values.length ? values : null };
	if (wanted === 'only') return { id: document.id, ...described };
	const { datasource } = document;
	const { mode, id } = document.rule;
	const rules = { ...document.rule.rules } as unknown as Json;
	const count = document.segments.length;
	return {
		...common(document),
		data_source_info: datasource ? {} : { upload_file: uploadFile(document.file) },
		dataset_process_rule: datasource ? pipelineRule : { mode, rules },
		document_process_rule: datasource ? {} : { id, dataset_id: dataset.id, mode, rules },
		completed_at: document.indexing.completedAt,
		updated_at: document.updatedAt,
		indexing_latency: document.indexing.latency,
		segment_count: count,
		average_segment_length: count ? Math.floor((document.wordCount ?? 0) / count) : 0,
		doc_language: datasource ? null : document.docLanguage,
		...(wanted === 'all' && described),
	};
};

/** How far a document's indexing is. */
export const progress = ({ id, indexing, segments }: Document): Json => ({
	id,
	indexing_status: indexing.pausedAt === null ? indexing.status : 'paused',
	processing_started_at: indexing.startedAt,
	parsing_completed_at: indexing.parsedAt,
	cleaning_completed_at: indexing.cleanedAt,
	splitting_completed_at: indexing.splitAt,
	completed_at: indexing.completedAt,
	paused_at: indexing.pausedAt,
	error: indexing.error,
	stopped_at: indexing.stoppedAt,
	completed_segments: segments.filter(({ status }) => status === 'completed').length,
	total_segments: segments.length,
});
