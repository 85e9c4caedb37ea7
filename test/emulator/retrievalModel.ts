import type { Schema } from './validation';

const text = { type: ['string', 'null'] };

const operators =
	'contains,not contains,start with,end with,is,is not,empty,not empty,in,not in,=,≠,>,<,≥,≤,before,after'.split(',');

/** `retrieval_model` of a request. */
export const retrievalModelSchema: Schema = {
	type: ['object', 'null'],
	required: ['search_method', 'reranking_enable', 'top_k', 'score_threshold_enabled'],
	properties: {
		search_method: {
			enum: ['semantic_search', 'full_text_search', 'hybrid_search', 'keyword_search'],
			'x-enum': true,
		},
		reranking_enable: { type: 'boolean' },
		reranking_mode: text,
		reranking_model: {
			type: ['object', 'null'],
			properties: { reranking_provider_name: text, reranking_model_name: text },
		},
		top_k: { type: 'integer' },
		score_threshold_enabled: { type: 'boolean' },
		score_threshold: { type: ['number', 'null'] },
		weights: { type: ['object', 'null'] },
		metadata_filtering_conditions: {
			type: ['object', 'null'],
			properties: {
				logical_operator: { enum: ['and', 'or', null] },
				conditions: {
					type: ['array', 'null'],
					items: {
						type: 'object',
						required: ['name', 'comparison_operator'],
						properties: { name: { type: 'string' }, comparison_operator: { enum: operators }, value: {} },
					},
				},
			},
		},
	},
};
