import { errorFromEvent } from '../transport/error';
import { isObject, type DifyEvent } from './events';
import { Message, payload, withContent } from './message';

/** Makes of a stream's events what Dify answers in blocking mode. */
export interface Answer {
	/**
	 * Takes one event.
	 *
	 * @throws {DifyError} for an `error` event and a failed chatflow, with `partial` = what is known so far
	 */
	push(event: DifyEvent): void;
	/** `open`: more must come; `grace`: the result is known, another marker may follow; `done`. */
	readonly state: 'open' | 'grace' | 'done';
	/** Exactly the object of Dify's blocking mode. */
	result(): Record<string, unknown>;
	/** The text so far and every id that is known. */
	partial(): Record<string, unknown>;
	/** What blocking mode does not have: files, agent thoughts, the run; only what has content. */
	extras(): Record<string, unknown>;
}

/** Makes the answer of one kind of app; `mode` as `/info` names it. */
export type AnswerKind = (mode: string) => Answer;

/** Chat, agent and New Agent apps. */
export const chatAnswer: AnswerKind = (mode) => new ChatAnswer(mode);

/** Chatflows. */
export const chatflowAnswer: AnswerKind = (mode) => new ChatflowAnswer(mode);

class ChatAnswer implements Answer {
	private readonly message = new Message();
	private readonly thoughts = new Map<unknown, Record<string, unknown>>();

	constructor(private readonly mode: string) {}

	get state() {
		return this.message.metadata ? 'done' : 'open';
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

	extras(): Record<string, unknown> {
		const agentThoughts = [...this.thoughts.values()].sort((a, b) => Number(a.position) - Number(b.position));
		return withContent({ files: this.message.files, agentThoughts });
	}
}

class ChatflowAnswer implements Answer {
	private readonly message = new Message();
	/** `data` of `workflow_finished`. */
	private run?: Record<string, unknown>;
	/** `data` of `workflow_paused`. */
	private pause?: Record<string, unknown>;
	private ended = false;

	constructor(private readonly mode: string) {}

	get state() {
		// On an annotation hit and on moderated input nothing runs, so that no `workflow_finished` comes (≥ 1.13: nor EOF).
		if (this.pause || (this.ended && (this.run || !this.message.ids.workflow_run_id))) return 'done';
		return this.ended || this.run ? 'grace' : 'open';
	}

	push(event: DifyEvent): void {
		if (this.state === 'done' || !this.message.take(event)) return;
		const data = isObject(event.data) ? event.data : {};
		if (event.event === 'message_end') this.ended = true;
		else if (event.event === 'workflow_paused') this.pause = data;
		else if (event.event === 'workflow_finished') this.finish(data);
		else if (event.event === 'error') this.fail(event);
	}

	result(): Record<string, unknown> {
		return this.pause ? this.pausedResult(this.pause) : this.message.body(this.mode, this.text);
	}

	partial(): Record<string, unknown> {
		return { answer: this.message.text, ...this.message.ids };
	}

	extras(): Record<string, unknown> {
		const { workflow_run_id } = this.message.ids;
		const files = this.message.files.length ? this.message.files : this.run?.files;
		return withContent({ files, workflow_run_id, status: this.run?.status, error: this.run?.error });
	}

	/**
	 * The outputs of a succeeded run: the deltas of a resumed one lack text, and Dify 1.14.2 leaves `<think>` blocks in
	 * them. But Dify ≤ 1.8 trims the outputs, and blocking mode does not.
	 */
	private get text(): string {
		const { text, moderated } = this.message;
		const { status, outputs } = this.run ?? {};
		const succeeded = status === 'succeeded' || status === 'partial-succeeded';
		const answer = succeeded && !moderated && isObject(outputs) ? outputs.answer : undefined;
		return typeof answer === 'string' && answer.trim() !== text.trim() ? answer : text;
	}

	private finish(run: Record<string, unknown>): void {
		if (run.status === 'failed' && !isStop(run)) {
			throw errorFromEvent(
				{ code: 'invalid_param', status: 400, message: `Run failed: ${String(run.error)}` },
				{ partial: this.partial() },
			);
		}
		this.run = run;
	}

	/** Dify ≤ 1.12 lets an `error` follow when somebody else stopped the run. */
	private fail(event: DifyEvent): void {
		if (!this.run || !isStop(this.run)) throw errorFromEvent(event, { partial: this.partial() });
		this.ended = true;
	}

	private pausedResult(pause: Record<string, unknown>): Record<string, unknown> {
		const metadata = { annotation_reply: null, retriever_resources: [], usage: null };
		const body = this.message.body(this.mode, this.message.text, metadata);
		const { id, mode, conversation_id, message_id, answer, created_at } = body;
		const { workflow_run_id, paused_nodes, reasons, status, elapsed_time, total_tokens, total_steps } = pause;
		const message = { id, mode, conversation_id, message_id, workflow_run_id, answer, metadata, created_at };
		const data = { ...message, paused_nodes, reasons, status, elapsed_time, total_tokens, total_steps };
		return { ...body, event: 'workflow_paused', workflow_run_id, data };
	}
}

/**
 * Stopped by a person or by output moderation, which is an answer; `failed` with `Aborted:` is how newer servers say it.
 * They say it of runs that exceed a limit too, with another reason, and that is a failure.
 */
function isStop({ status, error }: Record<string, unknown>): boolean {
	return status === 'stopped' || /^(?:Stopped by|Aborted: User requested stop)/.test(String(error));
}
