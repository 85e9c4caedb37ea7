import { ApiError, internalError, invalidParam, json, noContent } from './answers';
import { isUuid, seconds } from './ids';
import { isObject, type Json, textOf, type Value, without } from './json';
import { checkModel, defaultEmbedding, provider } from './models';
import { datasetItem, retrievalModelOf } from './datasetView';
import { like, page } from './paging';
import type { Dataset } from './records';
import { checkRetrievalModel, retrievalModelSchema } from './retrievalModel';
import type { DatasetCall, Routes, World } from './route';
import type { Schema } from './validation';

const text = { type: ['string', 'null'] };
const description = { ...text, maxLength: 400 };
const technique = { enum: ['high_quality', 'economy', null] };
const permission = { enum: ['only_me', 'all_team_members', 'partial_members', null], 'x-enum': true };
const external = { external_knowledge_api_id: text, external_knowledge_id: text };
const embedding = { embedding_model: text, embedding_model_provider: text };

const createSchema: Schema = {
	title: 'DatasetCreatePayload',
	type: 'object',
	required: ['name'],
	properties: {
		name: { type: 'string', minLength: 1, maxLength: 40 },
		description,
		indexing_technique: technique,
		permission,
		provider: { type: 'string' },
		...external,
		...embedding,
		retrieval_model: retrievalModelSchema,
		summary_index_setting: { type: ['object', 'null'] },
	},
};

const updateSchema: Schema = {
	title: 'DatasetUpdatePayload',
	type: 'object',
	properties: {
		name: { ...text, minLength: 1, maxLength: 40 },
		description,
		indexing_technique: technique,
		permission,
		...external,
		...embedding,
		retrieval_model: retrievalModelSchema,
		partial_member_list: { type: ['array', 'null'], items: { type: 'object' } },
		external_retrieval_model: { type: ['object', 'null'] },
	},
};

const integer = { type: 'integer' };
const listSchema: Schema = {
	title: 'DatasetListQuery',
	type: 'object',
	properties: {
		page: integer,
		limit: integer,
		keyword: { type: 'string' },
		include_all: { type: 'boolean' },
		tag_ids: { type: 'array', items: { type: 'string' } },
	},
};

/** Decides the embedding model of a base that becomes high quality; economy bases have none. */
export function setTechnique(dataset: Dataset, body: Json) {
	const wanted = textOf(body.indexing_technique) as Dataset['indexingTechnique'] | undefined;
	if (wanted) dataset.indexingTechnique = wanted;
	const model = textOf(body.embedding_model);
	const of = textOf(body.embedding_model_provider);
	if (model && of) checkModel('text-embedding', model, of);
	if (dataset.indexingTechnique !== 'high_quality') {
		Object.assign(dataset, { embeddingModel: null, embeddingModelProvider: null });
		return;
	}
	dataset.embeddingModel = (of && model) || dataset.embeddingModel || defaultEmbedding;
	dataset.embeddingModelProvider = of ?? dataset.embeddingModelProvider ?? provider;
}

const named = ({ workspace }: World, name: string) =>
	[...workspace.datasets.values()].find((dataset) => dataset.name === name);

/** A base with nothing in it. */
export const newDataset = (id: string, body: Json): Dataset => ({
	id,
	name: textOf(body.name) ?? '',
	description: textOf(body.description) ?? '',
	provider: textOf(body.provider) ?? 'vendor',
	permission: textOf(body.permission) ?? 'only_me',
	indexingTechnique: null,
	embeddingModel: null,
	embeddingModelProvider: null,
	retrievalModel: retrievalModelOf(body.retrieval_model),
	summaryIndexSetting: isObject(body.summary_index_setting) ? body.summary_index_setting : null,
	partialMembers: [],
	docForm: null,
	createdAt: seconds(),
	updatedAt: seconds(),
	builtInFieldEnabled: false,
	metadataFields: [],
	tags: [],
	latestRule: null,
	lastPosition: 0,
	hasVectorIndex: false,
	documents: [],
	pipeline: null,
});

