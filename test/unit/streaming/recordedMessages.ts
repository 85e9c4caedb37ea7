import type { Difference } from './recordings';

/** Where a stream truly says something else than blocking mode does. */
export const DIFFERENT: Difference[] = [
	{
		reason: 'chat and completion call the model without streaming in blocking mode, where the plugin strips <think>',
		versions: /^(?!0\.15)/,
		app: /^(?:chat|chat_min|completion)$/,
		query: /MAGIC_THINK/,
		paths: ['answer'],
	},
	{
		reason: 'the same, with reasoning that old plugins put into <details>',
		versions: /^0\.15/,
		app: /^(?:chat|chat_min|completion)$/,
		query: /MAGIC_REASON/,
		paths: ['answer'],
	},
	{
		reason: '1.14.2 keeps <think> in the blocking answer, not in the outputs',
		versions: /^1\.14\.2/,
		app: /^chatflow_separated$/,
		query: /MAGIC_THINK/,
		paths: ['answer'],
	},
	{ reason: 'a link to a file of this run', versions: /./, app: /^chatflow_file$/, query: /./, paths: ['answer'] },
	{ reason: 'tells the time', versions: /./, app: /^chatflow_agentnode$/, query: /./, paths: ['answer'] },
	{
		reason: 'streams that output moderation stops count no tokens, 0.15.3 estimates them',
		versions: /./,
		app: /^chat_moderated$/,
		query: /MAGIC_LONG/,
		paths: ['prompt_tokens', 'completion_tokens', 'total_tokens'].map((key) => `metadata.usage.${key}`),
	},
	{
		reason: 'the same: their price of nothing is printed with decimals',
		versions: /^(?!0\.15)/,
		app: /^chat_moderated$/,
		query: /MAGIC_LONG/,
		paths: ['prompt_price', 'completion_price', 'total_price'].map((key) => `metadata.usage.${key}`),
	},
	{
		reason: 'a moderated chatflow stream has no message_end',
		versions: /./,
		app: /^chatflow_moderated$/,
		query: /MAGIC_LONG/,
		paths: ['metadata (keys)', ...['annotation_reply', 'retriever_resources', 'usage'].map((key) => `metadata.${key}`)],
	},
];

interface Count {
	/** Streams that give an answer, an error, or end too early: the client left, or the run never started. */
	streams: [answers: number, errors: number, lost: number];
	/** Those with the same question in blocking mode. */
	pairs: [answers: number, errors: number];
	/** Those whose message was read later, and which of them Dify stored otherwise. */
	stored: [number, ...string[]];
}

/** So that no stream is left out unseen. */
export const COUNTS: Record<string, Record<string, Count>> = {
	'POST /chat-messages': {
		'0.15.3': { streams: [51, 19, 4], pairs: [25, 13], stored: [9] },
		'1.4.3': { streams: [51, 19, 4], pairs: [23, 13], stored: [9] },
		// stop-019: Dify stores no text for a run that was aborted.
		'1.10.1': { streams: [50, 19, 4], pairs: [22, 13], stored: [9, 'stop-019'] },
		'1.13.0': { streams: [49, 19, 37], pairs: [9, 6], stored: [9, 'stop-019'] },
		// human-057: went on after its pause. think-001: stored with its <think>.
		'1.14.2': { streams: [74, 22, 20], pairs: [36, 13], stored: [17, 'human-057', 'stop-019', 'think-001'] },
		'main-2026-06': { streams: [58, 25, 5], pairs: [30, 14], stored: [10, 'stop-014', 'stop-019'] },
	},
	'POST /completion-messages': {
		'0.15.3': { streams: [7, 6, 1], pairs: [5, 6], stored: [0] },
		'1.4.3': { streams: [7, 6, 1], pairs: [4, 6], stored: [0] },
		'1.10.1': { streams: [7, 6, 1], pairs: [4, 6], stored: [0] },
		'1.13.0': { streams: [7, 6, 1], pairs: [4, 6], stored: [0] },
		'1.14.2': { streams: [7, 6, 1], pairs: [5, 6], stored: [0] },
		'main-2026-06': { streams: [6, 6, 1], pairs: [4, 6], stored: [0] },
	},
};
