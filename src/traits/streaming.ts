import { appInfo } from '../operation/app';
import type { Call, Field, Json, Request, Started, Trait } from '../operation/types';
import { AppRun } from '../run/appRun';
import { kindOf, type Kind } from '../run/kinds';
import { reportUsage, traceRun } from '../run/usage';
import type { Include } from '../streaming/answer';
import type { Outlet } from '../streaming/live';
import { splitReasoning } from '../streaming/reasoning';

const include: Field = {
	displayName: 'Include',
	name: 'include',
	type: 'multiOptions',
	options: [
		{ name: 'Agent Thoughts', value: 'agentThoughts', description: 'What an agent thought and which tools it called' },
		{ name: 'Node Trace', value: 'nodeTrace', description: 'The nodes of the run with status, times, tokens and errors' },
		{ name: 'Raw Events', value: 'rawEvents', description: 'Everything that came through the stream' },
		{ name: 'Reasoning', value: 'reasoning', description: 'What the model thought before it answered' },
		{ name: 'Timing', value: 'timing', description: 'When the first event, the first text and the end came' },
	],
	default: [],
	description: 'What else to return, under keys of these names',
};

const keepReasoning: Field = {
	displayName: 'Keep Reasoning in Answer',
	name: 'keepReasoning',
	type: 'boolean',
	default: false,
	description: 'Whether to leave the thoughts of a reasoning model, its think blocks, in the text',
};

const enableStreaming: Field = {
	displayName: 'Stream to Trigger',
	name: 'enableStreaming',
	type: 'boolean',
	default: true,
	description: 'Whether a trigger in streaming mode gets the text piece by piece. What was sent cannot be taken back when Dify replaces it.',
};

const sendAgain: Field = {
	displayName: 'Send Again If Lost',
	name: 'sendAgainIfLost',
	type: 'boolean',
	default: false,
	description: 'Whether to ask once more when the connection breaks in mid-answer. Dify gives up such an answer, and the model is paid twice.',
};

const startOnly: Field = {
	displayName: 'Start Only',
	name: 'startOnly',
	type: 'boolean',
	default: false,
	description: 'Whether to return the IDs of the run as soon as it has begun, without waiting for its result. Needs Dify 1.9 or newer.',
};

/**
 * Runs an app, always as a stream: agent apps refuse blocking calls and proxies cut long ones. The result is the object of
 * Dify's blocking mode; with Simplify on it also holds what only the stream has (files, run id, forms).
 *
 * `mode` stands in on servers before 1.4, which do not name it.
 */
export function streaming(mode: string): Trait {
	const kind = kindOf(mode, mode);
	return {
		options: [include, keepReasoning, enableStreaming, kind.detached ? startOnly : sendAgain],
		speaks: true,
		async run(call, request, _, started) {
			const app = String((await appInfo(call)).mode ?? mode);
			const body: Json = { ...(request.body as Json), response_mode: 'streaming' };
			const user = String(body.user);
			return { json: await answered(call, { ...request, body }, kindOf(app, mode), app, user, { started }) };
		},
	};
}

/** Follows a run that was started before. */
export function following(mode: string): Trait {
	return {
		fields: [
			{
				displayName: 'Wait for Finish',
				name: 'waitForFinish',
				type: 'boolean',
				default: true,
				description: 'Whether to wait until the run has ended. Without, its present state is returned.',
			},
		],
		options: [include, keepReasoning, enableStreaming],
		speaks: true,
		async run(call, request) {
			const waits = call.param('waitForFinish', true);
			const app = String((await appInfo(call)).mode ?? mode);
			const query: Json = { ...(request.query as Json), include_state_snapshot: true, ...(waits && { continue_on_pause: true }) };
			const runId = call.param('workflow_run_id', '');
			const more = { runId, continueOnPause: waits, lookMs: waits ? undefined : 1000 };
			return { json: await answered(call, { ...request, query }, kindOf(app, mode), app, String(query.user), more) };
		},
	};
}

async function answered(
	call: Call,
	request: Request,
	kind: Kind,
	mode: string,
	user: string,
	more: { started?: Started; runId?: string; continueOnPause?: boolean; lookMs?: number },
): Promise<Json> {
	const wanted = call.param<Include[]>('options.include', []);
	const keeps = call.param('options.keepReasoning', false);
	const started = (ids: Json) => {
		traceRun(call, ids);
		more.started?.(ids);
	};
	const run = new AppRun(call, request, {
		...more,
		started,
		kind,
		mode,
		user,
		include: wanted,
		outlet: outletOf(call),
		keepReasoning: keeps,
		startOnly: call.param('options.startOnly', false),
		sendAgain: call.param('options.sendAgainIfLost', false),
	});
	await run.finish();
	const { json, reasoning } = withoutReasoning(run.result(), keeps);
	run.live?.finish(String(json.answer ?? run.answer.text));
	await reportUsage(call, json);
	const extras = { ...(reasoning && wanted.includes('reasoning') && { reasoning }), ...run.extras() };
	const asked = Object.fromEntries(Object.entries(extras).filter(([key]) => wanted.includes(key as Include)));
	const marks = { ...(run.sentAgain && { sentAgain: true }), ...(run.live?.replaced && { replaced: true }) };
	return call.param('simplify', true) ? { ...json, ...extras, ...marks } : { ...json, ...asked };
}

/** The answer's text as a chat should show it, and what the model thought. */
function withoutReasoning(json: Json, keeps: boolean): { json: Json; reasoning?: string } {
	if (keeps || typeof json.answer !== 'string') return { json };
	const { text, reasoning } = splitReasoning(json.answer);
	return reasoning ? { json: { ...json, answer: text }, reasoning } : { json };
}

/** The trigger's stream, where it has one and the user wants it. */
function outletOf({ n8n, item, param }: Call): Outlet | undefined {
	if (!n8n.isStreaming?.() || !param('options.enableStreaming', true)) return undefined;
	return {
		begin: () => n8n.sendChunk('begin', item),
		item: (text) => n8n.sendChunk('item', item, text),
		end: () => n8n.sendChunk('end', item),
	};
}
