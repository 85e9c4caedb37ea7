import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { describeNode, outputOf, runNode, withFile } from '../engine/harness';
import { byId, type Row } from './row';
import { rows } from './rows';
import { seededWorkspace, type Workspace } from './workspace';

const NODES = ['dify', 'difyChat', 'difyChatflow', 'difyCompletion', 'difyKnowledge', 'difyWorkflow'];

/** Runs in a workspace of its own. Tests wait for servers more than they compute, so several run at once. */
const inWorkspace = (work: (workspace: Workspace, row: Row) => Promise<void>) => async (_: string, row: Row) => {
	const workspace = await seededWorkspace();
	try {
		await work(workspace, row);
	} finally {
		await workspace.emulator.close();
	}
};

const prepare = async (row: Row, workspace: Workspace) => Object.assign(workspace.ids, await row.prepare?.(workspace));

const optionsOf = (row: Row, workspace: Workspace, params = row.params(workspace.ids)) => {
	const [node, resource, operation] = row.operation.split('.');
	return { node, parameters: { resource, operation, ...params }, credential: workspace.credential(row.key), input: row.input };
};

const table = (fitting: Row[]) => fitting.map((row) => [row.operation, row] as const);

test.concurrent.each(table(rows))(
	'%s sends exactly this and gives exactly these items',
	inWorkspace(async (workspace, row) => {
		await prepare(row, workspace);
		workspace.watch();
		const items = await outputOf(optionsOf(row, workspace));
		const { path, query, body, multipart } = row.sent(workspace.ids);
		const sent = workspace.sent(row.route).at(-1);
		expect(sent).toMatchObject({ path, ...(query && { query }) });
		if (query) expect(sent?.query).toEqual(query);
		if (body) expect(sent?.body).toEqual(body);
		if (multipart) expect(sent?.multipart).toEqual(multipart);
		expect(items).toEqual(row.items(workspace.ids));
	}),
);

test.concurrent.each(table(rows.filter(({ together }) => !together)))(
	'%s pairs items, goes on after a failing item, and fills the error output',
	inWorkspace(async (workspace, row) => {
		await prepare(row, workspace);
		const good = optionsOf(row, workspace);
		const source = row.input ?? [{ json: {} }];
		const input = [...source.map((item) => ({ ...item, json: { bad: true } })), ...source];
		workspace.emulator.faults.add({ route: row.route, status: 400, body: { code: 'invalid_param', message: 'No.', status: 400 } });
		const { items, error } = await runNode({ ...good, input, onError: 'continueRegularOutput' });
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({
			json: { error: 'No.', details: { code: 'invalid_param', status: 400, description: expect.stringMatching(/\w/) } },
			pairedItem: { item: 0 },
		});
		expect(items.slice(1).length).toBeGreaterThan(0);
		expect(items.slice(1).every(({ pairedItem, json }) => JSON.stringify(pairedItem) === '{"item":1}' && !json.error)).toBe(true);

		workspace.emulator.faults.add({ route: row.route, status: 400, body: { code: 'invalid_param', message: 'No.', status: 400 } });
		if (row.once) await prepare(row, workspace);
		const branched = await runNode({ ...optionsOf(row, workspace), input: source, onError: 'continueErrorOutput' });
		expect(branched.errorItems[0]?.json).toMatchObject({ error: 'No.' });
		expect(branched.items).toEqual([]);
	}),
);

test.concurrent.each(table(rows.filter(({ route }) => route.includes('_id}'))))(
	'%s takes ids from expressions, and says so when one gives nothing',
	inWorkspace(async (workspace, row) => {
		await prepare(row, workspace);
		const params = row.params(workspace.ids);
		const names = Object.keys(params).filter((name) => name.endsWith('_id'));
		const located = (name: string) => typeof params[name] === 'object';
		const expression = (name: string) => `={{ $json.${name} }}`;
		const byExpression = Object.fromEntries(names.map((name) => [name, located(name) ? byId(expression(name)) : expression(name)]));
		const json = Object.fromEntries(names.map((name) => [name, located(name) ? (params[name] as { value: string }).value : params[name]]));
		const input = (row.input ?? [{ json: {} }]).map((item) => ({ ...item, json }));
		const options = optionsOf(row, workspace, { ...params, ...byExpression });
		expect((await outputOf({ ...options, input })).length).toBeGreaterThan(0);

		for (const value of [null, '', 42, { a: 1 }, 'not-an-id']) {
			const broken = input.map((item) => ({ ...item, json: { ...json, [names[0]]: value } }));
			workspace.watch();
			const { error } = await runNode({ ...options, input: broken as typeof input });
			expect(error?.message).toMatch(/^'[\w ]+' (?:is empty|is not a Dify ID)/);
			expect(error?.description).toEqual(expect.stringMatching(/expression/));
			expect(workspace.sent(row.route)).toEqual([]);
		}
	}),
);

test('every operation of every node has a row', async () => {
	const operations = (await Promise.all(NODES.map(operationsOf))).flat();
	expect(rows.map(({ operation }) => operation).sort()).toEqual(operations.sort());
});

test('two items of many keep their order at any concurrency', async () => {
	const workspace = await seededWorkspace();
	const { dataset } = workspace.ids;
	const input = Array.from({ length: 20 }, (_, index) => withFile(`f${index}.md`, `Text of file ${index}.`));
	const parameters = {
		resource: 'document',
		operation: 'createByFile',
		dataset_id: { __rl: true, mode: 'id', value: dataset },
		options: { concurrency: 8 },
	};
	const items = await outputOf({ node: 'difyKnowledge', parameters, credential: workspace.credential('dataset'), input });
	expect(items.map(({ name }) => name)).toEqual(input.map((_, index) => `f${index}.md`));
	expect(workspace.emulator.counts().documents).toBe(22);
	await workspace.emulator.close();
});

async function operationsOf(node: string): Promise<string[]> {
	const { properties } = await describeNode(node);
	return properties
		.filter(({ name }: INodeProperties) => name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(options as INodePropertyOptions[]).map(
				({ value }) => `${node}.${String(displayOptions?.show?.resource?.[0])}.${String(value)}`,
			),
		);
}
