const OPEN = /<think(?:\s[^>]*)?>/i;
const CLOSE = /<\/think\s*>\s*/i;
/** An end of text that may still become a tag. */
const OPENING = /<(?:t(?:h(?:i(?:n(?:k(?:\s[^>]*)?)?)?)?)?)?$/i;
const CLOSING = /<(?:\/(?:t(?:h(?:i(?:n(?:k\s*)?)?)?)?)?)?$/i;
/** How Dify up to 1.0 shows the same. */
const DETAILS = /<details[^>]*>\s*<summary>\s*Thinking\.\.\.\s*<\/summary>([\s\S]*?)(?:<\/details>\s*|$)/gi;

/** Takes the thoughts of a reasoning model, its `<think>` blocks, out of a text that comes in pieces. */
export class ReasoningFilter {
	/** What was taken out. */
	reasoning = '';
	private held = '';
	private thinking = false;
	/** White space after a block belongs to the block. */
	private afterBlock = false;

	/** What can be shown after this piece. */
	push(piece: string): string {
		this.held += piece;
		let shown = '';
		for (let found = this.next(); found; found = this.next()) {
			const before = this.held.slice(0, found.index);
			this.held = this.held.slice(found.index + found[0].length);
			if (this.thinking) this.reasoning += before;
			else shown += this.visible(before);
			this.afterBlock = this.thinking;
			this.thinking = !this.thinking;
		}
		const keep = (this.thinking ? CLOSING : OPENING).exec(this.held);
		const cut = keep ? keep.index : this.held.length;
		const certain = this.held.slice(0, cut);
		this.held = this.held.slice(cut);
		if (this.thinking) this.reasoning += certain;
		else shown += this.visible(certain);
		return shown;
	}

	/** What was held back, once no more can come. */
	end(): string {
		const rest = this.held;
		this.held = '';
		if (!this.thinking) return this.visible(rest);
		this.reasoning += rest;
		return '';
	}

	private next(): RegExpExecArray | null {
		return (this.thinking ? CLOSE : OPEN).exec(this.held);
	}

	private visible(text: string): string {
		const rest = this.afterBlock ? text.trimStart() : text;
		if (rest) this.afterBlock = false;
		return rest;
	}
}

/** The text without the thoughts of the model, and these. */
export function splitReasoning(answer: string): { text: string; reasoning: string } {
	const thoughts: string[] = [];
	const plain = answer.replace(DETAILS, (_, thought: string) => {
		thoughts.push(thought);
		return '';
	});
	const filter = new ReasoningFilter();
	const text = filter.push(plain) + filter.end();
	return { text, reasoning: [...thoughts, filter.reasoning].map((each) => each.trim()).filter(Boolean).join('\n\n') };
}
