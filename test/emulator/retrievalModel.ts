import { ApiError, invalidParam } from './answers';
import type { Dialect } from './dialects';
import type { Json } from './json';
import { compile, type Schema } from './validation';

const text = { type: ['string', 'null'] };

const operators =
	'contains,not contains,start with,end with,is,is not,empty,not empty,in,not in,=,≠,>,<,≥,≤,before,after'.split(',');
const listOperators = ['in', 'not in'];

const conditionsSchema = (known: string[]): Schema => ({
	type: ['object', 'null'],
	properties: {
		logical_operator: { enum: ['and', 'or', null] },
		conditions: {
			type: ['array', 'null'],
			items: {
				type: 'object',
				required: ['name', 'comparison_operator'],
				properties: { name: { type: 'string' }, comparison_operator: { enum: known }, value: {} },
			},
		},
	},
});

const conditionsCheck = (known: string[]) => compile({ title: 'MetadataFilteringCondition', ...conditionsSchema(known) }, false);
const checkConditions = conditionsCheck(operators);
const checkConditionsWithoutLists = conditionsCheck(operators.filter((operator) => !listOperators.includes(operator)));

/** Ways to search, as Dify lists them. */
export const methods = ['semantic_search', 'full_text_search', 'hybrid_search', 'keyword_search'];

const missed = (key: string) => new ApiError(500, 'internal_server_error', `'${key}'`);

/** Settings that nobody checked: what is wrong with them shows where they are used. */
export function uncheckedModel(model: Json, { impossibleTopK, unknownMethod, listOperators: known }: Dialect) {
	const { search_method: method, top_k: most = 4, metadata_filtering_conditions: conditions } = model;
	if (impossibleTopK === 'refused' && !(Number.isInteger(most) && Number(most) > 0)) throw invalidParam('top_k must be a positive integer');
	if (conditions) (known === 'taken' ? checkConditions : checkConditionsWithoutLists)(conditions);
	for (const key of ['score_threshold_enabled', 'reranking_enable']) if (!(key in model)) throw missed(key);
	if (unknownMethod === 'refused' && !methods.includes(String(method))) throw invalidParam(`'${String(method)}' is not a valid RetrievalMethod`);
}

/** `retrieval_model` of a request, which may name these methods. */
export const retrievalModelSchemaOf = (known: string[]): Schema => ({
	type: ['object', 'null'],
	required: ['search_method', 'reranking_enable', 'top_k', 'score_threshold_enabled'],
	properties: {
		search_method: {
			enum: known,
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
		metadata_filtering_conditions: conditionsSchema(operators),
	},
});

/** `retrieval_model` of a request. */
export const retrievalModelSchema = retrievalModelSchemaOf(methods);

/** Looks at settings by themselves. */
export const checkRetrievalModel = (settings: Json, { settingMethods }: Dialect) =>
	compile({ title: 'RetrievalModel', ...retrievalModelSchemaOf(settingMethods) }, false)(settings);
