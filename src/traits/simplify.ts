import type { Json, Trait } from '../operation/types';
import { isStop } from '../streaming/run';

/** Offers a simplified answer, chosen for use by `pick`; off gives Dify's own object, untouched. */
export function simplify(pick: (answer: Json) => Json): Trait {
	return {
		fields: [
			{
				displayName: 'Simplify',
				name: 'simplify',
				type: 'boolean',
				default: true,
				description: 'Whether to return a simplified version of the response instead of the raw data',
			},
		],
		async run(call, request, next) {
			const output = await next(request);
			if (!call.param('simplify', true)) return output;
			return { ...output, json: Array.isArray(output.json) ? output.json.map(pick) : pick(output.json) };
		},
	};
}

/** Those fields of an answer that it has, in this order. */
export function only(...names: string[]): (answer: Json) => Json {
	return (answer) => Object.fromEntries(names.filter((name) => answer[name] !== undefined).map((name) => [name, answer[name]]));
}

const CITATION = ['position', 'dataset_name', 'document_name', 'document_id', 'segment_id', 'score', 'content'];
const USAGE = ['prompt_tokens', 'completion_tokens', 'total_tokens', 'total_price', 'currency', 'latency'];

/** Extra keys of an answer that the user asked for, or that mark it. */
export const INCLUDED = ['agentThoughts', 'nodeTrace', 'rawEvents', 'reasoning', 'timing', 'sentAgain', 'replaced'];

/** An answer of a chat app as chats and people want it: the text as `output`, ids, citations, usage. */
export function sentMessage(answer: Json): Json {
	if (answer.answer === undefined) return answer;
	const { retriever_resources: citations, usage } = (answer.metadata ?? {}) as Record<string, Json | Json[] | undefined>;
	return {
		output: answer.answer,
		...only('conversation_id', 'message_id', 'workflow_run_id')(answer),
		citations: ((citations ?? []) as Json[]).map(only(...CITATION)),
		usage: only(...USAGE)((usage ?? {}) as Json),
		...only('files', ...INCLUDED)(answer),
		...(answer.status !== 'succeeded' && only('status', 'forms')(withStop(answer))),
	};
}

/** A stopped run says so in every version; newer servers call it failed. */
export function withStop(run: Json): Json {
	return isStop(run) ? { ...run, status: 'stopped' } : run;
}

/** The same of a completion app, whose prompts seldom have knowledge. */
export function writtenMessage(answer: Json): Json {
	const { citations, ...written } = sentMessage(answer);
	return (citations as Json[]).length ? { ...written, citations } : written;
}
