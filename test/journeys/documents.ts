import type { IDataObject } from 'n8n-workflow';

import { withFile } from '../engine/harness';
import { basesOf } from './bases';
import { byId, eventually, unique, uuid } from './dify';
import { journey, story } from './story';

const SEAS = 'The North Sea is shallow.';
const OCEANS = 'The Pacific is the deepest ocean.';
const DESERTS = 'The Gobi is a cold desert.';

journey('documents of a knowledge base', ['dataset'], (dify) => {
	const { createBase, within } = basesOf(dify);
	let base: IDataObject;
	let document: IDataObject;
	const { does, refuses } = within(() => base);

	const chosen = () => ({ document_id: byId(document.id) });
	const texts = async () => (await does('segment.getAll', { ...chosen(), returnAll: true })).map(({ content }) => content);
	const updated = (name: string) => [expect.objectContaining({ id: document.id, name, indexing_status: 'completed', error: null })];

	beforeAll(async () => {
		base = await createBase(unique('Journey'));
		[document] = await does('document.createByText', { name: 'waters.md', text: 'Lakes are still.' });
	});

	story('take a new text and a new name', async () => {
		expect(await does('document.updateByText', { ...chosen(), name: 'seas.md', text: SEAS })).toEqual(updated('seas.md'));
		expect(await texts()).toEqual([SEAS]);
	});

	story('take a file in place of the text', async () => {
		expect(await does('document.update', chosen(), [withFile('oceans.md', OCEANS)])).toEqual(updated('oceans.md'));
		expect(await texts()).toEqual([OCEANS]);
	});

	story('take a file in the way of older servers', async () => {
		expect(await does('document.updateByFile', chosen(), [withFile('deserts.md', DESERTS)])).toEqual(updated('deserts.md'));
		expect(await texts()).toEqual([DESERTS]);
	});

	story('can be downloaded, by either name of the operation', async () => {
		for (const operation of ['document.getDownloadUrl', 'document.getUploadFile'] as const) {
			const [{ url }] = await does(operation, chosen());
			const answer = await fetch(String(url));
			expect({ operation, status: answer.status, text: await answer.text() }).toEqual({ operation, status: 200, text: DESERTS });
		}
	});

	story('can be downloaded together', async () => {
		const [second] = await does('document.createByText', { name: 'hills.md', text: 'Hills are low.' });
		const parameters = { dataset_id: byId(base.id), document_ids: `${String(document.id)}, ${String(second.id)}` };
		const [{ json, binary }] = await dify.items({ run: 'difyKnowledge.document.downloadZip', parameters });
		expect(json).toEqual({ fileName: expect.stringMatching(/\.zip$/), mimeType: 'application/zip', size: expect.any(Number) });
		expect(binary?.data).toMatchObject({ mimeType: 'application/zip', fileExtension: 'zip' });
	});

	story('are disabled', async () => {
		expect(await does('document.updateStatus', { action: 'disable', document_ids: document.id })).toEqual([{ success: true }]);
		expect(await does('document.get', chosen())).toEqual([expect.objectContaining({ id: document.id, display_status: 'disabled' })]);
		expect(await refuses('document.updateByText', { ...chosen(), name: 'seas.md', text: SEAS })).toMatchObject({
			message: 'The document cannot be changed now',
		});
	});
});

