import { InputError, type Json, type Trait } from '../operation/types';
import { only } from './simplify';

/** A workflow run as people want it; from the blocking object with what the stream adds. */
export function workflowRun(run: Json): Json {
	const data = (run.data ?? {}) as Json;
	return {
		...only('status', 'outputs', 'error')(data),
		...only('workflow_run_id', 'task_id')(run),
		...only('elapsed_time', 'total_tokens', 'total_steps')(data),
		...only('forms', 'files')(run),
	};
}

/** A run that failed in Dify fails the item, unless the user wants it as data. */
export const failedRun: Trait = {
	options: [
		{
			displayName: 'On Run Failure',
			name: 'onRunFailure',
			type: 'options',
			options: [
				{ name: 'Fail', value: 'fail', description: "The item fails with the run's own words" },
				{ name: 'Return', value: 'return', description: 'The item carries the run with its status and error' },
			],
			default: 'fail',
			description: 'What to do when the workflow itself ends with an error',
		},
	],
	async run(call, request, next) {
		const output = await next(request);
		const { data, workflow_run_id: id } = output.json as Json;
		const { status, error } = (data ?? {}) as Json;
		if (status !== 'failed' || call.param<string>('options.onRunFailure', 'fail') === 'return') return output;
		throw new InputError(
			`The workflow run failed: ${String(error)}`,
			`Open the run ${String(id)} under Logs in Dify to see which node it was. 'On Run Failure' under Options returns such runs as data.`,
		);
	},
};

/** Run detail as Dify ≥ 1.13.1 gives it: older servers send `outputs` as text, and nulls for an unknown run. */
export function runDetail(run: Json): Json {
	if (run.id === null) throw new InputError('The run does not exist', 'It belongs to another app, or the ID is wrong.');
	return { ...run, inputs: parsed(run.inputs), outputs: parsed(run.outputs) };
}

function parsed(value: Json[string]): Json[string] {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as Json;
	} catch {
		return value;
	}
}
