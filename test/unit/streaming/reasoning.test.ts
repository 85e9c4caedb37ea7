import { ReasoningFilter, splitReasoning } from '../../../src/streaming/reasoning';

/** What comes out of a text in pieces of this size, together and piece by piece. */
function filtered(text: string, size: number) {
	const filter = new ReasoningFilter();
	const shown: string[] = [];
	for (let at = 0; at < text.length; at += size) shown.push(filter.push(text.slice(at, at + size)));
	shown.push(filter.end());
	return { text: shown.join(''), reasoning: filter.reasoning, shown };
}

const DETAILS =
	'<details style="color:gray;background-color: #f8f8f8;padding: 8px;border-radius: 4px;" open> <summary> Thinking... </summary>';

const TEXTS = [
	['no thought', 'Just < text <b>bold</b> a<think', 'Just < text <b>bold</b> a<think', ''],
	['a thought', '<think>\nI ponder 思考.\n</think>\n\nFinal answer', 'Final answer', 'I ponder 思考.'],
	['several', 'A <think>one</think>\nB <think>two</think> C', 'A B C', 'one\n\ntwo'],
	['nothing in it', '<think>\n\n</think>\n\nHi', 'Hi', ''],
	['capitals and attributes', '<THINK class="a">x</Think >y', 'y', 'x'],
	['line breaks in the tag', '<think\nopen>x</think\n>y', 'y', 'x'],
	['no end', 'A <think>and so <b>on</', 'A ', 'and so <b>on</'],
	['an end alone', 'A</think> B', 'A</think> B', ''],
	['a begin in a block', '<think>a<think>b</think>c', 'c', 'a<think>b'],
	['other tags', '<thinking>x</thinking><thin><think/><think<think>y</think>', '<thinking>x</thinking><thin><think/><think', 'y'],
	['prose after a begin', `<think ${'about it '.repeat(40)}> x`, `<think ${'about it '.repeat(40)}> x`, ''],
	['the form of 0.15.3', `${DETAILS}I reason.</details>Reasoned answer.`, 'Reasoned answer.', 'I reason.'],
	['details of the answer', '<details> <summary>More</summary>x</details>', '<details> <summary>More</summary>x</details>', ''],
	['a thought about details', '<think>a </details> b</think>c', 'c', 'a </details> b'],
	['only white space after it', '<think>a</think> \n ', '', 'a'],
	['an empty text', '', '', ''],
];

describe('reasoning', () => {
	it.each(TEXTS)('is taken out of a text with %s', (_, answer, text, reasoning) => {
		expect(splitReasoning(answer)).toEqual({ text, reasoning });
	});

	it.each(TEXTS)('is the same in pieces of any size: %s', (_, answer, text, reasoning) => {
		const sizes = Array.from({ length: Math.min(64, answer.length) }, (_each, at) => at + 1);
		const found = sizes.map((size) => filtered(answer, size));
		expect(found.filter((each) => each.text !== text || each.reasoning !== reasoning)).toEqual([]);
	});

	it('holds back only what may still be a tag', () => {
		const { shown } = filtered('a<b <thin x<think>no</think> y</t', 1);
		expect(shown.map((each, at) => `${at}${each}`).filter((each) => /\D/.test(each))).toEqual([
			'0a',
			'2<b',
			'3 ',
			'9<thin ',
			'10x',
			'29y',
			'31</',
			'32t',
		]);
	});

	it('tells the thoughts before they end', () => {
		const filter = new ReasoningFilter();
		expect([filter.push('<think>so '), filter.push('far</th'), filter.reasoning]).toEqual(['', '', 'so far']);
	});

	it.each(['<', '<think ', '<think', '<details> ', '<details', '</think ', '<think>', '<think></think>'])(
		'takes no more than linear time for a megabyte of %j',
		(piece) => {
			const text = piece.repeat((1024 * 1024) / piece.length);
			const begun = performance.now();
			splitReasoning(text);
			const filter = new ReasoningFilter();
			for (let at = 0; at < text.length; at += 64) filter.push(text.slice(at, at + 64));
			expect(performance.now() - begun).toBeLessThan(3000);
		},
	);
});
