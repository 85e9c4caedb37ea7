import { agentEvents } from './agent';
import { type Answer, ApiError, eventStream, internalError, invalidParam, json, notFound } from './answers';
import { reply, retrieverResources, withoutThinking } from './answering';
import { chatEvents } from './chat';
import { chatflowEvents, checkVersion } from './chatflow';
import { chatModes, conversationOf, openConversation, openMessage, titleOf } from './conversations';
import { readInputs } from './inputs';
import { isObject, type Json, textOf, without } from './json';
import type { AppCall, Routes } from './route';
import { deltas, metadata, pluginError, type Run, store } from './run';
import { frame, ping, withPings } from './sse';
import type { Schema } from './validation';
import type { Task } from './workspace';

const sendSchema: Schema = {
	title: 'ChatRequestPayload',
	type: 'object',
	required: ['inputs', 'query'],
	properties: {
		inputs: { type: 'object' },
		query: { type: 'string' },
		user: {},
		response_mode: { enum: ['blocking', 'streaming', null] },
		conversation_id: {
			type: ['string', 'null'],
			pattern: '^$|^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
			'x-message': 'conversation_id must be a valid UUID',
		},
		files: { type: ['array', 'null'] },
		auto_generate_name: { type: 'boolean' },
		workflow_id: { type: ['string', 'null'] },
		retriever_from: { type: 'string' },
		trace_id: { type: ['string', 'null'] },
	},
};

/** Dify's workers leave a workflow stream open a little longer than its last event. */
const relayLagMs = 1_000;
/** How long a stream stays open that failed before its first event. */
const silenceMs = 300_000;

const events = { chat: chatEvents, 'agent-chat': agentEvents, 'advanced-chat': chatflowEvents };

async function* frames(run: Run) {
	try {
		for await (const event of events[run.call.app.mode as keyof typeof events](run)) yield frame(event);
	} finally {
		run.call.workspace.tasks.delete(run.taskId);
	}
}

const conversationFor = (call: AppCall, query: string) => {
	const id = textOf(call.body.conversation_id);
	const known = id ? conversationOf(call, id) : undefined;
	const silentlyNew = call.app.mode === 'advanced-chat' && call.dialect.unknownConversationOfChatflow === 'new';
	if (id && !known && !silentlyNew) throw notFound('Conversation Not Exists.');
	const inputs = readInputs(call.app, isObject(call.body.inputs) ? call.body.inputs : {});
	return { inputs, conversation: known ?? openConversation(call, query, inputs) };
};

const storedResource = (call: AppCall, resource: Json): Json => {
	const stored = without(resource, 'retriever_from', 'page', 'doc_metadata', 'title', 'files');
	return { id: call.workspace.ids.next(), message_id: call.workspace.ids.next(), ...stored, created_at: null };
};

const cited = ({ app }: AppCall, { hits }: Run['reply']) => {
	if (app.mode === 'agent-chat') return [];
	return retrieverResources(hits, app.mode === 'advanced-chat' ? 'workflow' : 'api');
};

const launch = (call: AppCall): Run => {
	const query = textOf(call.body.query) ?? '';
	if (!query) throw invalidParam('query is required');
	const { conversation, inputs } = conversationFor(call, query);
	if (!conversation.messages.length && call.body.auto_generate_name !== false) conversation.name = titleOf(query);
	const message = openMessage(call, conversation, query, inputs);
	const task: Task = { appId: call.app.id, user: call.user, stopped: false };
	const taskId = call.workspace.ids.next();
	call.workspace.tasks.set(taskId, task);
	const answer = reply(call, query);
	const resources = cited(call, answer);
	message.retrieverResources = resources.map((resource) => storedResource(call, resource));
	return { call, conversation, message, taskId, task, reply: answer, resources, begun: Date.now() };
};

const launched = (call: AppCall) => {
	try {
		return launch(call);
	} catch (error) {
		return error instanceof ApiError ? error : internalError();
	}
};

/** Since the run is a worker's business, what is wrong with it comes inside the stream, followed by silence. */
async function* flowStream(call: AppCall) {
	yield ping;
	const run = launched(call);
	if (run instanceof ApiError) {
		yield frame(call.dialect.launchError(run.message));
		await call.workspace.sleep(silenceMs);
		return;
	}
	yield* withPings(frames(run));
	await call.workspace.sleep(relayLagMs);
}

const blockingObject = (run: Run, answer: string): Json => ({
	event: 'message',
	task_id: run.taskId,
	id: run.message.id,
	message_id: run.message.id,
	conversation_id: run.conversation.id,
	mode: run.call.app.mode,
	answer,
	metadata: metadata(run, answer),
	created_at: run.message.createdAt,
});

const answerAtOnce = async (run: Run): Promise<Answer> => {
	let answer = '';
	for await (const piece of deltas(run)) answer += piece;
	run.call.workspace.tasks.delete(run.taskId);
	const flow = run.call.app.mode === 'advanced-chat';
	const { failure, failureAtOnce = failure } = run.reply;
	if (failure) {
		const text = `${flow ? 'Run failed: ' : ''}${pluginError(run, (flow ? failure : failureAtOnce) ?? '')}`;
		store(run, '', text);
		throw invalidParam(text);
	}
	const shown = flow ? answer : withoutThinking(answer);
	store(run, shown);
	return json(blockingObject(run, shown), 200, 'application/json; charset=utf-8');
};

const send = (call: AppCall) => {
	const { mode } = call.app;
	if (mode === 'advanced-chat') checkVersion(textOf(call.body.workflow_id));
	if (call.body.response_mode !== 'streaming') {
		if (mode === 'agent-chat') throw invalidParam('Agent Chat App does not support blocking mode');
		return answerAtOnce(launch(call));
	}
	return mode === 'advanced-chat' ? eventStream(flowStream(call), true) : eventStream(withPings(frames(launch(call))));
};

const stop = ({ workspace, params, app, user }: AppCall) => {
	const task = workspace.tasks.get(params.task_id);
	const allowed = app.mode === 'advanced-chat' || task?.user === user;
	if (task && task.appId === app.id && allowed) task.stopped = true;
	return json({ result: 'success' });
};

/** Sending a message and stopping its answer. */
export const chatMessageRoutes: Routes = {
	'POST /chat-messages': {
		key: 'app',
		user: { in: 'body', required: true },
		modes: chatModes,
		body: sendSchema,
		handle: send,
	},
	'POST /chat-messages/{task_id}/stop': {
		key: 'app',
		user: { in: 'body', required: true },
		modes: chatModes,
		body: { title: 'StopPayload', type: 'object', properties: { user: {} } },
		handle: stop,
	},
};
