import { dataOf, withContent } from './envelope';
import { isObject, type DifyEvent } from './events';

type Data = Record<string, unknown>;

const STOP = /^(?:Stopped by|Aborted: User requested stop)/;

/** What a chatflow's or a workflow's stream tells of its run, live or replayed. */
export class Run {
	/** `data` of `workflow_started`. */
	started?: Data;
	/** `data` of `workflow_paused`, until the run goes on. */
	pause?: Data;
	/** `data` of `workflow_finished`. */
	finished?: Data;
	private readonly contents = new Map<unknown, unknown>();

	take(event: DifyEvent): void {
		if (this.finished) return;
		if (event.event === 'workflow_started') this.start(dataOf(event));
		else if (event.event === 'workflow_paused') this.pause = dataOf(event);
		else if (event.event === 'workflow_finished') this.finish(dataOf(event));
		else if (event.event === 'human_input_required') this.ask(dataOf(event));
	}

	get status(): unknown {
		return (this.pause ?? this.finished)?.status;
	}

	get succeeded(): boolean {
		return this.status === 'succeeded' || this.status === 'partial-succeeded';
	}

	/** Stopped or moderated, which is an answer; see {@link isStop}. */
	get stopped(): boolean {
		return this.finished !== undefined && isStop(this.finished);
	}

	/** What a run adds to the answer: status, and the forms that a pause waits for. */
	get extras(): Data {
		return withContent({ status: this.status, forms: this.forms });
	}

	private start(data: Data): void {
		this.started = data;
		this.pause = undefined;
	}

	private finish(data: Data): void {
		this.finished = data;
		this.pause = undefined;
	}

	private ask({ form_id, form_content }: Data): void {
		// The first is the live one, where the run was watched from its start; later snapshots hold unrendered templates.
		if (!this.contents.has(form_id)) this.contents.set(form_id, form_content);
	}

	private get forms(): Data[] {
		const reasons = Array.isArray(this.pause?.reasons) ? this.pause.reasons.filter(isObject) : [];
		return reasons.filter(({ TYPE }) => TYPE === 'human_input_required').map((reason) => this.form(reason));
	}

	private form({ form_id, form_token, node_title, form_content, inputs, actions, expiration_time }: Data): Data {
		const content = this.contents.get(form_id) ?? form_content;
		return { form_token, node_title, content, inputs, actions, expires_at: expiration_time };
	}
}

/**
 * Stopped by a person or by output moderation, which is an answer. Newer servers say `failed` and `Aborted:`; they say
 * it of runs that exceed a limit too, with another reason, and that is a failure.
 */
export function isStop({ status, error }: Data): boolean {
	return status === 'stopped' || (typeof error === 'string' && STOP.test(error));
}
