import { agentEvents } from './agent';
import { annotatedEvents } from './annotatedAnswer';
import { ApiError, eventStream, internalError, invalidParam, json } from './answers';
import { answerAtOnce, flowAnswer } from './blockingAnswer';
import { chatEvents } from './chat';
import { chatflowEvents, checkVersion } from './chatflow';
import { chatModes } from './conversations';
import { Flow } from './flow';
import { drive, flowStream, type Launched, silentStream } from './flowRunning';
import { textOf } from './json';
import { launch, type LaunchedRun } from './launching';
import type { AppCall, Routes } from './route';
import { limited } from './slots';
import { frame, withPings } from './sse';
import type { Schema } from './validation';

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

const eventsOf = (run: LaunchedRun) => {
	if (run.annotation) return annotatedEvents(run, run.annotation);
	return run.call.app.mode === 'agent-chat' ? agentEvents(run) : chatEvents(run);
};

/** A run's frames; it is over with its stream. */
export async function* framesOf(run: LaunchedRun) {
	try {
		for await (const event of eventsOf(run)) yield frame(event);
	} finally {
		run.call.workspace.tasks.delete(run.taskId);
	}
}

const runFlow = (run: LaunchedRun): Flow => {
	const { inputs, files } = run.message;
	const streaming = run.call.body.response_mode === 'streaming';
	const flow = new Flow(run, { inputs, files, streaming, chat: run });
	drive(flow, chatflowEvents(run, flow));
	return flow;
};

const launched = async (call: AppCall, query: string): Promise<Launched> => {
	try {
		const run = await launch(call, query);
		return run.annotation ? annotatedEvents(run, run.annotation) : runFlow(run);
	} catch (error) {
		return error instanceof ApiError ? error : internalError();
	}
};

const sendToFlow = async (call: AppCall, query: string) => {
	if (call.dialect.chatflowsHaveVersions) checkVersion(call.app, textOf(call.body.workflow_id));
	if (call.body.response_mode === 'streaming') return flowStream(call, () => launched(call, query));
	if (call.dialect.blockingChatflow === 'hangs') return silentStream(call, () => launched(call, query));
	const run = await launch(call, query);
	return run.annotation ? await answerAtOnce(run) : await flowAnswer(run, runFlow(run));
};

const send = async (call: AppCall) => {
	const { mode } = call.app;
	const query = textOf(call.body.query) ?? '';
	if (mode === 'advanced-chat') return await sendToFlow(call, query);
	if (call.body.response_mode === 'streaming') return eventStream(withPings(call, framesOf(await launch(call, query))));
	if (mode === 'agent-chat') throw invalidParam('Agent Chat App does not support blocking mode');
	return await answerAtOnce(await launch(call, query));
};

/** Ends a task; chat, agent and completion heed only the user that began it. */
export const stop = ({ workspace, params, app, user, dialect: { stopOfOthers } }: AppCall) => {
	const task = workspace.tasks.get(params.task_id);
	const isFlow = ['advanced-chat', 'workflow'].includes(app.mode);
	if (task?.appId !== app.id) return done();
	if (task.user === user) task.stopped = true;
	else if (isFlow && stopOfOthers === 'comes late' && app.mode === 'advanced-chat') task.stoppedLate = true;
	else if (isFlow && stopOfOthers !== 'ignored') task.stopped = true;
	return done();
};

const done = () => json({ result: 'success' });

/** Body of a stop. */
export const stopSchema: Schema = { title: 'StopPayload', type: 'object', properties: { user: {} } };

/** Sending a message and stopping its answer. */
export const chatMessageRoutes: Routes = {
	'POST /chat-messages': {
		key: 'app',
		user: { in: 'body', required: true },
		modes: chatModes,
		body: sendSchema,
		handle: limited(send),
	},
	'POST /chat-messages/{task_id}/stop': {
		key: 'app',
		user: { in: 'body', required: true },
		modes: chatModes,
		body: stopSchema,
		handle: stop,
	},
};
