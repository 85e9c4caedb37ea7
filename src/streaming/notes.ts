import type { AnswerOptions, Include } from './answer';
import { dataOf } from './envelope';
import type { DifyEvent } from './events';
import { joinedBlocks, splitReasoning } from './reasoning';
import { Thoughts } from './thoughts';
import { Trace } from './trace';

/** What a stream tells beside the answer, for those who ask for it. */
export class Notes {
	private readonly trace = new Trace();
	private readonly thoughts = new Thoughts();
	private readonly rawEvents: DifyEvent[] = [];
	private readonly reasoning = [''];
	private readonly timing: { firstEvent?: number; firstText?: number; total?: number } = {};
	private readonly clock: () => number;

	constructor(private readonly options: AnswerOptions = {}) {
		const begun = Date.now();
		this.clock = options.clock ?? (() => Date.now() - begun);
	}

	/** Takes an event, and the text that there is with it. */
	take(event: DifyEvent, text: string): void {
		const now = this.clock();
		this.timing.firstEvent ??= now;
		if (text) this.timing.firstText ??= now;
		this.timing.total = now;
		if (this.options.include?.includes('rawEvents')) this.rawEvents.push(event);
		if (event.event === 'reasoning_chunk') this.reason(dataOf(event));
		this.trace.take(event);
		this.thoughts.take(event);
	}

	/** What was asked for; `texts`: versions of the answer's text, either of which may lack thoughts of the model. */
	extras(include: readonly Include[] = this.options.include ?? [], ...texts: string[]): Record<string, unknown> {
		const all: Record<Include, () => unknown> = {
			agentThoughts: () => this.thoughts.all,
			nodeTrace: () => this.trace.nodes,
			rawEvents: () => this.rawEvents,
			reasoning: () => this.reasoningWith(texts),
			timing: () => this.timing,
		};
		return Object.fromEntries(include.map((key) => [key, all[key]()]));
	}

	/** Dify ≥ 1.15 tells the thoughts of a node's model beside its text, where the node separates them. */
	private reason({ reasoning, is_final }: Record<string, unknown>): void {
		if (typeof reasoning === 'string') this.reasoning[this.reasoning.length - 1] += reasoning;
		if (is_final === true) this.reasoning.push('');
	}

	private reasoningWith(texts: string[]): string {
		const [longest = ''] = texts.map((text) => splitReasoning(text).reasoning).sort((a, b) => b.length - a.length);
		return joinedBlocks([...this.reasoning, longest]);
	}
}
