import { errorFromEvent } from '../transport/error';
import type { Answer, AnswerKind, AnswerOptions, Include } from './answer';
import { dataOf, withContent } from './envelope';
import { isObject, type DifyEvent } from './events';
import { Message } from './message';
import { Notes } from './notes';
import { isStop, Run } from './run';

/** Chatflows. */
export const chatflowAnswer: AnswerKind = (mode, options = {}) => new ChatflowAnswer(mode, options);

class ChatflowAnswer implements Answer {
	private readonly message = new Message();
	private readonly run = new Run();
	private readonly notes: Notes;
	private ended = false;

	constructor(
		private readonly mode: string,
		private readonly options: AnswerOptions,
	) {
		this.notes = new Notes(options);
	}

	get state() {
		const { pause, finished } = this.run;
		if (pause) return this.options.continueOnPause ? 'paused' : 'done';
		// On an annotation hit and on moderated input nothing runs, so that no `workflow_finished` comes (≥ 1.13: nor EOF).
		if (this.ended && (finished || !this.message.ids.workflow_run_id)) return 'done';
		return this.ended || finished ? 'grace' : 'open';
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
		if (event.event === 'message_end') this.ended = true;
		else if (event.event === 'workflow_finished' && !this.run.finished) this.refuseFailed(dataOf(event));
		else if (event.event === 'error') this.fail(event);
		this.run.take(event);
		this.notes.take(event, this.text);
	}

	result(): Record<string, unknown> {
		const { pause } = this.run;
		return pause ? this.pausedResult(pause) : this.message.body(this.mode, this.finalText);
	}

	partial(): Record<string, unknown> {
		return { answer: this.text, ...this.ids };
	}

	extras(include?: readonly Include[]): Record<string, unknown> {
		const { workflow_run_id } = this.message.ids;
		const { finished } = this.run;
		const files = this.message.files.length ? this.message.files : finished?.files;
		const run = { files, workflow_run_id, ...this.run.extras, error: finished?.error };
		return withContent({ ...run, ...this.notes.extras(include, this.text, this.finalText) });
	}

	/**
	 * The outputs of a succeeded run: the deltas of a resumed one lack text, and Dify 1.14.2 leaves `<think>` blocks in
	 * them. But Dify ≤ 1.8 trims the outputs, and blocking mode does not. A stopped run has said no more than its deltas,
	 * unless it is read after its end, without any.
	 */
	private get finalText(): string {
		const { text, moderated } = this.message;
		const outputs = this.run.finished?.outputs;
		const told = (this.run.succeeded || !text) && !moderated;
		const answer = told && isObject(outputs) ? outputs.answer : undefined;
		return typeof answer === 'string' && answer.trim() !== text.trim() ? answer : text;
	}

	private refuseFailed(run: Record<string, unknown>): void {
		if (run.status !== 'failed' || isStop(run)) return;
		throw errorFromEvent(
			{ code: 'invalid_param', status: 400, message: `Run failed: ${typeof run.error === 'string' ? run.error : 'no reason given'}` },
			{ partial: this.partial() },
		);
	}

	/** Dify ≤ 1.12 lets an `error` follow when somebody else stopped the run. */
	private fail(event: DifyEvent): void {
		if (!this.run.stopped) throw errorFromEvent(event, { partial: this.partial() });
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
