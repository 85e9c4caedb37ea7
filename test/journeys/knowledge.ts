import { randomUUID } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { withFile } from '../engine/harness';
import { basesOf, step } from './bases';
import { byId, unique, uuid } from './dify';
import { isLive } from './environment';
import { journey, story } from './story';

const RIVERS = 'The Rhine flows from the Alps to the North Sea.\nIt is 1233 kilometres long.';
const LAKES = 'Lake Constance is still water.\nIt borders Germany, Austria and Switzerland.';
const APPLES = 'Apples grow on trees in an orchard.\nCider is made of pressed apples.';
const HOURS = 'The museum opens on Monday at nine.\nThe library opens on Tuesday at ten.\nThe bakery never closes.';
const PLANETS =
	'Mercury is the planet closest to the sun.\nA year on it takes 88 days.\n\n' +
	'Neptune is the planet farthest from the sun.\nA year on it takes 165 of ours.';

/** A written document that can be searched. */
const searchable = (name: string, more: object = {}): unknown => ({
	id: uuid,
	name,
	batch: expect.stringMatching(/^\d+$/),
	indexing_status: 'completed',
	display_status: 'available',
	tokens: expect.any(Number),
	word_count: expect.any(Number),
	doc_form: 'text_model',
	completed_segments: expect.any(Number),
	total_segments: expect.any(Number),
	error: null,
	...more,
});