journey('chunks of a document', ['dataset'], (dify) => {
	const { createBase, within } = basesOf(dify);
	let base: IDataObject;
	let document: IDataObject;
	const { does, refuses } = within(() => base);

	const chunk = (more: object) => expect.objectContaining({ id: uuid, position: expect.any(Number), status: 'completed', enabled: true, ...more });

	describe('in a base of general chunks', () => {
		beforeAll(async () => {
			base = await createBase(unique('Journey'));
			[document] = await does('document.createByText', { name: 'waters.md', text: SEAS });
		});

		story('are listed, added, read, changed and deleted', async () => {
			const where = { document_id: byId(document.id) };
			expect(await does('segment.getAll', where)).toEqual([chunk({ content: SEAS })]);

			const [added] = await does('segment.create', { ...where, content: OCEANS, keywords: 'ocean, deep' });
			expect(added).toEqual(chunk({ content: OCEANS, keywords: ['ocean', 'deep'] }));
			expect(await does('dataset.retrieve', { query: 'Which ocean is the deepest?' })).toEqual(
				expect.arrayContaining([expect.objectContaining({ segment_id: added.id, content: OCEANS })]),
			);

			const one = { ...where, segment_id: byId(added.id) };
			expect(await does('segment.update', { ...one, additionalFields: { content: DESERTS } })).toEqual([chunk({ id: added.id, content: DESERTS })]);
			expect(await does('segment.get', one)).toEqual([chunk({ id: added.id, content: DESERTS })]);
			expect((await does('segment.getAll', where)).map(({ content }) => content)).toEqual([SEAS, DESERTS]);

			expect(await does('segment.delete', one)).toEqual([{ deleted: true }]);
			expect(await refuses('segment.get', one)).toMatchObject({ message: 'The chunk does not exist' });
		});
	});

	describe('from items', () => {
		const PAIRS = [
			{ question: 'How deep is the sea?', answer: 'Eleven kilometres.' },
			{ question: 'Who owns the moon?', answer: 'Nobody.' },
			{ question: 'When do shops close?', answer: 'At nine.' },
		];
		const pairs = { content: '={{ $json.question }}', answer: '={{ $json.answer }}', documentChoice: 'name', documentName: 'Questions' };
		beforeAll(async () => {
			base = await createBase(unique('Journey'));
		});

		story('are question-answer pairs of a document that is made for them, and found', async () => {
			const made = await does('segment.createFromItems', { ...pairs, options: { batchSize: 2 } }, PAIRS.map((json) => ({ json })));
			expect(made.map(({ content, answer }) => ({ question: content, answer }))).toEqual(PAIRS);
			[document] = await does('document.getAll');
			expect(document).toMatchObject({ name: 'Questions', doc_form: 'qa_model' });
			const [best] = await does('dataset.retrieve', { query: 'Who owns the moon?' });
			expect(best).toMatchObject({ content: 'Who owns the moon?', answer: 'Nobody.' });
		});

		story('are disabled and enabled, many at once, and keep their answers', async () => {
			const chunks = await does('segment.getAll', { document_id: byId(document.id) });
			const each = { document_id: byId(document.id), segment_id: byId('={{ $json.id }}'), options: { concurrency: 3 } };
			const isFound = async () => (await does('dataset.retrieve', { query: 'Who owns the moon?' })).length > 0;
			for (const enabled of [false, true]) {
				const changed = await does('segment.update', { ...each, additionalFields: { enabled } }, chunks.map((json) => ({ json })));
				expect(changed.map(({ id, answer, enabled: is }) => ({ id, answer, is }))).toEqual(chunks.map(({ id, answer }) => ({ id, answer, is: enabled })));
				expect(await eventually(isFound, (is) => is === enabled)).toBe(enabled);
			}
		});
	});

	describe('in a base of parents and children', () => {
		beforeAll(async () => {
			base = await createBase(unique('Journey'));
			const chunking = { chunking: 'parentChild', parent_mode: 'paragraph', max_tokens: 200, subchunk_max_tokens: 50 };
			[document] = await does('document.createByText', { name: 'waters.md', text: SEAS, ...chunking });
		});

		story('have children, which are listed, added, changed and deleted', async () => {
			const [parent] = await does('segment.getAll', { document_id: byId(document.id) });
			const where = { document_id: byId(document.id), segment_id: byId(parent.id) };
			const children = async () => (await does('chunk.getAll', where)).map(({ content }) => content).sort();
			expect(await children()).toEqual([SEAS]);

			const [child] = await does('chunk.create', { ...where, content: OCEANS });
			expect(child).toMatchObject({ id: uuid, content: OCEANS, type: expect.any(String) });
			expect(await children()).toEqual([SEAS, OCEANS].sort());

			const one = { ...where, child_chunk_id: byId(child.id) };
			expect(await does('chunk.update', { ...one, content: DESERTS })).toEqual([expect.objectContaining({ id: child.id, content: DESERTS })]);
			expect(await children()).toEqual([SEAS, DESERTS].sort());

			expect(await does('chunk.delete', one)).toEqual([{ deleted: true }]);
			expect(await children()).toEqual([SEAS]);
		});
	});
});
