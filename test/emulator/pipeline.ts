import { eventStream, invalidParam, json } from './answers';
import { owner } from './datasetView';
import { startNodes } from './pipelineBase';
import type { Pipeline } from './records';
import type { DatasetCall, Routes } from './route';
import { frame } from './sse';
import { fileOf } from './uploads';
import { compile, type Schema } from './validation';

/** The pipeline of the path's base. */
export function pipelineOf({ dataset }: DatasetCall): Pipeline {
	if (!dataset.pipeline) throw invalidParam('Pipeline not found');
	return dataset.pipeline;
}

const plugins = startNodes.map((node) => ({
	node_id: node.id,
	plugin_id: node.plugin,
	provider_name: node.provider,
	datasource_type: node.type,
	title: node.title,
	user_input_variables: [],
	credentials: [],
}));

const nodeSchema: Schema = {
	title: 'DatasourceNodeRunPayload',
	type: 'object',
	required: ['inputs', 'datasource_type', 'is_published'],
	properties: {
		inputs: { type: 'object' },
		datasource_type: { type: 'string' },
		is_published: { type: 'boolean' },
		credential_id: { type: ['string', 'null'] },
	},
};

const unreadableSource =
	'Unsupported datasource provider: <bound method LocalFileDatasourcePlugin.datasource_provider_type of ' +
	'<core.datasource.local_file.local_file_plugin.LocalFileDatasourcePlugin object at 0x7fbd4726dd90>>';
const missingPlugin =
	'plugin daemon: {"message":"plugin not found","error_type":"PluginNotFoundError","args":null}, code: -404';

/** Strictly, a form has the one file and nothing else. */
const checkFields = compile({ title: 'Form', type: 'object', properties: {} }, true);

const failed = (error: string) => frame({ event: 'datasource_error', error });

/** What a datasource node sends; that of a crawl is by description, as no recording has one that succeeds. */
async function* eventsOf({ params, body }: DatasetCall): AsyncGenerator<string> {
	const node = startNodes.find(({ id }) => id === params.node_id);
	if (!node) return yield failed('Datasource node data not found');
	if (body.datasource_type === 'local_file') return yield failed(unreadableSource);
	yield frame({ event: 'datasource_processing', total: 0, completed: 0 });
	if (body.datasource_type !== node.type) return yield failed(missingPlugin);
	const page = {
		source_url: 'https://example.com/',
		title: 'Example Domain',
		description: '',
		content: 'Rivers flow to the sea.\n\nApples grow on trees.',
	};
	yield frame({ event: 'datasource_processing', total: 1, completed: 1 });
	yield frame({ event: 'datasource_completed', data: [page], total: 1, completed: 1, time_consuming: 0.1 });
}

/** Pipelines of knowledge bases, except their runs. */
export const pipelineRoutes: Routes = {
	'POST /datasets/pipeline/file-upload': {
		key: 'workspace',
		multipart: true,
		handle: (call) => {
			if (call.strict && call.form) checkFields(call.form.fields);
			const file = fileOf(call, call.form, 'pipeline');
			call.workspace.pipelineFiles.set(file.id, file);
			return json(
				{
					id: file.id,
					name: file.name,
					size: file.size,
					extension: file.extension,
					mime_type: file.mimeType,
					created_by: owner,
					created_at: new Date().toISOString().replace('Z', '000'),
				},
				201,
			);
		},
	},
	'GET /datasets/{dataset_id}/pipeline/datasource-plugins': {
		key: 'dataset',
		query: { title: 'DatasourcePluginsQuery', type: 'object', properties: { is_published: { type: 'string' } } },
		handle: (call) => {
			pipelineOf(call);
			return json(plugins);
		},
	},
	'POST /datasets/{dataset_id}/pipeline/datasource/nodes/{node_id}/run': {
		key: 'dataset',
		body: nodeSchema,
		handle: (call) => {
			pipelineOf(call);
			return eventStream(eventsOf(call));
		},
	},
};
