import { ApiError, json } from './answers';
import { newDocument } from './ingestion';
import { tenantId } from './ids';
import { isObject, type Json, textOf, type Value } from './json';
import { pipelineOf } from './pipeline';
import { pipelineInputs, startNodes } from './pipelineBase';
import { preview } from './pipelinePreview';
import type { Document, StoredFile } from './records';
import type { DatasetCall, Routes } from './route';
import { automaticRules, SplittingError } from './splitting';
import { textFile } from './uploads';
import type { Schema } from './validation';

const schema: Schema = {
	title: 'PipelineRunApiEntity',
	type: 'object',
	required: ['inputs', 'datasource_type', 'datasource_info_list', 'start_node_id', 'is_published', 'response_mode'],
	properties: {
		inputs: { type: 'object' },
		datasource_type: { type: 'string' },
		datasource_info_list: { type: 'array', items: { type: 'object' } },
		start_node_id: { type: 'string' },
		is_published: { type: 'boolean' },
		response_mode: { type: 'string' },
	},
};

const sourceTypes = ['local_file', 'online_document', 'website_crawl', 'online_drive'];

const refuse = (message: string) => new ApiError(500, 'pipeline_run_error', message);

const sourcesOf = ({ body }: DatasetCall): Json[] => (body.datasource_info_list as Value[]).filter(isObject);

/** An uploaded file goes by either name. */
const fileIdOf = (info: Json) => textOf(info.reference) ?? textOf(info.related_id) ?? '';

const nameOf = (info: Json) => {
	const page = isObject(info.page) ? textOf(info.page.page_name) : undefined;
	return textOf(info.name) ?? textOf(info.title) ?? page ?? 'untitled';
};

/** What the datasource reads; an unknown upload has no content. */
const fileOf = (call: DatasetCall, info: Json): StoredFile | undefined =>
	call.body.datasource_type === 'local_file'
		? call.workspace.pipelineFiles.get(fileIdOf(info))
		: textFile(call, nameOf(info), textOf(info.content) ?? nameOf(info));

/** The pipeline cuts at empty lines. */
const chunksOf = ({ text }: StoredFile) =>
	text
		.split('\n\n')
		.map((chunk) => chunk.trim())
		.filter(Boolean);

const checkInputs = ({ body }: DatasetCall) => {
	const missing = pipelineInputs.find((name) => !(body.inputs as Json)[name]);
	if (missing) throw refuse(`${missing} is required in input form`);
};

const addDocument = (call: DatasetCall, info: Json, batch: string): Document => {
	const file = fileOf(call, info) ?? textFile(call, nameOf(info), '');
	const document = newDocument(call, file, { id: '', mode: 'custom', rules: automaticRules });
	const datasource = { type: String(call.body.datasource_type), info };
	return Object.assign(document, { name: nameOf(info), batch, datasource, docForm: call.dataset.docForm });
};

const item = ({ id, position, name, datasource }: Document): Json => ({
	id,
	position,
	data_source_type: datasource?.type,
	data_source_info: datasource?.info,
	name,
	indexing_status: 'waiting',
	error: null,
	enabled: true,
});

const index = (call: DatasetCall, document: Document, info: Json) =>
	call.indexer.receive(call.dataset, document, () => {
		const file = fileOf(call, info);
		if (file) return chunksOf(file);
		throw new SplittingError(`UploadFile not found for file_id=${fileIdOf(info)}, tenant_id=${tenantId}`);
	});

const publish = (call: DatasetCall) => {
	const { dataset, workspace, body } = call;
	const batch = workspace.ids.batch();
	const documents = sourcesOf(call).map((info) => ({ info, document: addDocument(call, info, batch) }));
	// Too late: what was refused stays as documents that wait for good.
	checkInputs(call);
	const known = startNodes.some(({ id }) => id === body.start_node_id);
	for (const { document, info } of known ? documents : []) index(call, document, info);
	const { id, name, description, docForm } = dataset;
	return json(
		{
			batch,
			dataset: { id, name, description, chunk_structure: docForm },
			documents: documents.map(({ document }) => item(document)),
		},
		200,
		'application/json; charset=utf-8',
	);
};

const tryOut = (call: DatasetCall) => {
	checkInputs(call);
	const [info = {}] = sourcesOf(call);
	const file = fileOf(call, info);
	if (!file) throw refuse(`UploadFile not found for file_id=${fileIdOf(info)}, tenant_id=${tenantId}`);
	return preview(call, pipelineOf(call), { info, file, chunks: chunksOf(file) });
};

/** Runs of a pipeline: published ones make documents, drafts only show what would come of it. */
export const pipelineRunRoutes: Routes = {
	'POST /datasets/{dataset_id}/pipeline/run': {
		key: 'dataset',
		body: schema,
		handle: (call) => {
			pipelineOf(call);
			const type = String(call.body.datasource_type);
			if (!sourceTypes.includes(type)) throw refuse(`'${type}' is not a valid DatasourceProviderType`);
			return call.body.is_published ? publish(call) : tryOut(call);
		},
	},
};
