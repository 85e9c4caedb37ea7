import { catalogue } from '../generate/catalogue';
import { catalogueFile, clean, committed, schemaFile, schemaFiles } from '../generate/files';
import { offered } from '../generate/nodes';
import { outputsOf } from '../generate/outputs';
import { schemaOf } from '../generate/schema';

// Where one fails: `npm run generate`, then look at what it changed.

test('the catalogue lists what the nodes offer', () => {
	const text = catalogue();
	expect(text).toContain('113 operations');
	expect(committed(catalogueFile, text)).toBe(text);
});

test.concurrent.each(offered.map((each) => [each.name, each] as const))('%s gives items of its output schema', async (name, operation) => {
	const items = await outputsOf(name);
	expect(items.length).toBeGreaterThan(0);
	const text = `${JSON.stringify({ ...schemaOf(items), version: 1 }, null, '\t')}\n`;
	expect(committed(schemaFile(operation), text)).toBe(text);
});

test('there is a schema for every operation and no other', () => {
	const wanted = offered.map(schemaFile);
	clean(wanted);
	expect(schemaFiles().sort()).toEqual(wanted.sort());
});
