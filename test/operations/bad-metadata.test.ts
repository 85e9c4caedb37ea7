import type { IDataObject } from 'n8n-workflow';

import { outputOf, runNode } from '../engine/harness';
import { item, optionsOf, refused, VALUE } from './refused';
import { byId } from './row';
import { createText, seededWorkspace, type Workspace } from './workspace';

let workspace: Workspace;
beforeAll(async () => {
	workspace = await seededWorkspace();
	for (const [name, type] of [['topic', 'string'], ['pages', 'number'], ['day', 'time']]) {
		await workspace.call('POST', `/datasets/${workspace.ids.dataset}/metadata`, { name, type });
	}
});
beforeEach(() => workspace.watch());
afterAll(async () => {
	await workspace.emulator.close();
});

const UPDATE = 'POST /datasets/{dataset_id}/documents/metadata';
const RETRIEVE = 'POST /datasets/{dataset_id}/retrieve';
const STATUS = 'PATCH /datasets/{dataset_id}/documents/status/{action}';

const knowledge = (name: string, parameters: IDataObject) =>
	optionsOf(workspace, `difyKnowledge.${name}`, { dataset_id: byId(workspace.ids.dataset), ...parameters }, 'dataset');
const stored = async () => {
	const { doc_metadata: values } = await workspace.call('GET', `/datasets/${workspace.ids.dataset}/documents/${workspace.ids.rivers}`);
	return Object.fromEntries(((values ?? []) as IDataObject[]).map(({ name, value }) => [name, value]));
};

describe('values', () => {
	const update = (name: string) =>
		knowledge('metadata.updateDocuments', { document_ids: workspace.ids.rivers, metadata: { fields: [{ name, value: VALUE }] } });

	test.each<[string, unknown, unknown, string, RegExp]>([
		['pages', 12, 'many', "The metadata field 'pages' takes a number, not 'many'", /^Enter a number/],
		['pages', '12', true, "The metadata field 'pages' takes a number, not true", /^Enter a number/],
		['pages', 12, ' ', "The metadata field 'pages' takes a number, not ' '", /^Enter a number/],
		['pages', 12, [], "The metadata field 'pages' takes a number, not []", /^Enter a number/],
		['day', '2026-01-31', 'soon', "The metadata field 'day' takes a date, not 'soon'", /^Enter a date such as/],
		['day', 1769817600, { a: 1 }, `The metadata field 'day' takes a date, not {"a":1}`, /^Enter a date such as/],
		['topic', 'x', { a: 1 }, `The metadata field 'topic' takes text, not {"a":1}`, /JSON\.stringify/],
	])('%s: %j, but not %j', async (name, good, bad, says, advice) => {
		await refused(workspace, update(name), [good, bad, good].map(item), { route: UPDATE, says, advice });
		expect(await stored()).toMatchObject({ [name]: name === 'topic' ? 'x' : name === 'day' ? 1769817600 : 12 });
	});

	test('of a field that there is not, with those that there are', async () => {
		await refused(workspace, update(VALUE), ['topic', 'colour', 'topic'].map(item), {
			route: UPDATE,
			says: "The knowledge base has no metadata field 'colour'",
			advice: /^It has: topic, pages, day\.$/,
		});
	});

	test('none at all', async () => {
		const parameters = { document_ids: workspace.ids.rivers, metadata: {} };
		const { error } = await runNode(knowledge('metadata.updateDocuments', parameters));
		expect(error?.message).toBe("'Metadata' holds no value");
		expect(error?.description).toMatch(/^Add at least one, or switch off 'Keep Other Values'/);
		expect(workspace.sent(UPDATE)).toEqual([]);
		await outputOf(knowledge('metadata.updateDocuments', { ...parameters, partial_update: false }));
		expect(await stored()).not.toHaveProperty('topic');
	});
});