const members = (value: Value | undefined) =>
	Array.isArray(value) ? value.flatMap((member) => (isObject(member) ? (textOf(member.user_id) ?? []) : [])) : [];

const update = ({ dataset, body, dialect }: DatasetCall) => {
	if (textOf(body.name)) dataset.name = textOf(body.name) as string;
	if ('description' in body) dataset.description = textOf(body.description) ?? null;
	if (textOf(body.permission)) dataset.permission = textOf(body.permission) as string;
	setTechnique(dataset, body);
	dataset.retrievalModel = retrievalModelOf(body.retrieval_model) ?? (dialect.unsentRetrieval === 'kept' ? dataset.retrievalModel : null);
	if (body.partial_member_list) dataset.partialMembers = members(body.partial_member_list);
	if (dataset.permission !== 'partial_members') dataset.partialMembers = [];
	dataset.updatedAt = seconds();
};

/** Knowledge bases. */
export const datasetRoutes: Routes = {
	'POST /datasets': {
		key: 'workspace',
		body: createSchema,
		handle: (call) => {
			if (named(call, textOf(call.body.name) ?? '')) {
				const message = 'The dataset name already exists. Please modify your dataset name.';
				throw new ApiError(409, 'dataset_name_duplicate', message);
			}
			const isPlain = call.dialect.settingsOfNewBases === 'ignored';
			const body = isPlain ? without(call.body, 'embedding_model', 'embedding_model_provider', 'retrieval_model') : call.body;
			if (isObject(body.retrieval_model)) checkRetrievalModel(body.retrieval_model, call.dialect);
			if (textOf(call.body.external_knowledge_api_id)) throw invalidParam('api template not found');
			if (call.body.provider === 'external' && call.dialect.externalWithoutApi === 'crashes') throw internalError();
			const dataset = newDataset(call.workspace.ids.next(), body);
			setTechnique(dataset, body);
			call.workspace.datasets.set(dataset.id, dataset);
			return json(datasetItem(dataset, 'written'));
		},
	},
	'GET /datasets': {
		key: 'workspace',
		query: listSchema,
		handle: ({ workspace, query }) => {
			const keyword = like(textOf(query.keyword) ?? '');
			const tags = Array.isArray(query.tag_ids) ? query.tag_ids.map(String) : [];
			if (!tags.every(isUuid)) throw internalError();
			const rows = [...workspace.datasets.values()]
				.reverse()
				.filter((dataset) => keyword.test(dataset.name) && tags.every((tag) => dataset.tags.some(({ id }) => id === tag)));
			return json(page(rows, query, (dataset) => datasetItem(dataset, 'list')));
		},
	},
	'GET /datasets/{dataset_id}': {
		key: 'dataset',
		handle: ({ dataset }) => {
			const partial = dataset.permission === 'partial_members' && { partial_member_list: dataset.partialMembers };
			return json({ ...datasetItem(dataset, 'detail'), ...partial });
		},
	},
	'PATCH /datasets/{dataset_id}': {
		key: 'dataset',
		body: updateSchema,
		handle: (call) => {
			const { dataset, body, dialect } = call;
			const namesake = named(call, textOf(body.name) ?? dataset.name);
			if (namesake && namesake !== dataset && dialect.namesakeOfBase === 'refused') throw invalidParam('Dataset name already exists');
			if (dataset.provider === 'external' && !body.external_knowledge_id) {
				throw invalidParam('External knowledge id is required.');
			}
			update(call);
			return json({ ...datasetItem(dataset, 'written'), partial_member_list: dataset.partialMembers });
		},
	},
	'DELETE /datasets/{dataset_id}': {
		key: 'dataset',
		handle: ({ workspace, dataset }) => {
			workspace.datasets.delete(dataset.id);
			return noContent();
		},
	},
};
