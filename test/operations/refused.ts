import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { runNode, type RunOptions } from '../engine/harness';
import type { Workspace } from './workspace';

export type Key = keyof Workspace['emulator']['keys'];

/** The value of an item, as a parameter reads it. */
export const VALUE = '={{ $json.value }}';

export const item = (value: unknown): INodeExecutionData => ({ json: { value } as IDataObject });

/** Options of `node.resource.operation`. */
export function optionsOf(workspace: Workspace, name: string, parameters: IDataObject, key: Key): RunOptions {
	const [node, resource, operation] = name.split('.');
	return { node, parameters: { resource, operation, ...parameters }, credential: workspace.credential(key) };
}

/** What is expected of the bad one of three items. */
export interface Refusal {
	/** Whatever else happens, the good items are sent on it; the bad one only if `asked`. */
	route: string;
	asked?: boolean;
	says: string;
	advice: RegExp;
}

/** A bad item between two good ones: the good ones are done, the bad one says exactly this and what to do next. */
export async function refused(
	workspace: Workspace,
	options: RunOptions,
	input: INodeExecutionData[],
	{ route, asked = false, says, advice }: Refusal,
): Promise<void> {
	const { items, error } = await runNode({ ...options, input, onError: 'continueRegularOutput' });
	expect(error).toBeUndefined();
	const of = (index: number) =>
		items.filter(({ pairedItem }) => (pairedItem as { item: number }).item === index).map(({ json }) => json);
	expect(of(1)).toEqual([{ error: says, details: expect.objectContaining({ description: expect.stringMatching(advice) }) }]);
	for (const good of [of(0), of(2)]) expect(good.find((json) => json.error)).toBeUndefined();
	expect(workspace.sent(route)).toHaveLength(asked ? 3 : 2);
}
