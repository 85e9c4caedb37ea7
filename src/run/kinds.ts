import { chatAnswer, chatflowAnswer, completionAnswer, workflowAnswer, type AnswerKind } from '../streaming/answers';

/** How the apps of a mode run. */
export interface Kind {
	answer: AnswerKind;
	/** Route that stops a task, before its id. */
	stop: string;
	/** The run goes on in Dify when its reader is gone, and can be found again by its id. */
	detached: boolean;
	/** Release that never answers it without a stream. */
	hangsOn?: string;
}

const chat: Kind = { answer: chatAnswer, stop: '/chat-messages', detached: false };

/** By the mode of the app, as `/info` names it. */
const KINDS: Record<string, Kind> = {
	chat,
	'agent-chat': chat,
	agent: chat,
	'advanced-chat': { answer: chatflowAnswer, stop: '/chat-messages', detached: true, hangsOn: '1.13.0' },
	completion: { answer: completionAnswer, stop: '/completion-messages', detached: false },
	workflow: { answer: workflowAnswer, stop: '/workflows/tasks', detached: true },
};

/** The kind of a mode; `fallback` stands in for one that is not known. */
export function kindOf(mode: string, fallback: string): Kind {
	return KINDS[mode] ?? KINDS[fallback];
}
