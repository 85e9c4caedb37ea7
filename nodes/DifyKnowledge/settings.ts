import { chunkingOf, MAX_TOKENS, MIN_TOKENS } from '../../src/knowledge/chunking';
import { indexingTechnique } from '../../src/knowledge/base';
import { baseSettings, embeddingModel as embeddingModelParts } from '../../src/knowledge/retrieval';
import type { Field } from '../../src/operation/types';
import { embeddingModel as anyEmbeddingModel } from '../shared/models';

export const embeddingModel: Field = { ...anyEmbeddingModel, encode: embeddingModelParts };

export const technique: Field = {
	displayName: 'Indexing',
	name: 'indexing_technique',
	type: 'options',
	options: [
		{ name: 'As in Knowledge Base', value: 'base', description: 'High quality while the base has none yet' },
		{ name: 'Economy', value: 'economy', description: 'By keywords, without a model' },
		{ name: 'High Quality', value: 'high_quality', description: 'By vectors of an embedding model' },
	],
	default: 'base',
	encode: indexingTechnique,
	description: 'How the document can be found. A base keeps what its first document sets.',
};

const rerankModel: Field = {
	displayName: 'Rerank Model',
	name: 'reranking_model',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	in: 'local',
	description: 'The model that puts the chunks found in order',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchRerankModels', searchable: true },
		},
		{ displayName: 'By Name', name: 'id', type: 'string', placeholder: 'e.g. langgenius/cohere/cohere::rerank-v3.5' },
	],
};

const ranking: Field = {
	displayName: 'Ranking',
	name: 'reranking_mode',
	type: 'options',
	options: [
		{ name: 'Rerank Model', value: 'reranking_model' },
		{ name: 'Weighted Scores', value: 'weighted_score' },
	],
	default: 'weighted_score',
	displayOptions: { show: { search_method: ['hybrid_search'] } },
	in: 'local',
	description: 'How the results of both searches become one list',
};

const vectorWeight: Field = {
	displayName: 'Vector Weight',
	name: 'vector_weight',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	default: 0.7,
	displayOptions: { show: { search_method: ['hybrid_search'], reranking_mode: ['weighted_score'] } },
	in: 'local',
	description: 'Share of the meaning, from 0 to 1; the rest goes to the words',
};

export const topK: Field = {
	displayName: 'Max Chunks',
	name: 'top_k',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100 },
	default: 4,
	description: 'How many chunks to find at most',
};

export const scoreThreshold: Field = {
	displayName: 'Score Threshold',
	name: 'score_threshold',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	default: 0.5,
	description: 'Leave out chunks that score less, from 0 to 1',
};

const methods = [
	{ name: 'Full Text', value: 'full_text_search', description: 'By words' },
	{ name: 'Hybrid', value: 'hybrid_search', description: 'By meaning and by words' },
	{ name: 'Keyword', value: 'keyword_search', description: 'Whole words, for economy bases' },
	{ name: 'Semantic', value: 'semantic_search', description: 'By meaning' },
];

export const searchMethod: Field = {
	displayName: 'Search Method',
	name: 'search_method',
	type: 'options',
	options: [{ name: 'As in Knowledge Base', value: 'base', description: 'As set in Dify' }, ...methods],
	default: 'base',
	description: 'How to search',
};

/** What belongs to a search method other than the base's own. */
export const searchDetails: Field[] = [
	ranking,
	vectorWeight,
	{
		...rerankModel,
		displayOptions: { show: { search_method: ['hybrid_search'], reranking_mode: ['reranking_model'] } },
	},
];

/** Search settings kept by a base. */
export const baseSearch: Field = {
	displayName: 'Search Settings',
	name: 'retrieval_model',
	type: 'fixedCollection',
	default: {},
	placeholder: 'Add Search Settings',
	encode: baseSettings,
	description: 'How the base is searched where nothing else is asked for',
	options: [
		{
			displayName: 'Settings',
			name: 'settings',
			values: [
				{ ...searchMethod, options: methods, default: 'semantic_search' },
				...searchDetails,
				topK,
				{ ...scoreThreshold, default: 0 },
			],
		},
	],
};

