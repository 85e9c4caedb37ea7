import type { DifyEvent } from './events';

/** What a user may ask for beside the answer. */
export type Include = 'agentThoughts' | 'nodeTrace' | 'rawEvents' | 'reasoning' | 'timing';

/** Makes of a stream's events what Dify answers in blocking mode. */
export interface Answer {
	/**
	 * Takes one event.
	 *
	 * @throws {DifyError} for an `error` event and a failed chatflow, with `partial` = what is known so far
	 */
	push(event: DifyEvent): void;
	/**
	 * `open`: more must come; `paused`: more may come until the stream ends; `grace`: the result is known, another marker
	 * may follow; `done`.
	 */
	readonly state: 'open' | 'paused' | 'grace' | 'done';
	/** The text so far; of a workflow that of its `text_chunk`s. */
	readonly text: string;
	/** Grows when the text becomes another one, not a longer one. */
	readonly revision: number;
	/** `task_id`, `message_id`, `conversation_id`, `workflow_run_id`, as far as they are known. */
	readonly ids: Record<string, unknown>;
	/** Exactly the object of Dify's blocking mode. */
	result(): Record<string, unknown>;
	/** The text so far and every id that is known. */
	partial(): Record<string, unknown>;
	/**
	 * What blocking mode does not have: files, the run and its forms, and what was asked for, by default all that
	 * `options.include` names; only what has content.
	 */
	extras(include?: readonly Include[]): Record<string, unknown>;
}

export interface AnswerOptions {
	/** A pause does not end the stream: `continue_on_pause` of the events endpoint. */
	continueOnPause?: boolean;
	/** What the extras will be asked for. Raw events are kept only if they are named here. */
	include?: readonly Include[];
	/** Milliseconds since the answer was asked for; default: since it was made. */
	clock?(): number;
}

/** Makes the answer of one kind of app; `mode` as `/info` names it. */
export type AnswerKind = (mode: string, options?: AnswerOptions) => Answer;
