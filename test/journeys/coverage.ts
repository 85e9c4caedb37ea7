import { readFileSync } from 'node:fs';
import path from 'node:path';

const NODES: Record<string, string> = {
	chat: 'difyChat',
	chatflow: 'difyChatflow',
	completion: 'difyCompletion',
	dify: 'dify',
	knowledge: 'difyKnowledge',
	workflow: 'difyWorkflow',
};

/** Every `node.resource.operation` of the package. */
export const operations = readFileSync(path.join(__dirname, '../contract/operations.tsv'), 'utf8')
	.trim()
	.split('\n')
	.slice(1)
	.map((line) => {
		const [service, resource, operation] = line.split('\t');
		return `${NODES[service]}.${resource}.${operation}`;
	});

/** Those that have succeeded in a journey. */
export const exercised = new Set<string>();
