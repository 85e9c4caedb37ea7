import { eventStream, json } from './answers';
import { owner } from './datasetView';
import { signedUrl } from './fileUrls';
import { seconds } from './ids';
import type { Json } from './json';
import type { Pipeline, StoredFile } from './records';
import type { DatasetCall } from './route';
import { frame } from './sse';

interface Source {
	info: Json;
	file: StoredFile;
	chunks: string[];
}

interface Step {
	id: string;
	type: string;
	title: string;
	extras?: Json;
	inputs: Json;
	process?: Json;
	outputs: Json;
	metadata?: Json;
	files?: Json[];
}

const outputsOf = ({ chunks }: Source) => ({
	chunk_structure: 'text_model',
	preview: chunks.map((content) => ({ content })),
	qa_preview: [],
	total_segments: chunks.length,
});

const fileValue = ({ origin }: DatasetCall, { id, name, extension, mimeType, size }: StoredFile): Json => ({
	dify_model_identity: '__dify__file__',
	id,
	type: 'custom',
	transfer_method: 'local_file',
	remote_url: '',
	reference: `dify-file-ref:${Buffer.from(JSON.stringify({ record_id: id })).toString('base64')}`,
	filename: name,
	extension: `.${extension}`,
	mime_type: mimeType,
	size,
	related_id: id,
	url: signedUrl(origin, id),
});

const stepsOf = (call: DatasetCall, source: Source): Step[] => {
	const { info, file, chunks } = source;
	const value = fileValue(call, file);
	const icon = 'https://assets.dify.ai/images/File%20Upload.svg';
	const described = { ...info, icon };
	return [
		{
			...{ id: 'ds', type: 'datasource', title: 'File', extras: { icon }, inputs: described, files: [value] },
			outputs: { file: value, datasource_type: call.body.datasource_type },
			metadata: { datasource_info: described },
		},
		{
			...{ id: 'ext', type: 'document-extractor', title: 'Extract', process: { documents: [value] } },
			inputs: { variable_selector: ['ds', 'file'] },
			outputs: { text: file.text },
		},
		{
			...{ id: 'code', type: 'code', title: 'Chunk', outputs: { result: chunks } },
			inputs: { text: file.text, sep: (call.body.inputs as Json).sep },
		},
		{
			...{ id: 'kidx', type: 'knowledge-index', title: 'Knowledge Base', inputs: { chunks } },
			outputs: outputsOf(source),
		},
	];
};

const place = { iteration_id: null, loop_id: null };

const nodeEvents = (runId: string, step: Step) => {
	const { id: node_id, type: node_type, title } = step;
	const node = { id: runId, node_id, node_type, title, index: 1, predecessor_node_id: null };
	const started = {
		...node,
		inputs: null,
		inputs_truncated: false,
		created_at: seconds(),
		extras: step.extras ?? {},
		...place,
		agent_strategy: null,
	};
	const finished = {
		...node,
		inputs: step.inputs,
		inputs_truncated: false,
		process_data: step.process ?? {},
		process_data_truncated: false,
		outputs: step.outputs,
		outputs_truncated: false,
		...{ status: 'succeeded', error: null, elapsed_time: 0.01, execution_metadata: step.metadata ?? null },
		...{ created_at: seconds(), finished_at: seconds(), files: step.files ?? [] },
		...place,
	};
	return [
		{ event: 'node_started', data: started },
		{ event: 'node_finished', data: finished },
	];
};

const result = (runId: string, { workflowId }: Pipeline, source: Source, steps: number) => ({
	id: runId,
	workflow_id: workflowId,
	status: 'succeeded',
	outputs: outputsOf(source),
	error: null,
	elapsed_time: 0.1,
	total_tokens: 0,
	total_steps: steps,
	created_at: seconds(),
	finished_at: seconds(),
});

/** Shows what a draft makes of a source, at once or step by step; no ping comes first. */
export function preview(call: DatasetCall, pipeline: Pipeline, source: Source) {
	const { ids } = call.workspace;
	const run = { workflow_run_id: ids.next(), task_id: ids.next() };
	const runId = run.workflow_run_id;
	const steps = stepsOf(call, source);
	const end = result(runId, pipeline, source, steps.length);
	if (call.body.response_mode !== 'streaming') {
		return json({ task_id: run.task_id, workflow_run_id: runId, data: end }, 200, 'application/json; charset=utf-8');
	}
	const system = {
		'sys.files': [],
		'sys.user_id': owner,
		'sys.app_id': pipeline.id,
		'sys.workflow_id': pipeline.workflowId,
		'sys.workflow_run_id': runId,
	};
	const inputs = { ...(call.body.inputs as Json), ...system };
	const started = { id: runId, workflow_id: pipeline.workflowId, inputs, created_at: seconds(), reason: 'initial' };
	const by = { id: owner, name: 'Emulator Owner', email: 'owner@example.com' };
	async function* frames() {
		yield frame({ event: 'workflow_started', ...run, data: started });
		for (const step of steps) {
			for (const { event, data } of nodeEvents(ids.next(), step)) {
				await call.workspace.sleep(call.tokenMs);
				yield frame({ event, ...run, data });
			}
		}
		yield frame({ event: 'workflow_finished', ...run, data: { ...end, created_by: by, exceptions_count: 0, files: [] } });
	}
	return eventStream(frames());
}
