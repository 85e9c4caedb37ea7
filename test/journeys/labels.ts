import type { IDataObject } from 'n8n-workflow';

import { basesOf, step } from './bases';
import { byId, unique, uuid } from './dify';
import { journey, story } from './story';

journey('metadata of documents', ['dataset'], (dify) => {
	const { createBase, within } = basesOf(dify);
	let base: IDataObject;
	let document: IDataObject;
	const { does } = within(() => base);

	beforeAll(async () => {
		base = await createBase(unique('Journey'));
		[document] = await does('document.createByText', { name: 'seas.md', text: 'The North Sea is shallow.' });
	});

	story('is made of fields, which are filled, found by, renamed and deleted', async () => {
		const [field] = await does('metadata.create', { name: 'topic', type: 'string' });
		expect(field).toEqual({ id: uuid, name: 'topic', type: 'string' });

		const metadata = { fields: [{ name: 'topic', value: 'water' }] };
		expect(await does('metadata.updateDocuments', { document_ids: document.id, metadata })).toEqual([{ success: true }]);
		const [{ doc_metadata: values }] = await does('document.get', { document_id: byId(document.id) });
		expect(values).toContainEqual(expect.objectContaining({ id: field.id, name: 'topic', value: 'water' }));
		expect(await does('metadata.getAll')).toEqual([{ id: field.id, name: 'topic', type: 'string', count: 1 }]);

		const one = { metadata_id: byId(field.id) };
		expect(await does('metadata.update', { ...one, name: 'subject' })).toEqual([{ id: field.id, name: 'subject', type: 'string' }]);
		expect(await does('metadata.delete', one)).toEqual([{ deleted: true }]);
		expect(await does('metadata.getAll')).toEqual([]);
	});

	story('has fields that Dify fills in, which are switched on and off', async () => {
		const builtIn = await does('metadata.getBuiltIn');
		expect(builtIn).toContainEqual({ name: 'document_name', type: 'string' });
		for (const [action, enabled] of [['enable', true], ['disable', false]] as const) {
			expect(await does('metadata.toggleBuiltIn', { action })).toEqual([{ success: true }]);
			expect(await does('dataset.get', { simplify: false })).toEqual([expect.objectContaining({ built_in_field_enabled: enabled })]);
		}
	});
});

journey('tags of knowledge bases', ['dataset'], (dify) => {
	const { createBase, within } = basesOf(dify);

	story('are made, given, taken, renamed and deleted', async () => {
		dify.lacks('1.9.0', '1.11.3', 'it knows no tags');
		dify.lacks('1.12.0', '1.15.0', 'it cannot show tags, unless it is newer than it says');
		const base = await createBase(unique('Journey'));
		const { does } = within(() => base);
		const tags = async () => (await does('tag.getByDataset')).map(({ id, name }) => ({ id, name }));

		const [name, other] = [unique('journey'), unique('journey')];
		const [tag] = await dify.does(step('tag.create', { name }));
		const { id } = tag;
		const remove = async () => await dify.does(step('tag.delete', { tag_id: byId(id) }));
		dify.owes(id, remove);
		expect(tag).toMatchObject({ id: uuid, name, type: 'knowledge' });

		expect(await does('tag.bind', { tag_ids: id })).toEqual([{ success: true }]);
		expect(await tags()).toEqual([{ id, name }]);
		expect(await dify.does(step('tag.getAll', { returnAll: true }))).toContainEqual(expect.objectContaining({ id, name }));

		expect(await dify.does(step('tag.update', { tag_id: byId(id), name: other }))).toEqual([expect.objectContaining({ id, name: other })]);
		expect(await tags()).toEqual([{ id, name: other }]);
		expect(await does('tag.unbind', { tag_ids: id })).toEqual([{ success: true }]);
		expect(await tags()).toEqual([]);

		dify.settled(id);
		expect(await remove()).toEqual([{ deleted: true }]);
		expect((await dify.does(step('tag.getAll', { returnAll: true }))).map((each) => each.id)).not.toContain(id);
	});
});

journey('models of a workspace', ['dataset'], (dify) => {
	const provider = expect.objectContaining({ provider: expect.any(String), models: expect.arrayContaining([expect.objectContaining({ model: expect.any(String) })]) });

	story('are listed by type: a base needs one for its vectors', async () => {
		const embedding = await dify.does(step('model.getEmbeddingModels', { returnAll: true }));
		expect(embedding).toContainEqual(provider);
		expect(await dify.does(step('model.getAll', { model_type: 'text-embedding', returnAll: true }))).toEqual(embedding);
		expect(await dify.does(step('model.getAll', { model_type: 'llm', returnAll: true }))).toContainEqual(provider);
	});
});
