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

/** Beside the table: what is composed of its operations. */
const composed = ['document.upsert', 'document.deleteMissing', 'pipeline.ingest', 'segment.createFromItems'].map((name) => `difyKnowledge.${name}`);

/** Every `node.resource.operation` of the table. */
const listed = readFileSync(path.join(__dirname, '../contract/operations.tsv'), 'utf8')
	.trim()
	.split('\n')
	.slice(1)
	.map((line) => {
		const [service, resource, operation] = line.split('\t');
		return `${NODES[service]}.${resource}.${operation}`;
	});

export const operations = [...listed, ...composed];

/** Those that have succeeded in a journey. */
export const exercised = new Set<string>();
