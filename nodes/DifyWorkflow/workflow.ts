import type { Field, Operation, Resource } from '../../src/operation/types';
import { asIsoDate, asUuid } from '../../src/operation/values';
import { runDetail } from '../../src/run/detail';
import { byPage } from '../../src/traits/paging';
import { failedRun, waitForRun, workflowRun } from '../../src/traits/runs';
import { only, simplify } from '../../src/traits/simplify';
import { following, streaming } from '../../src/traits/streaming';
import { user, workflowRun as runId } from '../shared/fields';
import { inputs } from '../shared/inputs';
import { runEvents } from '../shared/runs';
import { asSent, attachments } from '../shared/send';
import { stopRequested } from '../shared/stop';

const version: Field = {
	displayName: 'Workflow Version ID',
	name: 'workflow_id',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
	encode: asUuid,
	description: 'A published version of the workflow',
};

/** Older servers list all runs. */
const ignoredBy: Field['ignoredBy'] = [['0', '1.5.0']];
const timeIgnoredBy: Field['ignoredBy'] = [['0', '1.4.3']];

const run: Operation = {
	name: 'Run',
	value: 'run',
	action: 'Run workflow',
	description: 'Run a Dify workflow with its inputs and get its outputs',
	route: 'POST /workflows/run',
	modes: ['workflow'],
	fields: [...inputs, user, attachments],
	traits: [simplify(workflowRun), failedRun, streaming('workflow')],
	body: asSent,
};

export const workflow: Resource = {
	name: 'Workflow',
	value: 'workflow',
	operations: [
		run,
		{
			...run,
			name: 'Run by ID',
			value: 'runById',
			action: 'Run workflow by ID',
			description: 'Run a certain published version of a Dify workflow',
			route: 'POST /workflows/{workflow_id}/run',
			since: '1.7.2',
			fields: [version, ...inputs, user, attachments],
		},
		{
			name: 'Get Run',
			value: 'getRun',
			action: 'Get workflow run',
			description: 'Get the status and outputs of a run',
			route: 'GET /workflows/run/{workflow_run_id}',
			fields: [runId],
			traits: [
				simplify(only('id', 'status', 'inputs', 'outputs', 'error', 'total_steps', 'total_tokens', 'created_at', 'finished_at', 'elapsed_time')),
				waitForRun,
			],
			output: runDetail,
		},
		{
			name: 'Get Logs',
			value: 'getLogs',
			action: 'Get workflow logs',
			description: "List the workflow's runs, newest first, with status, duration and who started them",
			route: 'GET /workflows/logs',
			optional: [
				{ displayName: 'Created After', name: 'created_at__after', type: 'dateTime', default: '', encode: asIsoDate, ignoredBy: timeIgnoredBy },
				{ displayName: 'Created Before', name: 'created_at__before', type: 'dateTime', default: '', encode: asIsoDate, ignoredBy: timeIgnoredBy },
				{
					displayName: 'Created by Account',
					name: 'created_by_account',
					type: 'string',
					default: '',
					placeholder: 'e.g. nathan@example.com',
					ignoredBy,
					description: 'Email of a member of the workspace',
				},
				{
					displayName: 'Created by User',
					name: 'created_by_end_user_session_id',
					type: 'string',
					default: '',
					placeholder: 'e.g. n8n',
					ignoredBy,
					description: "The 'User' that started the run",
				},
				{ displayName: 'Keyword', name: 'keyword', type: 'string', default: '', description: 'Part of inputs or outputs; the first 30 characters count' },
				{
					displayName: 'Status',
					name: 'status',
					type: 'options',
					options: [
						{ name: 'Failed', value: 'failed' },
						{ name: 'Stopped', value: 'stopped' },
						{ name: 'Succeeded', value: 'succeeded' },
					],
					default: 'succeeded',
				},
			],
			traits: [byPage],
		},
		stopRequested('POST /workflows/tasks/{task_id}/stop', 'workflow run'),
		{ ...runEvents, traits: [simplify(workflowRun), failedRun, following('workflow')] },
	],
};
