const ATTRIBUTES = String.raw`(?:\s[^<>]{0,200})?`;
/** How thoughts begin; the second is how Dify 0.15.3 shows them. */
const OPENING = new RegExp(
	String.raw`<(think)${ATTRIBUTES}>|<(details)${ATTRIBUTES}>\s{0,20}<summary>\s{0,20}Thinking\.\.\.\s{0,20}</summary>`,
	'iy',
);
const CLOSING: Record<string, RegExp> = { think: /<\/think\s{0,20}>/iy, details: /<\/details\s{0,20}>/iy };
const LONGEST_TAG = 320;

/**
 * Takes the thoughts of a reasoning model, its `<think>` blocks, out of a text that comes in pieces. Holds back only what
 * may still become a tag.
 */
export class ReasoningFilter {
	private readonly blocks: string[] = [];
	private held = '';
	/** The block that is open. */
	private block?: string;
	/** White space after a block belongs to the block. */
	private afterBlock = false;

	/** What was taken out. */
	get reasoning(): string {
		return joinedBlocks(this.blocks);
	}

	/** What can be shown after this piece. */
	push(piece: string): string {
		const text = this.held + piece;
		let shown = '';
		let from = 0;
		let at = text.indexOf('<');
		while (at >= 0) {
			const tag = this.tagAt(text, at);
			if (!tag && this.mayBecomeTag(text, at)) break;
			if (tag) {
				shown += this.take(text.slice(from, at));
				this.turn(tag);
				from = at + tag[0].length;
			}
			at = text.indexOf('<', tag ? from : at + 1);
		}
		const certain = at < 0 ? text.length : at;
		this.held = text.slice(certain);
		return shown + this.take(text.slice(from, certain));
	}

	/** What was held back, once no more can come. */
	end(): string {
		const rest = this.held;
		this.held = '';
		return this.take(rest);
	}

	private tagAt(text: string, at: number): RegExpExecArray | null {
		const tag = this.block ? CLOSING[this.block] : OPENING;
		tag.lastIndex = at;
		return tag.exec(text);
	}

	private mayBecomeTag(text: string, at: number): boolean {
		if (text.length - at > LONGEST_TAG) return false;
		const start = text.slice(at).toLowerCase();
		return this.block ? `</${this.block}>`.startsWith(start.trimEnd()) : mayOpen(start);
	}

	private turn([, think, details]: RegExpExecArray): void {
		this.afterBlock = this.block !== undefined;
		this.block = this.block ? undefined : (think ?? details).toLowerCase();
		if (this.block) this.blocks.push('');
	}

	private take(text: string): string {
		if (this.block) {
			this.blocks[this.blocks.length - 1] += text;
			return '';
		}
		const rest = this.afterBlock ? text.trimStart() : text;
		if (rest) this.afterBlock = false;
		return rest;
	}
}

/** The text without the thoughts of the model, and these. */
export function splitReasoning(answer: string): { text: string; reasoning: string } {
	const filter = new ReasoningFilter();
	const text = filter.push(answer) + filter.end();
	return { text, reasoning: filter.reasoning };
}

export function joinedBlocks(blocks: string[]): string {
	return blocks
		.map((block) => block.trim())
		.filter(Boolean)
		.join('\n\n');
}

function mayOpen(start: string): boolean {
	if (['<think', '<details'].some((tag) => tag.startsWith(start) || isOpenTag(start, tag))) return true;
	const [, summary] = /^<details(?:\s[^<>]*)?>(.*)$/s.exec(start) ?? [];
	return summary !== undefined && '<summary>thinking...</summary>'.startsWith(summary.replace(/\s/g, ''));
}

/** Whether the attributes of a tag have begun and not ended. */
function isOpenTag(start: string, tag: string): boolean {
	return start.startsWith(tag) && /^\s[^<>]*$/.test(start.slice(tag.length));
}
