import type { IDataObject, JsonObject } from 'n8n-workflow';
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { outputOf } from '../engine/harness';
import type { Row } from '../operations/row';
import { seededWorkspace } from '../operations/workspace';

const folder = path.join(__dirname, '..', 'operations');

/** Every row of `test/operations`. */
export const rows: Row[] = readdirSync(folder)
	.filter((file) => file.endsWith('.rows.ts'))
	.sort()
	// eslint-disable-next-line @typescript-eslint/no-require-imports
	.flatMap((file) => Object.values(require(path.join(folder, file)) as Record<string, Row[]>).flat());

/** What the rows of an operation give, each on a workspace of its own. */
export async function outputsOf(operation: string): Promise<JsonObject[]> {
	const items: IDataObject[] = [];
	for (const row of rows.filter((each) => each.operation === operation)) items.push(...(await output(row)));
	return items as JsonObject[];
}

async function output(row: Row): Promise<IDataObject[]> {
	const workspace = await seededWorkspace();
	try {
		Object.assign(workspace.ids, await row.prepare?.(workspace));
		const [node, resource, operation] = row.operation.split('.');
		const parameters = { resource, operation, ...row.params(workspace.ids) };
		return await outputOf({ node, parameters, credential: workspace.credential(row.key), input: row.input });
	} finally {
		await workspace.emulator.close();
	}
}
