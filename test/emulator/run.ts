import { type Reply, usage } from './answering';
import { type Json, without } from './json';
import type { Conversation, Message } from './records';
import type { AppCall } from './route';
import type { Task } from './workspace';

/** One run of a chat-type app. */
export interface Run {
	call: AppCall;
	conversation: Conversation;
	message: Message;
	taskId: string;
	task: Task;
	reply: Reply;
	/** Citations as the answer's metadata shows them. */
	resources: Json[];
	begun: number;
}

/** Keys that every event of a run shares. */
export const envelope = ({ conversation, message, taskId }: Run, event: string): Json => ({
	event,
	conversation_id: conversation.id,
	message_id: message.id,
	created_at: message.createdAt,
	task_id: taskId,
});

/** `metadata` of an answer; a stopped stream reports no usage. */
export const metadata = ({ message, task, begun, resources }: Run, answer: string): Json => ({
	annotation_reply: null,
	retriever_resources: resources,
	usage: usage(message.query, answer, begun, task.stopped),
});

/** The event that ends an answer. */
export const messageEnd = (run: Run, answer: string, files: null | []): Json => ({
	...envelope(run, 'message_end'),
	id: run.message.id,
	metadata: metadata(run, answer),
	files,
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
export const pluginError = ({ taskId }: Run, failure: string) =>
	`req_id: ${taskId.replace(/-/g, '').slice(0, 10)} PluginInvokeError: ${failure}`;

/** The pieces of the answer as the model makes them, until someone stops the run. */
export async function* deltas({ call, reply: { pieces, pauseMs, silenceMs }, task }: Run) {
	if (silenceMs) await call.workspace.sleep(silenceMs);
	for (const piece of pieces) {
		if (pauseMs) await call.workspace.sleep(pauseMs);
		if (task.stopped) return;
		yield piece;
	}
}
