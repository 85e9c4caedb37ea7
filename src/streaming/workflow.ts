import { errorFromEvent } from '../transport/error';
import type { Answer, AnswerKind, AnswerOptions, Include } from './answer';
import { dataOf, Envelope, picked, withContent } from './envelope';
import type { DifyEvent } from './events';
import { Notes } from './notes';
import { Run } from './run';

const NUMBERS = ['elapsed_time', 'total_tokens', 'total_steps'];
const RESULT = ['status', 'outputs', 'error', ...NUMBERS, 'created_at', 'finished_at'];
const PAUSED = [...RESULT, 'paused_nodes', 'reasons'];

/** Workflows, and drafts of knowledge pipelines, which stream the same. As in blocking mode a failure is an answer. */
export const workflowAnswer: AnswerKind = (_mode, options = {}) => new WorkflowAnswer(options);

class WorkflowAnswer implements Answer {
	text = '';
	revision = 0;
	private readonly envelope = new Envelope();
	private readonly run = new Run();
	private readonly notes: Notes;

	constructor(private readonly options: AnswerOptions) {
		this.notes = new Notes(options);
	}

	get state() {
		if (this.run.pause) return this.options.continueOnPause ? 'paused' : 'done';
		return this.run.finished ? 'done' : 'open';
	}

	get ids(): Record<string, unknown> {
		return this.envelope.ids;
	}

	push(event: DifyEvent): void {
		if (this.state === 'done' || !this.envelope.take(event)) return;
		if (event.event === 'error') throw errorFromEvent(event, { partial: this.partial() });
		if (event.event === 'text_chunk') this.text += textOf(event);
		else if (event.event === 'text_replace') this.replace(textOf(event));
		this.run.take(event);
		this.notes.take(event, this.text);
	}

	result(): Record<string, unknown> {
		const { pause } = this.run;
		const data = pause ? this.pausedData(pause) : this.finishedData();
		return { task_id: this.envelope.get('task_id'), workflow_run_id: data.id, data };
	}

	partial(): Record<string, unknown> {
		return { text: this.text, ...this.envelope.ids };
	}

	extras(include?: readonly Include[]): Record<string, unknown> {
		const run = { files: this.run.finished?.files, ...this.run.extras };
		return withContent({ ...run, ...this.notes.extras(include, this.text) });
	}

	private replace(text: string): void {
		if (!text.startsWith(this.text)) this.revision++;
		this.text = text;
	}

	private finishedData(): Record<string, unknown> {
		return picked(this.run.finished ?? {}, ['id', 'workflow_id', ...RESULT]);
	}

	private pausedData(pause: Record<string, unknown>): Record<string, unknown> {
		const { workflow_run_id: id } = pause;
		const workflow_id = this.run.started?.workflow_id;
		return { id, workflow_id, ...picked({ ...pause, outputs: {}, error: null, finished_at: null }, PAUSED) };
	}
}

/** Only to show what was said before an end that came too early: no output equals it when there are several. */
function textOf(event: DifyEvent): string {
	const { text } = dataOf(event);
	return typeof text === 'string' ? text : '';
}
