import { InputError, type Json, type Trait } from '../operation/types';
import { resultOf } from '../run/detail';
import { isStop } from '../streaming/run';
import { readableMessage } from '../transport/error';
import { INCLUDED, only, withStop } from './simplify';

/** A workflow run as people want it; from the blocking object with what the stream adds. */
export function workflowRun(run: Json): Json {
	if (!run.data) return run;
	const data = run.data as Json;
	return {
		...only('status', 'outputs', 'error')({ ...withStop(data), error: data.error || null }),
		...only('workflow_run_id', 'task_id')(run),
		...only('elapsed_time', 'total_tokens', 'total_steps')(data),
		...only('forms', 'files', ...INCLUDED)(run),
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
		if (status !== 'failed' || isStop({ status, error }) || call.param<string>('options.onRunFailure', 'fail') === 'return') return output;
		throw new InputError(
			`The workflow run failed: ${readableMessage(String(error))}`,
			`Open the run ${String(id)} under Logs in Dify to see which node it was. 'On Run Failure' under Options returns such runs as data.`,
		);
	},
};

/** After run detail is read: reads it again, at growing intervals, until the run has ended or waits for a person. */
export const waitForRun: Trait = {
	fields: [
		{
			displayName: 'Wait for Finish',
			name: 'waitForFinish',
			type: 'boolean',
			default: false,
			description: 'Whether to wait until the run has ended',
		},
	],
	async run(call, request, next) {
		const output = await next(request);
		const { status, id } = output.json as Json;
		if (status !== 'running' || !call.param('waitForFinish', false)) return output;
		return { json: await resultOf(call, request, String(id)) };
	},
};
