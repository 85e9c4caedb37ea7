import { type Reply, usage } from './answering';
import { type Json, without } from './json';
import type { Conversation, Message } from './records';
import type { AppCall } from './route';
import type { Task } from './workspace';

/** What every run of an app has. */
export interface Execution {
	call: AppCall;
	taskId: string;
	task: Task;
	reply: Reply;
	begun: number;
	/** When the model's first piece came. */
	firstPieceAt?: number;
}

/** One run of an app that answers with a message. */
export interface Run extends Execution {
	conversation: Conversation;
	message: Message;
	/** Citations as the answer's metadata shows them. */
	resources: Json[];
}

/** Registers a run under a new task id, by which it can be stopped. */
export function openTask({ workspace, app, user }: AppCall): Pick<Run, 'taskId' | 'task'> {
	const task: Task = { appId: app.id, user, stopped: false };
	const taskId = workspace.ids.next();
	workspace.tasks.set(taskId, task);
	return { taskId, task };
}

/** Keys that every event of a run shares. */
export const envelope = ({ call, conversation, message, taskId }: Run, event: string): Json => ({
	event,
	...(call.app.mode !== 'completion' && { conversation_id: conversation.id }),
	message_id: message.id,
	created_at: message.createdAt,
	task_id: taskId,
});

/** Usage of a flow's model, which tells when its text came. */
export const timedUsage = ({ begun, firstPieceAt }: Execution, question: string, answer: string): Json => ({
	...usage(question, answer, begun),
	...(firstPieceAt && {
		time_to_first_token: (firstPieceAt - begun) / 1000,
		time_to_generate: (Date.now() - firstPieceAt) / 1000,
	}),
});

/** `metadata` of an answer; a stopped stream reports no usage. */
export const metadata = (run: Run, answer: string): Json => {
	const { call, message, task, begun, resources } = run;
	const isFlow = call.app.mode === 'advanced-chat';
	return {
		annotation_reply: null,
		retriever_resources: resources,
		usage: isFlow ? timedUsage(run, message.query, answer) : usage(message.query, answer, begun, task.stopped),
	};
};

/** The event that ends an answer. */
export const messageEnd = (run: Run, answer: string, files: null | [], about = metadata(run, answer)): Json => ({
	...envelope(run, 'message_end'),
	id: run.message.id,
	metadata: about,
	files,
});

/** A piece of a chat's or a completion's answer. */
export const messageDelta = (run: Run, answer: string, selector: string[] | null = null): Json => ({
	...envelope(run, 'message'),
	id: run.message.id,
	answer,
	from_variable_selector: selector,
});

/** An `error` event; it ends the stream and names no task. */
export const errorEvent = (run: Run, text: string): Json => ({
	...without(envelope(run, 'error'), 'task_id'),
	code: 'invalid_param',
	status: 400,
	message: text,
});

/** Keeps what a run ended with. */
export function store({ message }: Run, answer: string, error: string | null = null) {
	Object.assign(message, { answer, error, status: error === null ? 'normal' : 'error' });
}

/** How the provider's failure reads outside of an `error` event. */
export const pluginError = ({ taskId, call }: Execution, failure: string) =>
	call.dialect.modelFailure.elsewhere(failure, taskId);

/** The `error` event of a failed model. */
export const failureEvent = (run: Run, failure: string): Json => {
	const { code, inStream } = run.call.dialect.modelFailure;
	return { ...errorEvent(run, inStream(failure)), code };
};

/** The pieces of the answer as the model makes them, until someone stops the run. */
export async function* deltas(execution: Execution) {
	const { call, reply: { pieces, pauseMs, silenceMs }, task } = execution;
	if (silenceMs) await call.workspace.sleep(silenceMs / call.pace);
	for (const piece of pieces) {
		if (pauseMs) await call.workspace.sleep(pauseMs);
		if (task.stopped) return;
		execution.firstPieceAt ??= Date.now();
		yield piece;
	}
}