journey('knowledge bases', ['dataset'], (dify) => {
	const { createBase, deleteBase, within } = basesOf(dify);

	describe('a knowledge base of general chunks', () => {
		const name = unique('Journey');
		let base: IDataObject;
		let rivers: IDataObject;
		let hours: IDataObject;
		const { does, refuses } = within(() => base);

		const documentsNamed = async (exact: string) =>
			(await does('document.getAll', { returnAll: true })).filter((document) => document.name === exact);

		story('is created empty', async () => {
			base = await createBase(name);
			expect(base).toMatchObject({ id: uuid, name, indexing_technique: 'high_quality', document_count: 0 });
		});

		story('takes files, each as a document that can be searched at once', async () => {
			const files = [withFile('rivers.md', RIVERS), withFile('Äpfel 苹果.txt', APPLES)];
			const written = await does('document.createByFile', { chunking: 'automatic' }, files);
			expect(written).toEqual([searchable('rivers.md'), searchable('Äpfel 苹果.txt')]);
			for (const { completed_segments: done, total_segments: total } of written) {
				expect(total).toBeGreaterThan(0);
				expect(done).toBe(total);
			}
			rivers = written[0];
		});

		story('takes a text, cut the way that was asked for', async () => {
			const chunking = { chunking: 'custom', separator: '\\n', max_tokens: 50, chunk_overlap: 0 };
			[hours] = await does('document.createByText', { name: 'Opening hours', text: HOURS, ...chunking });
			expect(hours).toEqual(searchable('Opening hours', { completed_segments: 3, total_segments: 3 }));
		});

		story('lists, shows and tells the progress of its documents', async () => {
			const list = await does('document.getAll', { returnAll: true });
			expect(list.map((document) => document.name).sort()).toEqual(['Opening hours', 'rivers.md', 'Äpfel 苹果.txt']);
			expect(await does('document.getAll', { filters: { keyword: 'hours' } })).toEqual([
				expect.objectContaining({ id: hours.id, indexing_status: 'completed', error: null }),
			]);
			expect(await does('document.get', { document_id: byId(hours.id) })).toEqual([
				expect.objectContaining({ id: hours.id, name: 'Opening hours', display_status: 'available' }),
			]);
			expect(await does('document.getIndexingStatus', { batch: hours.batch })).toEqual([
				{
					id: hours.id,
					indexing_status: 'completed',
					completed_segments: 3,
					total_segments: 3,
					error: null,
					completed_at: expect.any(Number),
				},
			]);
		});

		story('is found among all bases, with its size', async () => {
			const found = await dify.does(step('dataset.getAll', { filters: { keyword: name } }));
			expect(found).toEqual([expect.objectContaining({ id: base.id, name, document_count: 3, doc_form: 'text_model' })]);
		});

		story('finds the right chunk first', async () => {
			const chunks = await does('dataset.retrieve', { query: 'How long is the Rhine in kilometres?' });
			expect(chunks[0]).toEqual({
				content: expect.stringContaining('1233 kilometres'),
				answer: null,
				score: expect.any(Number),
				document_id: rivers.id,
				document_name: 'rivers.md',
				segment_id: uuid,
				position: expect.any(Number),
				metadata: {},
				child_chunks: [],
			});
			const scores = chunks.map(({ score }) => Number(score));
			expect(scores).toEqual(scores.toSorted((left, right) => right - left));
		});

		story('gives a context for a prompt, with what it rests on', async () => {
			const search = { search_method: 'semantic_search', additionalFields: { top_k: 2 } };
			const [{ context, citations, count }] = await does('dataset.retrieve', {
				query: 'When does the library open?',
				outputMode: 'context',
				...search,
			});
			expect(context).toMatch(/^\[1\] Opening hours\nThe library opens on Tuesday at ten\.\n\n\[2\] /);
			expect(count).toBe(2);
			expect(citations).toEqual([
				{ position: 1, document_name: 'Opening hours', document_id: hours.id, segment_id: uuid, score: expect.any(Number) },
				expect.objectContaining({ position: 2 }),
			]);
		});

		story('replaces a document by its name: same ID, new text', async () => {
			const [replaced] = await does('document.createByFile', { chunking: 'automatic' }, [withFile('rivers.md', LAKES)]);
			expect(replaced).toEqual(searchable('rivers.md', { id: rivers.id }));
			expect(replaced.batch).not.toBe(rivers.batch);
			expect(await documentsNamed('rivers.md')).toHaveLength(1);

			const chunks = await does('dataset.retrieve', { query: 'Which countries does Lake Constance border?' });
			expect(chunks[0]).toMatchObject({ document_id: rivers.id, content: expect.stringContaining('Switzerland') });
			expect(chunks.map(({ content }) => content).join()).not.toContain('1233');
		});

		story('keeps both, where that is asked for', async () => {
			const [second] = await does('document.createByFile', { ifNameExists: 'keepBoth' }, [withFile('rivers.md', RIVERS)]);
			expect(second).toEqual(searchable('rivers.md'));
			expect(second.id).not.toBe(rivers.id);
			const both = await documentsNamed('rivers.md');
			expect(both.map(({ id }) => id).sort()).toEqual([rivers.id, second.id].sort());
		});

		story('skips a document that is there, and changes nothing', async () => {
			const skipped = await does('document.createByText', { name: 'Opening hours', text: 'Closed.', ifNameExists: 'skip' });
			expect(skipped).toEqual([expect.objectContaining({ id: hours.id, name: 'Opening hours', batch: null })]);
			expect(await does('document.getIndexingStatus', { batch: hours.batch })).toEqual([
				expect.objectContaining({ total_segments: 3 }),
			]);
		});

		story('fails for a document that is there, in words that help', async () => {
			const again = { name: 'Opening hours', text: 'Closed.', ifNameExists: 'fail' };
			expect(await refuses('document.createByText', again)).toMatchObject({
				message: "A document named 'Opening hours' exists already",
				description: expect.stringContaining('Replace'),
			});
			expect(await documentsNamed('Opening hours')).toHaveLength(1);
		});

		story('changes its description and its name', async () => {
			const updateFields = { name: unique('Renamed'), description: 'Rivers, apples and opening hours' };
			await does('dataset.update', { updateFields });
			expect(await does('dataset.get')).toEqual([expect.objectContaining({ id: base.id, ...updateFields })]);
		});

		story('loses a document', async () => {
			const document = { document_id: byId(hours.id) };
			expect(await does('document.delete', document)).toEqual([{ deleted: true }]);
			expect(await documentsNamed('Opening hours')).toEqual([]);
			expect(await refuses('document.get', document)).toMatchObject({
				message: 'The document does not exist',
				description: expect.stringMatching(/\w/),
			});
		});

		story('is deleted with all that is in it', async () => {
			expect(await deleteBase(base.id)).toEqual([{ deleted: true }]);
			expect(await refuses('dataset.get')).toMatchObject({
				message: 'The knowledge base does not exist',
				description: expect.stringMatching(/\w/),
			});
		});
	});

	describe('a knowledge base of parents and children', () => {
		let base: IDataObject;
		const { does, refuses } = within(() => base);

		story('finds a child, and gives the parent to read', async () => {
			base = await createBase(unique('Journey'));
			const chunking = { chunking: 'parentChild', parent_mode: 'paragraph', max_tokens: 200, subchunk_max_tokens: 50 };
			const [planets] = await does('document.createByText', { name: 'planets.md', text: PLANETS, ...chunking });
			expect(planets).toEqual(searchable('planets.md', { doc_form: 'hierarchical_model', total_segments: 2 }));

			const [best] = await does('dataset.retrieve', { query: 'Which planet is farthest from the sun?' });
			expect(best).toMatchObject({ document_id: planets.id, document_name: 'planets.md' });
			expect(best.content).toContain('Neptune');
			expect(best.content).toContain('165');
			expect(best.child_chunks).toEqual(
				expect.arrayContaining([{ content: expect.stringContaining('Neptune'), score: expect.any(Number) }]),
			);
		});

		story('goes on as it began, and refuses another kind', async () => {
			const [moons] = await does('document.createByFile', {}, [withFile('moons.md', 'The moon circles the earth.')]);
			expect(moons).toEqual(searchable('moons.md', { doc_form: 'hierarchical_model', total_segments: 1 }));
			expect(
				await refuses('document.createByText', { name: 'stars', text: 'Stars shine.', chunking: 'automatic' }),
			).toMatchObject({ message: expect.stringContaining('holds parent-child chunks, not general chunks') });
		});
	});

	/** A model writes the pairs, which costs money and minutes. */
	const describeQa = isLive && process.env.DIFY_QA !== '1' ? describe.skip : describe;

	describeQa('a knowledge base of questions and answers', () => {
		let base: IDataObject;
		const { does } = within(() => base);

		story('answers', async () => {
			base = await createBase(unique('Journey'));
			const [apples] = await does('document.createByText', { name: 'apples.md', text: APPLES, chunking: 'qa' });
			expect(apples).toEqual(searchable('apples.md', { doc_form: 'qa_model' }));
			const [best] = await does('dataset.retrieve', { query: 'What is cider made of?' });
			expect(best).toMatchObject({ document_id: apples.id, answer: expect.stringMatching(/\w/) });
		});
	});

	story('a knowledge base that never was does not exist', async () => {
		const nowhere = within(() => ({ id: randomUUID() }));
		const words = { message: 'The knowledge base does not exist' };
		expect(await nowhere.refuses('dataset.get')).toMatchObject(words);
		expect(await nowhere.refuses('dataset.retrieve', { query: 'Anything?' })).toMatchObject(words);
		expect(await nowhere.refuses('document.createByText', { name: 'a', text: 'b' })).toMatchObject(words);
	});
});
