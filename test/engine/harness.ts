import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	INodeTypes,
	IRun,
	ITaskMetadata,
	IWorkflowExecuteAdditionalData,
	ILoadOptionsFunctions,
	NodeApiError,
} from 'n8n-workflow';

declare const requireFromNode: NodeJS.Require;

const { createRequire } = requireFromNode('node:module') as typeof import('node:module');
requireFromNode('reflect-metadata');

process.env.N8N_USER_FOLDER ??= mkdtempSync(path.join(tmpdir(), 'n8n-engine-'));

const core = requireFromNode('n8n-core') as typeof import('n8n-core');
// n8n-core's own copies: others would be other classes and another container.
const fromCore = createRequire(requireFromNode.resolve('n8n-core'));
const { Container } = fromCore('@n8n/di') as typeof import('@n8n/di');
const { ICredentialsHelper, NodeHelpers, Workflow } = fromCore('n8n-workflow') as typeof import('n8n-workflow');

export const PACKAGE_DIR = path.resolve(__dirname, '../..');
const PACKAGE = 'n8n-nodes-dify-oapi';

export interface Chunk {
	type: string;
	content?: string;
}

/** What a run of one node gave. */
export interface Ran {
	items: INodeExecutionData[];
	/** Items of the error output, where the node has one. */
	errorItems: INodeExecutionData[];
	/** The error that ended the execution. */
	error?: NodeApiError;
	status: string;
	/** What the output pane says beside the items. */
	hints: string[];
	/** What n8n keeps of the run for its telemetry. */
	metadata?: ITaskMetadata;
	/** What went to a trigger in streaming mode. */
	chunks: Chunk[];
}

export interface RunOptions {
	/** Node name without the package: `difyChat`. */
	node: string;
	parameters: IDataObject;
	/** Fields of the credential; those left out have their defaults. */
	credential: ICredentialDataDecryptedObject;
	/** Default: one empty item. */
	input?: INodeExecutionData[];
	onError?: INode['onError'];
	/** The trigger takes the answer piece by piece. */
	streaming?: boolean;
	/** Sees the run as it starts, to cancel it. */
	started?(run: { cancel(): void }): void;
}

class Credentials extends ICredentialsHelper {
	constructor(private readonly data: ICredentialDataDecryptedObject) {
		super();
	}
	getParentTypes = () => [];
	isCredentialUsableByNode = () => true;
	getDecrypted = async () => await Promise.resolve(this.data);
	preAuthentication = async () => await Promise.resolve(undefined);
	runPreAuthentication = async () => await Promise.resolve(undefined);
	authenticate = async (_: unknown, __: string, request: never) => await Promise.resolve(request);
	getCredentials = async () => await Promise.reject(new Error('not used'));
	updateCredentials = async () => await Promise.resolve();
	updateCredentialsOauthTokenData = async () => await Promise.resolve();
	getCredentialsProperties = () => [];
}

