import { newDataset } from './datasets';
import { defaultRetrievalModel } from './datasetView';
import { defaultEmbedding, provider } from './models';
import type { Dataset } from './records';
import type { Workspace } from './workspace';

/** Nodes with which a pipeline begins, by what kind of source they read. */
export const startNodes = [
	{ id: 'ds', type: 'local_file', title: 'File', plugin: 'langgenius/file', provider: 'file' },
	{
		id: 'crawl',
		type: 'website_crawl',
		title: 'Website',
		plugin: 'langgenius/firecrawl_datasource',
		provider: 'firecrawl',
	},
];

/** What the pipeline asks for, all of it required. */
export const pipelineInputs = ['sep', 'req'];

const retrievalModel = {
	...defaultRetrievalModel,
	reranking_mode: 'reranking_model',
	reranking_model: { reranking_provider_name: null, reranking_model_name: null },
	top_k: 3,
	score_threshold: 0.5,
};

/** Makes a base that a pipeline fills; the API itself has no way to. */
export function newPipelineBase({ ids, datasets }: Workspace): Dataset {
	const id = ids.next();
	const base: Dataset = {
		...newDataset(id, { name: `Pipeline base ${id.slice(0, 8)}`, description: 'Filled by a pipeline.' }),
		indexingTechnique: 'high_quality',
		embeddingModel: defaultEmbedding,
		embeddingModelProvider: provider,
		retrievalModel,
		docForm: 'text_model',
		pipeline: { id: ids.next(), workflowId: ids.next() },
	};
	datasets.set(id, base);
	return base;
}
