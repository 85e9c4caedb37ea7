import { asNumber } from '../operation/values';
import { ValueError, type Call, type Json } from '../operation/types';
import { isEconomy, knowledgeBase, withoutNulls } from './base';

/** As shown in a list: both parts of a model's name, which Dify wants apart. */
const SEPARATOR = '::';
/** Dify refuses longer queries. */
export const MAX_QUERY = 250;

/** What Dify takes for granted where a base has no settings of its own. */
const UNSET: Json = { search_method: 'semantic_search', reranking_enable: false, top_k: 4, score_threshold_enabled: false };

const asTopK = asNumber('Max Chunks', 1, 100, 'whole number');
const asThreshold = asNumber('Score Threshold', 0, 1);

/** `provider::model` of a model picker. */
export function modelValue(provider: unknown, model: unknown): string {
	return `${String(provider)}${SEPARATOR}${String(model)}`;
}

/** `provider::model`, or a locator that holds it, as its parts. */
export function modelParts(value: unknown): { provider: string; model: string } {
	const text = String((value as Json | null)?.value ?? value).trim();
	const at = text.indexOf(SEPARATOR);
	if (at > 0 && at + SEPARATOR.length < text.length) {
		return { provider: text.slice(0, at), model: text.slice(at + SEPARATOR.length) };
	}
	throw new ValueError(
		'is not a model',
		'Choose one from the list, or enter provider and model as langgenius/openai/openai::text-embedding-3-small.',
	);
}

/** `embedding_model` and its provider. */
export function embeddingModel(value: unknown): Json {
	const { provider, model } = modelParts(value);
	return { embedding_model_provider: provider, embedding_model: model };
}

/** How to search: a method and what belongs to it, as the parameters are named. */
export interface SearchSettings {
	search_method?: string;
	top_k?: number;
	score_threshold?: number;
	reranking_mode?: string;
	vector_weight?: number;
	reranking_model?: unknown;
}

/** A whole `retrieval_model`, for a base or a call with this embedding model; Dify refuses a partial one. */
export function retrievalModel(settings: SearchSettings, embedding: Json): Json {
	const { search_method, reranking_mode, score_threshold, top_k = 4 } = settings;
	const isHybrid = search_method === 'hybrid_search';
	const reranks = search_method !== 'keyword_search' && Boolean(settings.reranking_model) && (!isHybrid || reranking_mode === 'reranking_model');
	const threshold = score_threshold === undefined ? null : asThreshold(score_threshold);
	return {
		search_method,
		reranking_enable: reranks,
		...(isHybrid && { reranking_mode: reranking_mode ?? 'weighted_score' }),
		...(reranks && { reranking_model: rerankingModel(settings.reranking_model) }),
		...(isHybrid && reranking_mode !== 'reranking_model' && { weights: weights(settings.vector_weight ?? 0.7, embedding) }),
		top_k: asTopK(top_k),
		score_threshold_enabled: threshold !== null,
		score_threshold: threshold,
	};
}

/** Search settings of a base to be created or changed: the `retrieval_model` collection of its optional fields. */
export async function baseSettings(value: unknown, call: Call): Promise<Json> {
	const settings = ((value as Json).settings ?? {}) as SearchSettings;
	const isNew = !call.param('dataset_id', '');
	const chosen = call.param<unknown>('additionalFields.embedding_model', undefined);
	const embedding = chosen ? embeddingModel(chosen) : isNew ? {} : await knowledgeBase(call);
	return retrievalModel(settings, embedding);
}

/**
 * The body of a retrieve call. The base's own search settings apply unless something else is chosen; an economy base is
 * asked by keyword, the only way that works there.
 */
export async function searchOf(method: unknown, call: Call): Promise<Json | null> {
	const base = await knowledgeBase(call);
	const economy = isEconomy(base);
	if (economy && !['base', 'keyword_search'].includes(String(method))) {
		throw new ValueError(
			`needs an index that '${String(base.name)}' does not have`,
			'It is a knowledge base of the economy type: set this to Keyword or As in Knowledge Base.',
		);
	}
	const extra = call.param<SearchSettings>('additionalFields', {});
	const own = (base.retrieval_model_dict ?? {}) as Json;
	if (method !== 'base' || economy) {
		const search_method = economy ? 'keyword_search' : String(method);
		const settings = { ...chosenSettings(call), search_method, top_k: extra.top_k ?? Number(own.top_k ?? 4) };
		return retrievalModel({ ...settings, score_threshold: extra.score_threshold }, base);
	}
	const changes: Json = {
		...(extra.top_k !== undefined && { top_k: asTopK(extra.top_k) }),
		...(extra.score_threshold !== undefined && {
			score_threshold_enabled: true,
			score_threshold: asThreshold(extra.score_threshold),
		}),
	};
	const needsModel = Object.keys(changes).length || 'metadata_filtering_conditions' in extra || 'metadataFilter' in extra;
	return needsModel ? { ...UNSET, ...withoutNulls(own), ...changes } : null;
}

/** How a base searches when it is asked so; without, by its own settings. */
export function searchMade(asked: Json | null | undefined, base: Json): Json {
	return asked ?? { ...UNSET, ...withoutNulls((base.retrieval_model_dict ?? {}) as Json) };
}

function chosenSettings(call: Call): SearchSettings {
	return {
		reranking_mode: call.param<string | undefined>('reranking_mode', undefined),
		vector_weight: call.param<number | undefined>('vector_weight', undefined),
		reranking_model: call.param<unknown>('reranking_model', undefined),
	};
}

function rerankingModel(value: unknown): Json {
	const { provider, model } = modelParts(value);
	return { reranking_provider_name: provider, reranking_model_name: model };
}

function weights(vectorWeight: number, { embedding_model, embedding_model_provider }: Json): Json {
	if (!embedding_model || !embedding_model_provider) {
		throw new ValueError(
			'needs an embedding model for weighted scores',
			"Choose 'Embedding Model' too, or rank by a rerank model.",
		);
	}
	const vector_weight = asNumber('Vector Weight', 0, 1)(vectorWeight);
	return {
		weight_type: 'customized',
		vector_setting: {
			vector_weight,
			embedding_provider_name: embedding_model_provider,
			embedding_model_name: embedding_model,
		},
		keyword_setting: { keyword_weight: Math.round((1 - vector_weight) * 100) / 100 },
	};
}
