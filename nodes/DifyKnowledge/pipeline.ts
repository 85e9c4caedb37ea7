import { ingest } from '../../src/knowledge/pipelineIngestion';
import { Multipart, type Field, type FilePart, type Json, type Operation, type Resource } from '../../src/operation/types';
import { asFilledList, asObject, asText } from '../../src/operation/values';
import { datasourceEvents } from '../../src/traits/events';
import { allAtOnce } from '../../src/traits/paging';
import { waitForIndexing } from '../../src/traits/waiting';
import { binaryField, dataset } from '../shared/fields';
import { locator } from '../shared/locator';
import { sourceForms } from './pipelineSources';

const published: Field = {
	displayName: 'Published',
	name: 'is_published',
	type: 'boolean',
	default: true,
	description: 'Whether to use the published pipeline instead of the draft',
};

const datasource: Field = {
	displayName: 'Source Type',
	name: 'datasource_type',
	type: 'options',
	options: [
		{ name: 'Local File', value: 'local_file' },
		{ name: 'Online Document', value: 'online_document' },
		{ name: 'Online Drive', value: 'online_drive' },
		{ name: 'Website Crawl', value: 'website_crawl' },
	],
	default: 'local_file',
};

const inputs: Field = {
	displayName: 'Inputs (JSON)',
	name: 'inputs',
	type: 'json',
	default: '{}',
	encode: asObject,
	description: "An object with the pipeline's variables by name",
};

const node = (name: string): Field => ({
	...locator('Source Node', name, 'searchDatasources', "The pipeline's source. The list shows those of the published pipeline."),
	encode: asText,
});

const getDatasourcePlugins: Operation = {
	name: 'Get Datasource Plugins',
	value: 'getDatasourcePlugins',
	action: 'Get datasource plugins of pipeline',
	description: "List the pipeline's sources with their node IDs and variables",
	route: 'GET /datasets/{dataset_id}/pipeline/datasource-plugins',
	since: '1.13.0',
	// Any text counts as true; an empty one means the draft.
	fields: [dataset, { ...published, encode: (value) => (value ? 'true' : '') }],
	traits: [allAtOnce()],
};

const runPipeline: Operation = {
	name: 'Run',
	value: 'run',
	action: 'Run pipeline',
	description: 'Put what a source holds into the knowledge base through its pipeline',
	route: 'POST /datasets/{dataset_id}/pipeline/run',
	since: '1.13.0',
	fields: [
		dataset,
		node('start_node_id'),
		datasource,
		{
			displayName: 'Sources',
			name: 'sourcesMode',
			type: 'options',
			options: [
				{ name: 'Form', value: 'form' },
				{ name: 'JSON', value: 'json', description: "Dify's own words" },
			],
			default: 'json',
			in: 'local',
			description: 'How to say what to take in',
		},
		...sourceForms(['local_file', 'online_document', 'online_drive', 'website_crawl'], { sourcesMode: ['form'] }),
		{
			displayName: 'Sources (JSON)',
			name: 'datasource_info_list',
			type: 'json',
			required: true,
			default: '[{ "reference": "", "name": "" }]',
			displayOptions: { show: { sourcesMode: ['json'] } },
			encode: asFilledList,
			description: "A list of what to take in; for local files objects with reference (the upload's ID) and name",
		},
		inputs,
		published,
	],
	body: ({ datasource_info_list: json, localFiles, onlineDocuments, driveFiles, webPages, ...values }) => ({
		...values,
		datasource_info_list: json ?? localFiles ?? onlineDocuments ?? driveFiles ?? webPages,
		response_mode: 'blocking',
	}),
};

const uploadFile: Operation = {
	name: 'Upload File',
	value: 'uploadFile',
	action: 'Upload file for pipeline',
	description: 'Upload a file for a pipeline to take in; gives its ID',
	route: 'POST /datasets/pipeline/file-upload',
	since: '1.13.0',
	fields: [binaryField],
	body: ({ binaryPropertyName: file }: Json) => new Multipart({}, { file: file as unknown as FilePart }),
};

/** Composed of the three above. */
const ingesting: Operation = {
	name: 'Ingest',
	value: 'ingest',
	action: 'Ingest through pipeline',
	description:
		'Put a file, or what an online source names, into the knowledge base through its published pipeline and wait until it can be searched; gives each document with its outcome',
	route: 'POST /datasets/{dataset_id}/pipeline/run',
	also: [
		'GET /datasets/{dataset_id}/pipeline/datasource-plugins',
		'POST /datasets/pipeline/file-upload',
		'GET /datasets/{dataset_id}/documents/{batch}/indexing-status',
	],
	since: '1.13.0',
	fields: [
		dataset,
		datasource,
		{ ...binaryField, displayOptions: { show: { datasource_type: ['local_file'] } } },
		...sourceForms(['online_document', 'online_drive', 'website_crawl']),
		{
			...node('start_node_id'),
			required: undefined,
			description: "The pipeline's source. May be left empty where the published pipeline has one of this type.",
		},
		inputs,
		...(waitForIndexing.fields ?? []),
	],
	options: waitForIndexing.options,
	run: ingest({ sources: getDatasourcePlugins, upload: uploadFile, run: runPipeline }),
};

export const pipeline: Resource = {
	name: 'Pipeline',
	value: 'pipeline',
	operations: [
		getDatasourcePlugins,
		runPipeline,
		{
			name: 'Run Datasource Node',
			value: 'runDatasourceNode',
			action: 'Run datasource node of pipeline',
			description: 'List what an online source holds',
			route: 'POST /datasets/{dataset_id}/pipeline/datasource/nodes/{node_id}/run',
			since: '1.13.0',
			fields: [dataset, node('node_id'), { ...datasource, default: 'online_document' }, inputs, published],
			optional: [
				{
					displayName: 'Credential ID',
					name: 'credential_id',
					type: 'string',
					default: '',
					description: 'Which credential of the source to use, as given by Get Datasource Plugins',
				},
			],
			traits: [datasourceEvents],
		},
		uploadFile,
		ingesting,
	],
};
