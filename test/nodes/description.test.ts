import { properties } from '../../src/operation/describe';
import type { Field, Operation } from '../../src/operation/types';
import { describeNode, loadOptionsContext } from '../engine/harness';

const nodes = ['dify', 'difyChat', 'difyChatflow', 'difyCompletion', 'difyKnowledge', 'difyWorkflow'];

test.each(nodes)('%s shows these parameters', async (node) => {
	const { properties } = await describeNode(node);
	expect(properties).toMatchSnapshot();
});

test.each(nodes)('every method that %s names exists', async (node) => {
	const { properties, credentials } = await describeNode(node);
	const { type } = await loadOptionsContext({ node, parameters: {}, credential: {} });
	const text = JSON.stringify(properties);
	const named = [...text.matchAll(/"(?:searchListMethod|resourceMapperMethod|loadOptionsMethod)":"(\w+)"/g)].map(([, name]) => name);
	const methods = Object.values(type.methods ?? {}).flatMap((group) => Object.keys(group as object));
	expect(methods).toEqual(expect.arrayContaining([...named, credentials?.[0].testedBy]));
});

test('every operation shows its fields in its own order, shared ones once where the orders agree', () => {
	const [a, b, c] = ['a', 'b', 'c'].map((name): Field => ({ displayName: name, name, type: 'string', default: '' }));
	const orders = { first: [a, b], second: [a, c, b], third: [b, a] };
	const operations = Object.entries(orders).map(
		([value, fields]): Operation => ({ name: value, value, action: value, description: value, route: 'GET /things', fields }),
	);
	const shown = properties([{ name: 'Thing', value: 'thing', operations }]).filter(({ name }) => name.length === 1);
	for (const [operation, fields] of Object.entries(orders)) {
		const own = shown.filter(({ displayOptions }) => displayOptions?.show?.operation?.includes(operation));
		expect(own.map(({ name }) => name)).toEqual(fields.map(({ name }) => name));
	}
	expect(shown.map(({ name }) => name).sort()).toEqual(['a', 'a', 'b', 'c']);
});
