import { errorFromEvent } from '../transport/error';
import type { Answer, AnswerKind, Include } from './answer';
import { payload, withContent } from './envelope';
import type { DifyEvent } from './events';
import { Message } from './message';

/** Chat, agent and New Agent apps. */
export const chatAnswer: AnswerKind = (mode) => new ChatAnswer(mode);

export class ChatAnswer implements Answer {
	private readonly message = new Message();
	private readonly thoughts = new Map<unknown, Record<string, unknown>>();

	constructor(private readonly mode: string) {}

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
		if (event.event === 'agent_thought') this.thoughts.set(event.id, payload(event));
	}

	result(): Record<string, unknown> {
		return this.message.body(this.mode, this.message.text);
	}

	partial(): Record<string, unknown> {
		return { answer: this.message.text, ...this.message.ids };
	}

	extras(include: readonly Include[] = []): Record<string, unknown> {
		const agentThoughts = include.includes('agentThoughts')
			? [...this.thoughts.values()].sort((a, b) => Number(a.position) - Number(b.position))
			: [];
		return withContent({ files: this.message.files, agentThoughts });
	}
}
