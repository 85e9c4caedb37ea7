import { type Answer, ApiError, invalidParam, json } from './answers';
import { annotatedMetadata } from './annotatedAnswer';
import { withoutThinking } from './answering';
import type { Flow } from './flow';
import { settled } from './flowRunning';
import { reasonsOf } from './humanForms';
import { type Json, without } from './json';
import type { LaunchedRun } from './launching';
import { deltas, metadata, pluginError, type Run, store } from './run';
import { validationError } from './validation';

const blockingType = 'application/json; charset=utf-8';

const blockingObject = (run: Run, answer: string, about: Json): Json => ({
	event: 'message',
	task_id: run.taskId,
	id: run.message.id,
	message_id: run.message.id,
	...(run.call.app.mode !== 'completion' && { conversation_id: run.conversation.id }),
	mode: run.call.app.mode,
	answer,
	metadata: about,
	created_at: run.message.createdAt,
});

const finished = (run: Run, answer: string, about = metadata(run, answer)) =>
	json(blockingObject(run, answer, about), 200, blockingType);

/** Answers a chat or completion when all of it is there. */
export async function answerAtOnce(run: LaunchedRun): Promise<Answer> {
	const { annotation, reply } = run;
	if (annotation) {
		store(run, annotation.answer);
		return finished(run, annotation.answer, annotatedMetadata(run, annotation));
	}
	let answer = '';
	for await (const piece of deltas(run)) answer += piece;
	run.call.workspace.tasks.delete(run.taskId);
	if (reply.failure) {
		const text = pluginError(run, reply.failureAtOnce ?? reply.failure);
		store(run, '', text);
		throw new ApiError(400, run.call.dialect.modelFailure.code, text);
	}
	if (!answer && run.call.dialect.emptyBlockingAnswer === 'refused') {
		throw validationError('Data', [{ at: 'answer', text: 'Input should be a valid string', type: 'string_type', input: [] }]);
	}
	store(run, withoutThinking(answer));
	return finished(run, withoutThinking(answer));
}

const paused = (run: Run, { id, form, text: answer, totalTokens, totalSteps, elapsed }: Flow): Json => {
	const about = { ...metadata(run, answer), usage: null };
	const shared = blockingObject(run, answer, about);
	return {
		...shared,
		event: 'workflow_paused',
		workflow_run_id: id,
		data: {
			...without(shared, 'event', 'task_id'),
			workflow_run_id: id,
			paused_nodes: form ? [form.definition.node.node_id] : [],
			reasons: form ? reasonsOf(form) : [],
			status: 'paused',
			elapsed_time: elapsed,
			total_tokens: totalTokens,
			total_steps: totalSteps,
		},
	};
};

/** Answers a chatflow when its run is over, or waits for a person. */
export async function flowAnswer(run: Run, flow: Flow): Promise<Answer> {
	await settled(flow);
	if (flow.status === 'paused') return json(paused(run, flow), 200, blockingType);
	if (flow.status !== 'succeeded') throw invalidParam(`Run failed: ${flow.error}`);
	return finished(run, run.message.answer);
}
