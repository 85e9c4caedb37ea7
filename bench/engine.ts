import './nodeRequire';

import { createReadStream } from 'node:fs';
import path from 'node:path';

import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { loadOptionsContext, runNode, type RunOptions } from '../test/engine/harness';

export { withFile } from '../test/engine/harness';

/** Runs one node in n8n's engine and gives its items. */
export async function itemsOf(options: RunOptions): Promise<INodeExecutionData[]> {
	const { items, error } = await runNode(options);
	if (error) throw new Error(`${error.message} | ${String(error.description)}`);
	return items;
}

/** The same execution with another `execute` in the node's place, which gets the engine's real context. */
export async function itemsOfInstead(
	options: RunOptions,
	execute: (n8n: IExecuteFunctions) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const { type } = await loadOptionsContext(options);
	const own = type.execute;
	type.execute = async function () {
		return [await execute(this)];
	};
	try {
		return await itemsOf(options);
	} finally {
		type.execute = own;
	}
}

/** A copy of a file in n8n's binary store. */
export async function storedFile(file: string): Promise<IBinaryData> {
	const parameters = { resource: 'dataset', operation: 'getAll' };
	const options = { node: 'difyKnowledge', parameters, credential: {} };
	const [{ binary }] = await itemsOfInstead(options, async (n8n) => {
		const data = await n8n.helpers.prepareBinaryData(createReadStream(file), path.basename(file));
		return [{ json: {}, binary: { data } }];
	});
	if (!binary?.data.id) throw new Error('n8n keeps files in memory here; the figure needs its binary store');
	return binary.data;
}
