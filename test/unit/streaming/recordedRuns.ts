import type { Difference } from './recordings';

const FILE = { app: /^workflow_file$/, query: /./ };

/** Where a stream truly says something else than blocking mode does. */
export const DIFFERENT: Difference[] = [
	{
		...FILE,
		reason: 'the run makes a file, each time another one',
		versions: /./,
		paths: ['filename', 'related_id', 'url'].map((key) => `data.outputs.files.0.${key}`),
	},
	{
		...FILE,
		reason: 'the same, by its reference',
		versions: /^(?:1\.14|main)/,
		paths: ['data.outputs.files.0.reference'],
	},
];

/** Where those who join a run later are truly told something else. */
export const JOINED = [
	{
		reason: 'a chatflow that is over is told in one line, without message and metadata',
		paths: [
			'(keys)',
			'metadata (keys)',
			...['annotation_reply', 'retriever_resources', 'usage'].map((key) => `metadata.${key}`),
		],
	},
	{ reason: 'forms of a snapshot are not rendered', paths: ['data.reasons.0.form_content'] },
];

interface Count {
	/** Streams by the status that they end with; `error`: refused, `lost`: the client left or the run never started. */
	runs: Record<string, number>;
	/** The same of the events endpoint. */
	events: Record<string, number>;
	/** Runs with the same task in blocking mode. */
	pairs: [answers: number, errors: number];
	/** Events of runs that another stream tells as well, and how many of them differ as in {@link JOINED}. */
	joined: [number, ...number[]];
	/** Ended runs whose detail was read later, and where it says something else. */
	stored: [number, ...string[]];
}

/** So that no stream is left out unseen. */
export const COUNTS: Record<string, Count> = {
	'0.15.3': {
		runs: { succeeded: 17, 'partial-succeeded': 1, failed: 8, stopped: 1, lost: 1 },
		events: {},
		pairs: [22, 0],
		joined: [0, 0, 0],
		// Stopped runs are stored without outputs.
		stored: [2, 'stop-028: outputs'],
	},
	'1.4.3': {
		runs: { succeeded: 17, 'partial-succeeded': 1, failed: 8, stopped: 1, lost: 1 },
		events: {},
		pairs: [22, 0],
		joined: [0, 0, 0],
		stored: [2, 'stop-028: outputs'],
	},
	'1.10.1': {
		runs: { succeeded: 17, 'partial-succeeded': 1, failed: 8, stopped: 2, lost: 1 },
		events: {},
		pairs: [23, 0],
		joined: [0, 0, 0],
		// Stopped runs stay `running`.
		stored: [2, 'stop-028: status', 'stop-032: status'],
	},
	'1.13.0': {
		runs: { succeeded: 16, 'partial-succeeded': 1, failed: 8, stopped: 2, lost: 3 },
		events: {},
		pairs: [23, 0],
		joined: [0, 0, 0],
		stored: [2, 'stop-028: status', 'stop-032: status'],
	},
	'1.14.2': {
		runs: { succeeded: 27, 'partial-succeeded': 1, failed: 8, stopped: 5, paused: 18, lost: 5 },
		events: { succeeded: 30, stopped: 1, paused: 7, lost: 8 },
		pairs: [45, 0],
		joined: [47, 10, 5],
		stored: [27, 'stop-028: status', 'stop-032: status', 'stop3-010: status'],
	},
	'main-2026-06': {
		runs: { succeeded: 22, 'partial-succeeded': 1, failed: 10, paused: 7, error: 2, lost: 2 },
		events: { succeeded: 19, stopped: 4, paused: 5, lost: 3 },
		pairs: [29, 2],
		joined: [30, 6, 4],
		// The stream says that these failed, the detail that they were stopped.
		stored: [24, 'stop-028: status', 'stop-032: status'],
	},
};
