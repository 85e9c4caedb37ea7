import { withFile } from '../engine/harness';
import { byId, type Row } from './row';
import type { Workspace } from './workspace';

type Key = Row['key'];

const uuid = expect.stringMatching(/^[\da-f-]{36}$/);

const FOLLOWED = { user: 'n8n', include_state_snapshot: 'true', continue_on_pause: 'true' };

interface Run {
	id: string;
	workflow_id: string;
	reasons?: Array<{ form_token: string }>;
}

const withRun =
	(key: Key, inputs: object = { query: 'Hello' }) =>
	async ({ call }: Workspace): Promise<Record<string, string>> => {
		const { data } = await call('POST', '/workflows/run', { inputs, user: 'n8n', response_mode: 'blocking' }, key);
		const { id, workflow_id: workflow, reasons } = data as Run;
		return { run: id, workflow, token: reasons?.[0].form_token ?? '' };
	};

/** A chatflow that has answered, or waits for a person. */
const withChatflowRun =
	(key: Key) =>
	async ({ emulator }: Workspace): Promise<Record<string, string>> => {
		const answer = await fetch(`${emulator.url}/v1/chat-messages`, {
			method: 'POST',
			headers: { authorization: `Bearer ${emulator.keys[key]}`, 'content-type': 'application/json' },
			body: JSON.stringify({ query: 'How long is the Rhine?', inputs: {}, user: 'n8n', response_mode: 'streaming' }),
		});
		const text = await answer.text();
		const found = (name: string) => new RegExp(`"${name}": ?"([^"]+)"`).exec(text)?.[1] ?? '';
		return { run: found('workflow_run_id'), token: found('form_token') };
	};

const workflowItem = (more: object = {}) => ({
	status: 'succeeded',
	outputs: expect.objectContaining({ query: expect.stringContaining('Hello') }),
	error: null,
	workflow_run_id: uuid,
	task_id: uuid,
	elapsed_time: expect.any(Number),
	total_tokens: expect.any(Number),
	total_steps: expect.any(Number),
	...more,
});

const formRows = (node: string, key: Key, prepare: NonNullable<Row['prepare']>): Row[] => [
	{
		operation: `${node}.humanInput.get`,
		key,
		prepare,
		params: ({ token }) => ({ form_token: token }),
		route: 'GET /form/human_input/{form_token}',
		sent: ({ token }) => ({ path: `/v1/form/human_input/${token}`, query: {} }),
		items: () => [
			expect.objectContaining({
				form_content: expect.stringContaining('Please check'),
				inputs: expect.any(Array),
				user_actions: expect.arrayContaining([expect.objectContaining({ id: 'approve' })]),
			}),
		],
	},
	{
		operation: `${node}.humanInput.submit`,
		key,
		prepare,
		once: true,
		params: ({ token }) => ({ form_token: token, action: 'approve', inputsMode: 'json', inputsJson: '{ "note": "Fine." }', user: 'n8n' }),
		route: 'POST /form/human_input/{form_token}',
		sent: ({ token }) => ({
			path: `/v1/form/human_input/${token}`,
			body: { action: 'approve', inputs: { note: 'Fine.' }, user: 'n8n' },
		}),
		items: () => [{ success: true }],
	},
];

const withPipeline = async ({ emulator }: Workspace): Promise<Record<string, string>> => {
	const answer = await fetch(`${emulator.url}/_emulator/pipeline-base`, { method: 'POST' });
	const { id, start_node_id: node } = (await answer.json()) as Record<string, string>;
	const form = new FormData();
	form.append('file', new Blob(['Rivers flow.\n\nApples grow.'], { type: 'text/plain' }), 'plan.txt');
	const headers = { authorization: `Bearer ${emulator.keys.dataset}` };
	const upload = await fetch(`${emulator.url}/v1/datasets/pipeline/file-upload`, { method: 'POST', headers, body: form });
	return { base: id, node, upload: ((await upload.json()) as { id: string }).id };
};

const pipelineInputs = { sep: '\n\n', req: 'yes' };