/** Stands for any trigger; its output is given as pinned data. */
const start: INodeType = {
	description: {
		displayName: 'Start',
		name: 'start',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
	execute: async () => await Promise.resolve([[]]),
};

let loading: Promise<INodeTypes> | undefined;

/** The built package, loaded as n8n loads it. */
async function nodeTypes(): Promise<INodeTypes> {
	loading ??= (async () => {
		await Container.get(core.BinaryDataService).init();
		const loader = new core.PackageDirectoryLoader(PACKAGE_DIR);
		await loader.loadAll();
		const get = (type: string) => (type === 'test.start' ? start : loader.getNode(type.split('.').pop() ?? '').type);
		return {
			getByName: get,
			getByNameAndVersion: (type: string, version?: number) => NodeHelpers.getVersionedNodeType(get(type), version),
			getKnownTypes: () => loader.known.nodes,
		} as INodeTypes;
	})();
	return await loading;
}

function additionalData(credential: ICredentialDataDecryptedObject, more: object = {}): IWorkflowExecuteAdditionalData {
	return {
		executionId: 'exec-1',
		credentialsHelper: new Credentials(credential),
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		webhookBaseUrl: 'http://127.0.0.1/webhook',
		webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
		restApiUrl: '',
		instanceBaseUrl: '',
		variables: {},
		logAiEvent() {},
		setExecutionStatus() {},
		...more,
	} as unknown as IWorkflowExecuteAdditionalData;
}

function nodeOf({ node, parameters, onError }: Pick<RunOptions, 'node' | 'parameters' | 'onError'>): INode {
	return {
		id: 'node-1',
		name: 'Dify',
		type: `${PACKAGE}.${node}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: { difyApi: { id: '1', name: 'Dify' } },
		onError,
	};
}

/** Runs one node of the built package in n8n's own engine. */
export async function runNode(options: RunOptions): Promise<Ran> {
	const trigger = { ...nodeOf({ node: 'x', parameters: {} }), id: 'start-1', name: 'Start', type: 'test.start' };
	delete trigger.credentials;
	const workflow = new Workflow({
		id: 'w1',
		active: false,
		nodes: [trigger, nodeOf(options)],
		connections: { Start: { main: [[{ node: 'Dify', type: 'main', index: 0 }]] } },
		nodeTypes: await nodeTypes(),
		settings: {},
	});
	const workflowData = { id: 'w1', name: 'w', active: false, nodes: [], connections: {} };
	const hooks = new core.ExecutionLifecycleHooks('manual', 'exec-1', workflowData as never);
	const chunks: Chunk[] = [];
	hooks.addHandler('sendChunk', (chunk) => void chunks.push(chunk as Chunk));
	const { streaming: streamingEnabled = false } = options;
	const execution = new core.WorkflowExecute(additionalData(options.credential, { hooks, streamingEnabled }), 'manual').run({
		workflow,
		startNode: workflow.getNode('Start') ?? undefined,
		pinData: { Start: options.input ?? [{ json: {} }] },
	});
	options.started?.(execution);
	return { ...ranOf(await execution), chunks };
}

function ranOf({ data, status }: IRun): Omit<Ran, 'chunks'> {
	const task = data.resultData.runData.Dify?.[0];
	const [items, errorItems] = task?.data?.main ?? [];
	const error = (task?.error ?? data.resultData.error) as NodeApiError | undefined;
	const hints = (task?.hints ?? []).map(({ message }) => message);
	return { items: items ?? [], errorItems: errorItems ?? [], error, status, hints, metadata: task?.metadata };
}

/** The items' JSON, with the run's error thrown: for runs that are expected to succeed. */
export async function outputOf(options: RunOptions): Promise<IDataObject[]> {
	const { items, error } = await runNode(options);
	if (error) throw new Error(`${error.message} | ${String(error.description)}`);
	return items.map(({ json }) => json);
}

/** The context in which the editor calls a node's `methods`. */
export async function loadOptionsContext(
	options: Pick<RunOptions, 'node' | 'parameters' | 'credential'>,
): Promise<{ context: ILoadOptionsFunctions; type: INodeType }> {
	const types = await nodeTypes();
	const node = nodeOf(options);
	const workflow = new Workflow({ id: 'w1', active: false, nodes: [node], connections: {}, nodeTypes: types, settings: {} });
	const additional = additionalData(options.credential, { currentNodeParameters: options.parameters });
	const context = new core.LoadOptionsContext(workflow, node, additional, '');
	return { context, type: types.getByNameAndVersion(node.type, 1) };
}

/** The same item with its file in n8n's binary store, and where that lies. */
export async function stored({ json, binary }: INodeExecutionData): Promise<{ item: INodeExecutionData; path: string }> {
	await nodeTypes();
	const store = Container.get(core.BinaryDataService);
	const { data: content, ...about } = binary?.data as IBinaryData;
	const at = { type: 'execution', workflowId: 'w1', executionId: 'exec-1' } as const;
	const data = await store.store(at, Buffer.from(content, 'base64'), { ...about, data: '' });
	return { item: { json, binary: { data } }, path: store.getPath(String(data.id)) };
}

/** An item with a file, kept in memory. */
export function withFile(fileName: string, content: string | Buffer, json: IDataObject = {}): INodeExecutionData {
	const buffer = Buffer.from(content);
	const mimeType = fileName.endsWith('.md') ? 'text/markdown' : 'text/plain';
	return { json, binary: { data: { data: buffer.toString('base64'), mimeType, fileName, fileSize: `${buffer.length}` } } };
}

/** A node's description as n8n sees it. */
export async function describeNode(node: string): Promise<INodeTypeDescription> {
	return (await nodeTypes()).getByNameAndVersion(`${PACKAGE}.${node}`, 1).description;
}
