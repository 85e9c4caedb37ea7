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
