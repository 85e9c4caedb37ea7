import { errorFromEvent } from '../transport/error';
import type { Answer, AnswerKind, AnswerOptions, Include } from './answer';
import { withContent } from './envelope';
import type { DifyEvent } from './events';
import { Message } from './message';
import { Notes } from './notes';

/** Chat, agent and New Agent apps. */
export const chatAnswer: AnswerKind = (mode, options) => new ChatAnswer(mode, options);

export class ChatAnswer implements Answer {
	private readonly message = new Message();
	private readonly notes: Notes;

	constructor(
		private readonly mode: string,
		options?: AnswerOptions,
	) {
		this.notes = new Notes(options);
	}

	get state() {
		return this.message.metadata ? 'done' : 'open';
	}

	get text(): string {
		return this.message.text;
	}

	get revision(): number {
		return this.message.revision;
	}

	get ids(): Record<string, unknown> {
		return this.message.ids;
	}

	push(event: DifyEvent): void {
		if (this.state === 'done' || !this.message.take(event)) return;
		if (event.event === 'error') throw errorFromEvent(event, { partial: this.partial() });
		this.notes.take(event, this.text);
	}

	result(): Record<string, unknown> {
		return this.message.body(this.mode, this.text);
	}

	partial(): Record<string, unknown> {
		return { answer: this.text, ...this.ids };
	}

	extras(include?: readonly Include[]): Record<string, unknown> {
		return withContent({ files: this.message.files, ...this.notes.extras(include, this.text) });
	}
}
