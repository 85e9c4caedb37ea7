import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/package';
import { documents } from './stage';

type Node = { name: string; type: string; version?: number; parameters?: object; credential?: string; more?: object };

/** A workflow whose nodes run one after the other. */
export function chain(id: string, nodes: Node[]) {
	const next = (index: number) => [{ node: nodes[index + 1].name, type: 'main', index: 0 }];
	return {
		id,
		name: id,
		settings: { executionOrder: 'v1' },
		nodes: nodes.map(({ name, type, version = 1, parameters = {}, credential, more }, index) => ({
			id: `${id}-${index}`,
			name,
			type,
			typeVersion: version,
			position: [index * 240, 0],
			parameters,
			...(credential && { credentials: { difyApi: { id: null, name: credential } } }),
			...more,
		})),
		connections: Object.fromEntries(nodes.slice(0, -1).map(({ name }, index) => [name, { main: [next(index)] }])),
	};
}

const byHand = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };

export const ingestion = chain('ingestion', [
	byHand,
	{
		name: 'Base',
		type: 'n8n-nodes-dify-oapi.difyKnowledge',
		credential: 'Knowledge',
		parameters: { resource: 'dataset', operation: 'create', name: 'Best practices', indexing_technique: 'high_quality' },
	},
	{ name: 'Files', type: 'n8n-nodes-base.readWriteFile', version: 1.1, parameters: { fileSelector: `${documents}/*.md`, options: {} } },
	{
		name: 'Documents',
		type: 'n8n-nodes-dify-oapi.difyKnowledge',
		credential: 'Knowledge',
		parameters: {
			resource: 'document',
			operation: 'createByFile',
			dataset_id: { __rl: true, mode: 'id', value: "={{ $('Base').first().json.id }}" },
			binaryPropertyName: 'data',
			waitForIndexing: true,
			ifNameExists: 'replace',
			options: { concurrency: 4 },
		},
	},
]);

export const webhook = chain('webhook', [
	{
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		version: 2.1,
		parameters: { httpMethod: 'POST', path: 'ask', responseMode: 'lastNode', options: {} },
		more: { webhookId: 'e2e-ask' },
	},
	{
		name: 'Answer',
		type: 'n8n-nodes-dify-oapi.difyChat',
		credential: 'App',
		parameters: { resource: 'chat', operation: 'send', query: '={{ $json.body.question }}', user: 'e2e', conversation: 'new' },
	},
]);

/** What the editor shows: nodes as a person leaves them. */
export const chatByHand = chain('chat-by-hand', [
	byHand,
	{
		name: 'Dify Chat',
		type: 'n8n-nodes-dify-oapi.difyChat',
		credential: 'App',
		parameters: { query: 'How do I mock a request in a test?', user: 'e2e' },
	},
]);

export const formByHand = chain('form-by-hand', [
	byHand,
	{ name: 'Dify Chat', type: 'n8n-nodes-dify-oapi.difyChat', credential: 'Form', parameters: { query: 'Hello' } },
]);

const manual = (name: string, sentence: string) => ({
	json: {},
	binary: {
		data: {
			data: Buffer.from(`${sentence}\n`.repeat(40)).toString('base64'),
			fileName: `${name}.md`,
			fileExtension: 'md',
			fileType: 'text',
			mimeType: 'text/markdown',
			fileSize: '1.3 kB',
		},
	},
});

/** Files from anywhere, as pinned data of the node before. */
export const knowledgeByHand = {
	...chain('knowledge-by-hand', [
		byHand,
		{ name: 'Download Manuals', type: 'n8n-nodes-base.httpRequest', version: 4.2, parameters: { url: 'https://example.com' } },
		{ name: 'Dify Knowledge', type: 'n8n-nodes-dify-oapi.difyKnowledge', credential: 'Knowledge', parameters: {} },
	]),
	pinData: {
		'Download Manuals': [
			manual('installation', 'Mount the device on a dry wall.'),
			manual('maintenance', 'Clean the filter once a month.'),
			manual('warranty', 'The warranty ends after two years.'),
		],
	},
};

type Example = {
	id: string;
	nodes: Array<{ name: string; type: string; credentials?: object; parameters?: { assignments?: { assignments: Array<{ name: string; value: unknown }> } } }>;
};

export const readExample = (file: string) => JSON.parse(readFileSync(join(root, 'workflows', file), 'utf8')) as Example;

/** An example workflow with a credential of the stage. */
const withCredential = (example: Example, name: string): Example => ({
	...example,
	nodes: example.nodes.map((node) => (node.credentials ? { ...node, credentials: { difyApi: { id: null, name } } } : node)),
});

export const chatbot = withCredential(readExample('chatbot-with-citations.json'), 'App');

/** The example that brings the files of a folder into a knowledge base. */
export function scheduledIngestion(folder: string): Example {
	const example = withCredential(readExample('scheduled-ingestion.json'), 'Knowledge');
	const text = JSON.stringify(example).replace('/home/node/.n8n-files', folder);
	return JSON.parse(text) as Example;
}

const pairs = withCredential(readExample('questions-and-answers.json'), 'Knowledge');

/** The example that makes pairs of a CSV file, in a knowledge base of the stage. */
export const questionsAndAnswers = (dataset: string): Example => ({
	...pairs,
	nodes: pairs.nodes.map((node) =>
		node.credentials ? { ...node, parameters: { ...node.parameters, dataset_id: { __rl: true, mode: 'id', value: dataset } } } : node,
	),
});
