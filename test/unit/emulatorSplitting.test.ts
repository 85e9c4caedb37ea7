import type { ProcessRule, Rules } from '../emulator/records';
import { automaticRules, split, tokensOf } from '../emulator/splitting';

const rules = (special: Partial<Rules> = {}): Rules => ({
	pre_processing_rules: [],
	segmentation: { separator: '\n\n', max_tokens: 100, chunk_overlap: 0 },
	parent_mode: null,
	subchunk_segmentation: null,
	...special,
});
const custom = (special?: Partial<Rules>): ProcessRule => ({ id: 'r', mode: 'custom', rules: rules(special) });
const hierarchical = (special: Partial<Rules>): ProcessRule => ({ ...custom(special), mode: 'hierarchical' });
const automatic: ProcessRule = { id: 'r', mode: 'automatic', rules: automaticRules };

const contents = (text: string, rule: ProcessRule) => split(text, rule, 'text_model').map(({ content }) => content);

describe('split', () => {
	it('makes one chunk of every part between separators, however small', () => {
		expect(contents('One.\n\nTwo.\n\n\n\nThree.', custom())).toEqual(['One.', 'Two.', 'Three.']);
	});

	it('reads the two characters backslash and n as a newline', () => {
		const segmentation = { separator: '\\n', max_tokens: 100, chunk_overlap: 0 };
		expect(contents('One.\nTwo.', custom({ segmentation }))).toEqual(['One.', 'Two.']);
	});

	it('cuts a part that is too long at sentences, with the overlap', () => {
		const sentence = (index: number) => `This is sentence number ${index} of the long part`;
		const text = Array.from({ length: 30 }, (_, index) => sentence(index)).join('. ');
		const segmentation = { separator: '\n\n', max_tokens: 50, chunk_overlap: 15 };
		const chunks = contents(text, custom({ segmentation }));
		expect(chunks.length).toBeGreaterThan(6);
		expect(Math.max(...chunks.map(tokensOf))).toBeLessThanOrEqual(50);
		expect(chunks[1].startsWith(chunks[0].split('. ').at(-1) as string)).toBe(true);
		expect(chunks.at(-1)?.endsWith(sentence(29))).toBe(true);
	});

	it('packs paragraphs together in automatic mode', () => {
		expect(contents('One.\n\nTwo.', automatic)).toEqual(['One.\n\nTwo.']);
		expect(contents(`${'word '.repeat(500)}\n\n${'term '.repeat(500)}`, automatic)).toHaveLength(4);
	});

	it('removes extra spaces, addresses and leading marks where the rule says so', () => {
		const on = (id: string) => custom({ pre_processing_rules: [{ id, enabled: true }] });
		expect(contents('a   b\n\n\n\nc', on('remove_extra_spaces'))).toEqual(['a b', 'c']);
		expect(contents('see https://a.example/x or a@b.example now', on('remove_urls_emails'))).toEqual(['see  or  now']);
		expect(contents('a   b', custom())).toEqual(['a   b']);
		expect(contents('## Heading', custom())).toEqual(['Heading']);
	});

	it('refuses sizes outside of 50 to 4000 tokens', () => {
		for (const max_tokens of [49, 4001]) {
			const segmentation = { separator: '\n\n', max_tokens, chunk_overlap: 0 };
			expect(() => contents('x', custom({ segmentation }))).toThrow('between 50 and 4000');
		}
	});

	it('gives parents with children, or nothing without a parent mode', () => {
		const text = 'One a.\nOne b.\n\nTwo.';
		const subchunk_segmentation = { separator: '\n', max_tokens: 50, chunk_overlap: 0 };
		const families = (parent_mode: Rules['parent_mode'], form = hierarchical({ parent_mode, subchunk_segmentation })) =>
			split(text, form, 'hierarchical_model').map(({ content, children }) => [
				content,
				children.map((child) => child.content),
			]);
		expect(families('paragraph')).toEqual([
			['One a.\nOne b.', ['One a.', 'One b.']],
			['Two.', ['Two.']],
		]);
		expect(families('full-doc')).toEqual([[text, ['One a.', 'One b.', 'Two.']]]);
		expect(families(null, automatic)).toEqual([]);
		expect(() => families('paragraph', hierarchical({ parent_mode: 'paragraph' }))).toThrow('No subchunk segmentation');
	});

	it('makes question and answer of every sentence', () => {
		expect(split('Rivers flow. Apples grow on trees in autumn.', custom(), 'qa_model')).toEqual([
			{ content: 'What does the text say about "Rivers flow."?', answer: 'Rivers flow.', children: [] },
			{
				content: 'What does the text say about "Apples grow on trees"?',
				answer: 'Apples grow on trees in autumn.',
				children: [],
			},
		]);
	});
});