const forChunking = (...chunking: string[]) => ({ show: { chunking } });

/** One choice sets form, mode and sizes together, so that no combination arises that Dify refuses. */
export const chunking: Field[] = [
	{
		displayName: 'Chunking',
		name: 'chunking',
		type: 'options',
		options: [
			{ name: 'As in Knowledge Base', value: 'base', description: "Like the base's other documents; automatic in an empty one" },
			{ name: 'Automatic', value: 'automatic', description: 'Chunks of up to 500 tokens' },
			{ name: 'Custom', value: 'custom', description: 'Your own separator, length and overlap' },
			{ name: 'JSON', value: 'json', description: "Dify's own words: doc_form and process_rule" },
			{ name: 'Parent-Child', value: 'parentChild', description: 'Small chunks to search, large ones to read' },
			{ name: 'Question and Answer', value: 'qa', description: 'A model makes question-answer pairs of the text' },
		],
		default: 'base',
		encode: chunkingOf,
		description: 'How the text is cut into chunks. A base keeps the kind of its first document.',
	},
	{
		displayName: 'Parent',
		name: 'parent_mode',
		type: 'options',
		options: [
			{ name: 'Full Document', value: 'full-doc', description: 'The whole text is one parent' },
			{ name: 'Paragraph', value: 'paragraph', description: 'The text is cut into parents' },
		],
		default: 'paragraph',
		displayOptions: forChunking('parentChild'),
		in: 'local',
		description: 'What a search hit is read with',
	},
	{
		displayName: 'Separator',
		name: 'separator',
		type: 'string',
		default: '\\n\\n',
		displayOptions: forChunking('custom', 'parentChild'),
		in: 'local',
		description: 'Where to cut; \\n stands for a line end',
	},
	{
		displayName: 'Maximum Chunk Length',
		name: 'max_tokens',
		type: 'number',
		typeOptions: { minValue: MIN_TOKENS, maxValue: MAX_TOKENS },
		default: 1024,
		displayOptions: forChunking('custom', 'parentChild'),
		in: 'local',
		description: 'In tokens, from 50 to 4000',
	},
	{
		displayName: 'Chunk Overlap',
		name: 'chunk_overlap',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 50,
		displayOptions: forChunking('custom'),
		in: 'local',
		description: 'Tokens that a chunk shares with the one before',
	},
	{
		displayName: 'Child Separator',
		name: 'subchunk_separator',
		type: 'string',
		default: '\\n',
		displayOptions: forChunking('parentChild'),
		in: 'local',
		description: 'Where to cut children; \\n stands for a line end',
	},
	{
		displayName: 'Child Chunk Length',
		name: 'subchunk_max_tokens',
		type: 'number',
		typeOptions: { minValue: MIN_TOKENS, maxValue: MAX_TOKENS },
		default: 512,
		displayOptions: forChunking('parentChild'),
		in: 'local',
		description: 'In tokens, from 50 to 4000',
	},
	{
		displayName: 'Cleaning',
		name: 'pre_processing_rules',
		type: 'multiOptions',
		options: [
			{ name: 'Remove Extra Spaces', value: 'remove_extra_spaces' },
			{ name: 'Remove URLs and Email Addresses', value: 'remove_urls_emails' },
		],
		default: ['remove_extra_spaces'],
		displayOptions: forChunking('custom', 'parentChild'),
		in: 'local',
		description: 'What to remove from the text before it is cut',
	},
	{
		displayName: 'Language',
		name: 'doc_language',
		type: 'string',
		default: 'English',
		displayOptions: forChunking('qa'),
		in: 'local',
		placeholder: 'e.g. German',
		description: 'In which language to write the pairs',
	},
	{
		displayName: 'Chunking (JSON)',
		name: 'chunkingJson',
		type: 'json',
		default: '{ "doc_form": "text_model", "process_rule": { "mode": "automatic" } }',
		displayOptions: forChunking('json'),
		in: 'local',
		description: "An object with doc_form, process_rule and, for pairs, doc_language, as in Dify's API",
	},
];
