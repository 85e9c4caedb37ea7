import type { Feedback, FileValue, Variable } from './appRecords';
import type { Json, Value } from './json';

/** How a text is cut. */
export interface Segmentation {
	separator: string;
	max_tokens: number;
	chunk_overlap: number;
}

/** The rules of a processing rule. */
export interface Rules {
	pre_processing_rules: Array<{ id: string; enabled: boolean }>;
	segmentation: Segmentation;
	parent_mode: 'paragraph' | 'full-doc' | null;
	subchunk_segmentation: Segmentation | null;
}

/** A stored processing rule. */
export interface ProcessRule {
	id: string;
	mode: 'automatic' | 'custom' | 'hierarchical';
	rules: Rules;
}

/** Retrieval settings as a base stores them and as a request brings them. */
export interface RetrievalModel {
	search_method: 'semantic_search' | 'full_text_search' | 'hybrid_search' | 'keyword_search';
	reranking_enable: boolean;
	reranking_mode: string | null;
	reranking_model: { reranking_provider_name: string | null; reranking_model_name: string | null } | null;
	weights: Json | null;
	top_k: number;
	score_threshold_enabled: boolean;
	score_threshold: number | null;
	metadata_filtering_conditions?: Json | null;
}

/** The form of a base's documents. */
export type DocForm = 'text_model' | 'hierarchical_model' | 'qa_model';

/** The uploaded file behind a document. */
export interface StoredFile {
	id: string;
	name: string;
	size: number;
	extension: string;
	mimeType: string;
	createdAt: number;
	bytes: Buffer;
	/** What is indexed. */
	text: string;
}

/** A part of a parent chunk. */
export interface ChildChunk {
	id: string;
	content: string;
	position: number;
	/** Cut by the server or written by somebody. */
	type: 'automatic' | 'customized';
	createdAt: number;
	updatedAt: number;
}

/** A chunk. */
export interface Segment {
	id: string;
	position: number;
	content: string;
	answer: string | null;
	/** Kept, not computed: a failed change leaves it behind. */
	wordCount: number;
	tokens: number;
	/** Null where nobody gave any. */
	keywords: string[] | null;
	summary: string | null;
	indexNodeId: string;
	indexNodeHash: string;
	hitCount: number;
	enabled: boolean;
	disabledAt: number | null;
	disabledBy: string | null;
	status: 'indexing' | 'completed' | 'error';
	error: string | null;
	createdAt: number;
	updatedAt: number;
	updatedBy: string | null;
	indexingAt: number | null;
	completedAt: number | null;
	children: ChildChunk[];
}

/** Where a document stands in the indexing life cycle. */
export interface Indexing {
	status: 'waiting' | 'parsing' | 'cleaning' | 'splitting' | 'indexing' | 'completed' | 'error';
	/** Set while somebody has it paused. */
	pausedAt: number | null;
	startedAt: number | null;
	parsedAt: number | null;
	cleanedAt: number | null;
	splitAt: number | null;
	completedAt: number | null;
	stoppedAt: number | null;
	latency: number | null;
	error: string | null;
	/** Runs that are writing into the document now; more than one mixes their texts. */
	runs: number;
}

/** Where a pipeline takes a document from. */
export interface Datasource {
	type: string;
	info: Json;
}

/** A document. */
export interface Document {
	id: string;
	position: number;
	name: string;
	batch: string;
	createdAt: number;
	updatedAt: number;
	docForm: DocForm;
	docLanguage: string;
	rule: ProcessRule;
	file: StoredFile;
	/** What a pipeline was told about the source; null where the document was created directly. */
	datasource: Datasource | null;
	indexing: Indexing;
	segments: Segment[];
	wordCount: number | null;
	tokens: number | null;
	hitCount: number;
	enabled: boolean;
	disabledAt: number | null;
	archived: boolean;
	/** Values by name of the metadata field. */
	metadata: Record<string, Value>;
	/** Until when (ms) Dify refuses a further change of the status. */
	lockedUntil: number;
}

/** A metadata field of a base. */
export interface MetadataField {
	id: string;
	name: string;
	type: 'string' | 'number' | 'time';
}

/** A tag of the workspace's knowledge bases. */
export interface Tag {
	id: string;
	name: string;
}

/** The workflow that fills a base. */
export interface Pipeline {
	id: string;
	workflowId: string;
}

/** A knowledge base. */
export interface Dataset {
	id: string;
	name: string;
	description: string | null;
	provider: string;
	permission: string;
	indexingTechnique: 'high_quality' | 'economy' | null;
	embeddingModel: string | null;
	embeddingModelProvider: string | null;
	retrievalModel: RetrievalModel | null;
	summaryIndexSetting: Json | null;
	partialMembers: string[];
	docForm: DocForm | null;
	createdAt: number;
	updatedAt: number;
	builtInFieldEnabled: boolean;
	metadataFields: MetadataField[];
	tags: Tag[];
	latestRule: ProcessRule | null;
	lastPosition: number;
	/** Set by the first embedded chunk; a vector store without it answers with an SQL error. */
	hasVectorIndex: boolean;
	documents: Document[];
	/** Null where documents are created directly. */
	pipeline: Pipeline | null;
}

/** One question and its answer. */
export interface Message {
	id: string;
	conversationId: string;
	inputs: Json;
	query: string;
	answer: string;
	status: 'normal' | 'error' | 'paused';
	error: string | null;
	files: FileValue[];
	/** Of the user that asked. */
	feedback: Feedback | null;
	/** Forms that were submitted during the run. */
	extraContents: Json[];
	retrieverResources: Json[];
	agentThoughts: Json[];
	createdAt: number;
}

/** A conversation of one user with one app. */
export interface Conversation {
	id: string;
	user: string;
	name: string;
	inputs: Json;
	introduction: string;
	createdAt: number;
	updatedAt: number;
	variables: Variable[];
	messages: Message[];
}
