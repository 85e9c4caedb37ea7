import { InputError, type Call, type Json, type Trait } from '../operation/types';
import { pause } from '../transport/wait';

const POLL_S = 1;

/** After a job is started: polls its status every second until it ends. The answer then is the final status. */
export const waitForJob: Trait = {
	fields: [
		{
			displayName: 'Wait for Completion',
			name: 'waitForCompletion',
			type: 'boolean',
			default: true,
			description: 'Whether to wait until Dify has done it',
		},
	],
	options: [
		{
			displayName: 'Job Timeout',
			name: 'jobTimeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 300,
			description: 'Seconds to wait for the job',
		},
	],
	async run(call, request, next) {
		const output = await next(request);
		if (!call.param('waitForCompletion', true)) return output;
		const { job_id: id } = output.json as Json;
		const status = await ended(call, `${request.path}/status/${encodeURIComponent(String(id))}`);
		if (status.job_status !== 'error') return { json: status };
		throw new InputError(`The job ended with: ${String(status.error_msg)}`, 'Check the embedding model, then run this again.');
	},
};

async function ended(call: Call, path: string): Promise<Json> {
	const ends = Date.now() + call.param('options.jobTimeout', 300) * 1000;
	for (;;) {
		const status = await call.json({ method: 'GET', path });
		if (['completed', 'error'].includes(String(status.job_status))) return status;
		if (Date.now() >= ends) throw new InputError('The job did not end in time', "It goes on in Dify. Raise 'Job Timeout' under Options.");
		await pause(POLL_S, call.signal);
	}
}