export const runRows: Row[] = [
	{
		operation: 'difyWorkflow.workflow.run',
		key: 'workflow',
		params: () => ({ inputsMode: 'json', inputsJson: '{ "query": "Hello" }', user: 'n8n' }),
		route: 'POST /workflows/run',
		sent: () => ({ path: '/v1/workflows/run', body: { inputs: { query: 'Hello' }, user: 'n8n', response_mode: 'streaming' } }),
		items: () => [workflowItem()],
	},
	{
		operation: 'difyWorkflow.workflow.runById',
		key: 'workflow',
		prepare: withRun('workflow'),
		params: ({ workflow }) => ({ workflow_id: workflow, inputsMode: 'json', inputsJson: '{ "query": "Hello" }', user: 'n8n' }),
		route: 'POST /workflows/{workflow_id}/run',
		sent: ({ workflow }) => ({
			path: `/v1/workflows/${workflow}/run`,
			body: { inputs: { query: 'Hello' }, user: 'n8n', response_mode: 'streaming' },
		}),
		items: () => [workflowItem()],
	},
	{
		operation: 'difyWorkflow.workflow.getRun',
		key: 'workflow',
		prepare: withRun('workflow'),
		params: ({ run }) => ({ workflow_run_id: byId(run) }),
		route: 'GET /workflows/run/{workflow_run_id}',
		sent: ({ run }) => ({ path: `/v1/workflows/run/${run}`, query: {} }),
		items: ({ run }) => [
			expect.objectContaining({
				id: run,
				status: 'succeeded',
				inputs: expect.objectContaining({ query: 'Hello' }),
				outputs: expect.objectContaining({ query: expect.any(String) }),
			}),
		],
	},
	{
		operation: 'difyWorkflow.workflow.getLogs',
		key: 'workflow',
		prepare: withRun('workflow'),
		params: () => ({
			filters: {
				status: 'succeeded',
				keyword: 'Hello',
				created_at__after: '2020-01-01T00:00:00Z',
				created_by_end_user_session_id: 'n8n',
			},
		}),
		route: 'GET /workflows/logs',
		sent: () => ({
			path: '/v1/workflows/logs',
			query: {
				status: 'succeeded',
				keyword: 'Hello',
				created_at__after: '2020-01-01T00:00:00.000Z',
				created_by_end_user_session_id: 'n8n',
				page: '1',
				limit: '50',
			},
		}),
		items: ({ run }) => [expect.objectContaining({ id: uuid, workflow_run: expect.objectContaining({ id: run }) })],
	},
	{
		operation: 'difyWorkflow.workflow.streamEvents',
		key: 'workflow',
		prepare: withRun('workflow'),
		params: ({ run }) => ({ workflow_run_id: byId(run), user: 'n8n' }),
		route: 'GET /workflow/{workflow_run_id}/events',
		sent: ({ run }) => ({ path: `/v1/workflow/${run}/events`, query: FOLLOWED }),
		items: ({ run }) => [workflowItem({ workflow_run_id: run })],
	},
	{
		operation: 'difyChatflow.chatflow.streamEvents',
		key: 'chatflow',
		prepare: withChatflowRun('chatflow'),
		params: ({ run }) => ({ workflow_run_id: byId(run), user: 'n8n' }),
		route: 'GET /workflow/{workflow_run_id}/events',
		sent: ({ run }) => ({ path: `/v1/workflow/${run}/events`, query: FOLLOWED }),
		items: ({ run }) => [expect.objectContaining({ workflow_run_id: run, output: expect.stringMatching(/\w/) })],
	},
	...formRows('difyWorkflow', 'workflowTwice', withRun('workflowTwice')),
	...formRows('difyChatflow', 'chatflowHuman', withChatflowRun('chatflowHuman')),
	{
		operation: 'dify.file.preview',
		key: 'form',
		prepare: async ({ emulator, call }) => {
			const form = new FormData();
			form.append('file', new Blob(['some bytes'], { type: 'text/plain' }), 'plan.txt');
			form.append('user', 'n8n');
			const headers = { authorization: `Bearer ${emulator.keys.form}` };
			const upload = await fetch(`${emulator.url}/v1/files/upload`, { method: 'POST', headers, body: form });
			const { id: file } = (await upload.json()) as { id: string };
			const files = [{ type: 'document', transfer_method: 'local_file', upload_file_id: file }];
			const body = { query: 'Read it', inputs: { city: 'Ulm' }, files, user: 'n8n', response_mode: 'blocking' };
			await call('POST', '/chat-messages', body, 'form');
			return { file };
		},
		params: ({ file }) => ({ file_id: file, filters: { as_attachment: true } }),
		route: 'GET /files/{file_id}/preview',
		sent: ({ file }) => ({ path: `/v1/files/${file}/preview`, query: { as_attachment: 'true' } }),
		items: () => [{ fileName: 'plan.txt', mimeType: expect.stringMatching(/^text\/plain/), size: 10 }],
	},
	{
		operation: 'dify.endUser.get',
		key: 'chat',
		prepare: async ({ emulator }) => {
			const form = new FormData();
			form.append('file', new Blob(['some bytes'], { type: 'text/plain' }), 'plan.txt');
			form.append('user', 'nathan');
			const headers = { authorization: `Bearer ${emulator.keys.chat}` };
			const upload = await fetch(`${emulator.url}/v1/files/upload`, { method: 'POST', headers, body: form });
			return { person: ((await upload.json()) as { created_by: string }).created_by };
		},
		params: ({ person }) => ({ end_user_id: person }),
		route: 'GET /end-users/{end_user_id}',
		sent: ({ person }) => ({ path: `/v1/end-users/${person}`, query: {} }),
		items: ({ person }) => [expect.objectContaining({ id: person, session_id: 'nathan' })],
	},
	{
		operation: 'difyKnowledge.pipeline.uploadFile',
		key: 'dataset',
		params: () => ({ binaryPropertyName: 'data' }),
		input: [withFile('plan.txt', 'some bytes')],
		route: 'POST /datasets/pipeline/file-upload',
		sent: () => ({
			path: '/v1/datasets/pipeline/file-upload',
			multipart: { fields: {}, files: [expect.objectContaining({ field: 'file', filename: 'plan.txt', size: 10 })] },
		}),
		items: () => [expect.objectContaining({ id: uuid, name: 'plan.txt', size: 10, extension: 'txt' })],
	},
	{
		operation: 'difyKnowledge.pipeline.getDatasourcePlugins',
		key: 'dataset',
		prepare: withPipeline,
		params: ({ base }) => ({ dataset_id: byId(base) }),
		route: 'GET /datasets/{dataset_id}/pipeline/datasource-plugins',
		sent: ({ base }) => ({ path: `/v1/datasets/${base}/pipeline/datasource-plugins`, query: { is_published: 'true' } }),
		items: ({ node }) => expect.arrayContaining([expect.objectContaining({ node_id: node, datasource_type: 'local_file' })]) as never,
	},
	{
		operation: 'difyKnowledge.pipeline.run',
		key: 'dataset',
		prepare: withPipeline,
		params: ({ base, node, upload }) => ({
			dataset_id: byId(base),
			start_node_id: byId(node),
			datasource_info_list: [{ reference: upload, name: 'plan.txt' }],
			inputs: pipelineInputs,
		}),
		route: 'POST /datasets/{dataset_id}/pipeline/run',
		sent: ({ base, node, upload }) => ({
			path: `/v1/datasets/${base}/pipeline/run`,
			body: {
				start_node_id: node,
				datasource_type: 'local_file',
				datasource_info_list: [{ reference: upload, name: 'plan.txt' }],
				inputs: pipelineInputs,
				is_published: true,
				response_mode: 'blocking',
			},
		}),
		items: ({ base }) => [
			{
				batch: expect.any(String),
				dataset: expect.objectContaining({ id: base }),
				documents: [expect.objectContaining({ id: uuid, name: 'plan.txt', indexing_status: 'waiting' })],
			},
		],
	},
	{
		operation: 'difyKnowledge.pipeline.ingest',
		key: 'dataset',
		prepare: withPipeline,
		params: ({ base }) => ({ dataset_id: byId(base), binaryPropertyName: 'data', inputs: pipelineInputs }),
		input: [withFile('plan.txt', 'Rivers flow.\n\nApples grow.')],
		route: 'POST /datasets/{dataset_id}/pipeline/run',
		sent: ({ base, node }) => ({
			path: `/v1/datasets/${base}/pipeline/run`,
			body: {
				start_node_id: node,
				datasource_type: 'local_file',
				datasource_info_list: [
					{
						reference: uuid,
						related_id: uuid,
						type: 'document',
						transfer_method: 'local_file',
						name: 'plan.txt',
						extension: 'txt',
						size: 26,
						mime_type: 'text/plain',
					},
				],
				inputs: pipelineInputs,
				is_published: true,
				response_mode: 'blocking',
			},
		}),
		items: () => [
			{
				outcome: 'created',
				id: uuid,
				name: 'plan.txt',
				batch: expect.any(String),
				indexing_status: 'completed',
				completed_segments: 2,
				total_segments: 2,
				reason: null,
			},
		],
	},
	{
		operation: 'difyKnowledge.pipeline.runDatasourceNode',
		key: 'dataset',
		prepare: withPipeline,
		params: ({ base }) => ({ dataset_id: byId(base), node_id: byId('crawl'), datasource_type: 'website_crawl', inputs: {} }),
		route: 'POST /datasets/{dataset_id}/pipeline/datasource/nodes/{node_id}/run',
		sent: ({ base }) => ({
			path: `/v1/datasets/${base}/pipeline/datasource/nodes/crawl/run`,
			body: { datasource_type: 'website_crawl', inputs: {}, is_published: true },
		}),
		items: () => [expect.objectContaining({ source_url: 'https://example.com/', content: expect.stringContaining('Rivers') })],
	},
];