describe('filters', () => {
	const retrieve = () => knowledge('dataset.retrieve', { query: 'Rhine', additionalFields: { metadata_filtering_conditions: VALUE } });
	const where = (name: string, comparison_operator: string, value?: unknown) => ({ conditions: [{ name, comparison_operator, value }] });

	test.each<[string, unknown, string, RegExp]>([
		['no object', '[1]', "is not a JSON object: '[1]'", /^Enter an object such as \{ "conditions"/],
		['an unknown field', where('colour', 'is', 'x'), "names a field that the knowledge base does not have: 'colour'", /^It has: topic, pages, day\.$/],
		['a built-in field that is off', where('uploader', 'is', 'x'), "names a field that the knowledge base does not have: 'uploader'", /Toggle Built-In/],
		['an unknown operator', where('topic', 'like', 'x'), "has an unknown operator: 'like'", /^Dify knows: contains, /],
		['a text operator on a number', where('pages', 'contains', '1'), "compares the number field 'pages' with 'contains'", /^A number field can be compared with: =, ≠/],
		['a number operator on a text', where('topic', '>', 1), "compares the string field 'topic' with '>'", /^A string field can be compared with: contains/],
		['a time operator on a number', where('pages', 'before', 1), "compares the number field 'pages' with 'before'", /^A number field/],
		['no value', where('topic', 'is'), 'has an incomplete condition', /Without one Dify ignores it/],
		['an unknown junction', { ...where('topic', 'is', 'x'), logical_operator: 'xor' }, "has the logical operator 'xor'", /^Dify knows and and or/],
	])('%s', async (_, bad, says, advice) => {
		const good = where('topic', 'is', 'x');
		await refused(workspace, retrieve(), [good, bad, JSON.stringify(good)].map(item), {
			route: RETRIEVE,
			says: `'Metadata Filter (JSON)' ${says}`,
			advice,
		});
	});

	test('a value of another type', async () => {
		const good = where('pages', '≥', '12');
		await refused(workspace, retrieve(), [good, where('pages', '≥', 'many'), good].map(item), {
			route: RETRIEVE,
			says: "The metadata field 'pages' takes a number, not 'many'",
			advice: /^Enter a number/,
		});
	});

	test.each<[object, object]>([
		[where('pages', '>=', '12'), { name: 'pages', comparison_operator: '≥', value: 12 }],
		[where('pages', 'is', 12), { name: 'pages', comparison_operator: '=', value: 12 }],
		[where('pages', '!=', 12), { name: 'pages', comparison_operator: '≠', value: 12 }],
		[where('topic', '=', 5), { name: 'topic', comparison_operator: 'is', value: '5' }],
		[where('topic', 'in', ['a', 5]), { name: 'topic', comparison_operator: 'in', value: ['a', '5'] }],
		[where('topic', 'empty', 'x'), { name: 'topic', comparison_operator: 'empty' }],
		[where('day', 'before', '2026-01-31'), { name: 'day', comparison_operator: 'before', value: 1769817600 }],
	])('%j is sent in the words of Dify', async (filter, condition) => {
		await outputOf({ ...retrieve(), input: [item(filter)] });
		expect(workspace.sent(RETRIEVE)[0].body).toMatchObject({
			retrieval_model: { metadata_filtering_conditions: { logical_operator: 'and', conditions: [condition] } },
		});
	});
});

describe('archived documents', () => {
	test('are not updated, deleted or changed twice, and the others are', async () => {
		const { call, ids } = workspace;
		const [first, second] = await Promise.all(['1.txt', '2.txt'].map(async (name) => await createText(call, ids.dataset, name, 'Some text.')));
		await call('PATCH', `/datasets/${ids.dataset}/documents/status/archive`, { document_ids: [ids.apples] });
		const input = [first.id, ids.apples, second.id].map(item);

		workspace.watch();
		await refused(workspace, knowledge('document.updateByText', { document_id: byId(VALUE), name: 'new.txt', text: 'x' }), input, {
			route: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text',
			asked: true,
			says: 'The document cannot be changed now',
			advice: /un-archive it with the operation Update Status/,
		});
		await refused(workspace, knowledge('document.updateStatus', { document_ids: VALUE, action: 'disable' }), input, {
			route: STATUS,
			asked: true,
			says: "The status of 'apples.md' cannot change now",
			advice: /^Dify allows one change of status per document in 10 minutes/,
		});
		await refused(workspace, knowledge('document.delete', { document_id: byId(VALUE) }), input, {
			route: 'DELETE /datasets/{dataset_id}/documents/{document_id}',
			asked: true,
			says: 'The document is archived',
			advice: /^Un-archive it first, with the operation Update Status/,
		});
	});

	test('a document that is not indexed yet cannot be disabled', async () => {
		workspace.emulator.faults.add({ indexingNever: true });
		const { call, ids } = workspace;
		const body = { name: 'late.txt', text: 'x', indexing_technique: 'high_quality', process_rule: { mode: 'automatic' } };
		const { document } = await call('POST', `/datasets/${ids.dataset}/document/create-by-text`, body);
		const { id } = document as { id: string };
		const { error } = await runNode(knowledge('document.updateStatus', { document_ids: id, action: 'disable' }));
		expect([error?.message, error?.description]).toEqual(["'late.txt' is not indexed yet", 'Only an indexed document can be disabled. Wait for it.']);
		const segment = await runNode(knowledge('segment.create', { document_id: byId(id), content: 'x' }));
		expect(segment.error?.message).toBe('The document takes no chunks now');
		expect(segment.error?.description).toMatch(/^It is not indexed yet\. Wait for it/);
	});
});
