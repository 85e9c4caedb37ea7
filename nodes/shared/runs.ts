import type { Operation } from '../../src/operation/types';
import { user, workflowRun as runId } from './fields';

/** Reads a run's events to its end; each node says what becomes of them. */
export const runEvents: Operation = {
	name: 'Stream Events',
	value: 'streamEvents',
	action: 'Stream events of workflow run',
	description: 'Follow a run that was started before until it ends or waits for a person, and get its result',
	route: 'GET /workflow/{workflow_run_id}/events',
	since: '1.14.0',
	fields: [runId, user],
};
