import type { INodeTypeDescription } from 'n8n-workflow';

import { Dify, resources as dify } from '../../nodes/Dify/Dify.node';
import { DifyChat, resources as chat } from '../../nodes/DifyChat/DifyChat.node';
import { DifyChatflow, resources as chatflow } from '../../nodes/DifyChatflow/DifyChatflow.node';
import { DifyCompletion, resources as completion } from '../../nodes/DifyCompletion/DifyCompletion.node';
import { DifyKnowledge, resources as knowledge } from '../../nodes/DifyKnowledge/DifyKnowledge.node';
import { DifyWorkflow, resources as workflow } from '../../nodes/DifyWorkflow/DifyWorkflow.node';
import type { Operation, Resource } from '../../src/operation/types';

/** What a node says of itself; its class names its folder. */
export interface DeclaredNode {
	folder: string;
	description: INodeTypeDescription;
	resources: Resource[];
}

const declared = (Node: new () => { description: INodeTypeDescription }, resources: Resource[]): DeclaredNode => ({
	folder: Node.name,
	description: new Node().description,
	resources,
});

export const nodes = [
	declared(DifyChat, chat),
	declared(DifyChatflow, chatflow),
	declared(DifyWorkflow, workflow),
	declared(DifyCompletion, completion),
	declared(DifyKnowledge, knowledge),
	declared(Dify, dify),
];

/** One operation with where it belongs. */
export interface Offered {
	node: DeclaredNode;
	resource: Resource;
	operation: Operation;
	/** `node.resource.operation`, as in workflows. */
	name: string;
}

export const offered: Offered[] = nodes.flatMap((node) =>
	node.resources.flatMap((resource) =>
		resource.operations.map((operation) => ({
			node,
			resource,
			operation,
			name: `${node.description.name}.${resource.value}.${operation.value}`,
		})),
	),
);
