import type { DifyEvent } from './events';

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
	/** Exactly the object of Dify's blocking mode. */
	result(): Record<string, unknown>;
	/** The text so far and every id that is known. */
	partial(): Record<string, unknown>;
	/** What blocking mode does not have: files, agent thoughts, the run and its forms; only what has content. */
	extras(): Record<string, unknown>;
}

export interface AnswerOptions {
	/** A pause does not end the stream: `continue_on_pause` of the events endpoint. */
	continueOnPause?: boolean;
}

/** Makes the answer of one kind of app; `mode` as `/info` names it. */
export type AnswerKind = (mode: string, options?: AnswerOptions) => Answer;
