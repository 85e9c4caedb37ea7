import type { AnswerKind } from './answer';
import { ChatAnswer } from './chat';
import { picked } from './envelope';

const KEYS = ['event', 'task_id', 'id', 'message_id', 'mode', 'answer', 'metadata', 'created_at'];

/** Completion apps: a chat without a conversation. */
export const completionAnswer: AnswerKind = (mode, options) => new CompletionAnswer(mode, options);

class CompletionAnswer extends ChatAnswer {
	override result(): Record<string, unknown> {
		return picked(super.result(), KEYS);
	}
}
