import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { withFile } from '../engine/harness';
import { basesOf } from './bases';
import { byId, unique, uuid } from './dify';
import { isLive } from './environment';
import { journey, story } from './story';

const RIVERS = 'The Rhine flows from the Alps to the North Sea.';
const LAKES = 'Lake Constance is still water.';
const APPLES = 'Apples grow on trees in an orchard.';

interface Form {
	form: string;
	parameters: IDataObject;
	item(key: string, text: string): INodeExecutionData;
	is: string;
}

const byText = { source: 'text', name: '={{ $json.key }}', text: '={{ $json.text }}' };
const text = (key: string, content: string): INodeExecutionData => ({ json: { key, text: content, topic: 'waters' } });
const file = (key: string, content: string) => withFile(key, content, { key, topic: 'waters' });

/** A model writes the pairs of the last, which costs money and minutes. */
const FORMS: Form[] = [
	{ form: 'texts', parameters: { ...byText, chunking: 'automatic' }, item: text, is: 'text_model' },
	{ form: 'files', parameters: { source: 'file', chunking: 'automatic' }, item: file, is: 'text_model' },
	{
		form: 'parents and children',
		parameters: { source: 'file', chunking: 'parentChild', parent_mode: 'paragraph', max_tokens: 200, subchunk_max_tokens: 50 },
		item: file,
		is: 'hierarchical_model',
	},
	...(isLive && process.env.DIFY_QA !== '1' ? [] : [{ form: 'questions and answers', parameters: { ...byText, chunking: 'qa' }, item: text, is: 'qa_model' }]),
];

journey('ingestion', ['dataset'], (dify) => {
	const { createBase, within } = basesOf(dify);

	describe.each(FORMS)('of $form', ({ parameters, item, is }) => {
		let base: IDataObject;
		const { does, refuses } = within(() => base);
		const metadata = { fields: [{ name: 'topic', type: 'auto', value: '={{ $json.topic }}' }] };
		const upsert = async (items: INodeExecutionData[], options: IDataObject = {}) =>
			await does('document.upsert', { ...parameters, key: '={{ $json.key }}', metadata, options: { concurrency: 2, ...options } }, items);
		const listed = async () => await does('document.getAll', { returnAll: true });

		let made: IDataObject[];
		beforeAll(async () => {
			base = await createBase(unique('Journey'));
		});

		story('makes documents, leaves them alone when nothing has changed, and changes one in place', async () => {
			dify.needs('1.1.1');
			made = await upsert([item('rivers.md', RIVERS), item('apples.md', APPLES)]);
			expect(made.map(({ outcome, key, id, doc_form: form }) => ({ outcome, key, id, form }))).toEqual([
				{ outcome: 'created', key: 'rivers.md', id: uuid, form: is },
				{ outcome: 'created', key: 'apples.md', id: uuid, form: is },
			]);
			const again = await upsert([item('rivers.md', RIVERS), item('apples.md', APPLES)]);
			expect(again.map(({ outcome, id }) => ({ outcome, id }))).toEqual(made.map(({ id }) => ({ outcome: 'skipped', id })));
			const [changed, same] = await upsert([item('rivers.md', LAKES), item('apples.md', APPLES)]);
			expect(changed).toMatchObject({ outcome: 'updated', id: made[0].id, indexing_status: 'completed' });
			expect(same).toMatchObject({ outcome: 'skipped' });
			for (const { doc_metadata: values } of await listed()) {
				expect(values).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'topic', value: 'waters' })]));
			}
		});

		story('deletes what is missing, once it is told to', async () => {
			dify.needs('1.1.1');
			const missing = { key: '={{ $json.key }}', maxDeletions: 50 };
			const input = [item('rivers.md', LAKES)];
			const gone = expect.objectContaining({ key: 'apples.md', id: made[1].id });
			expect(await does('document.deleteMissing', missing, input)).toEqual([gone]);
			expect(await listed()).toHaveLength(2);
			expect(await refuses('document.deleteMissing', { ...missing, dryRun: false, maxDeletions: 20 }, input)).toMatchObject({
				message: '1 of 2 documents are missing in the input: 50 %, more than the 20 % allowed',
			});
			expect(await does('document.deleteMissing', { ...missing, dryRun: false }, input)).toEqual([expect.objectContaining({ deleted: true, key: 'apples.md' })]);
			expect((await listed()).map(({ id }) => id)).toEqual([made[0].id]);
		});

		story('leaves a document that was edited in Dify, and overwrites it once it is told to', async () => {
			dify.needs('1.1.1');
			const document = { document_id: byId(made[0].id) };
			const texts = async () => (await does('segment.getAll', document)).map(({ content }) => content).join();
			const [chunk] = await does('segment.getAll', document);
			await does('segment.update', { ...document, segment_id: byId(chunk.id), additionalFields: { content: 'Lakes were edited by hand.' } });
			const input = [item('rivers.md', LAKES)];
			expect(await upsert(input)).toEqual([expect.objectContaining({ outcome: 'skipped', reason: 'Unchanged, edited in Dify.' })]);
			expect(await texts()).toContain('edited by hand');
			expect(await upsert(input, { ifEdited: 'overwrite' })).toEqual([expect.objectContaining({ outcome: 'updated', id: made[0].id })]);
			expect(await texts()).not.toContain('edited by hand');
			expect(await upsert(input, { ifEdited: 'overwrite' })).toEqual([expect.objectContaining({ outcome: 'skipped', reason: 'Unchanged.' })]);
		});
	});
});
