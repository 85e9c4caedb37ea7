import { InputError, type Json } from '../operation/types';
import { isSettled } from './documents';

/** Refuses a document that Dify would not let change. */
export function assertWritable({ name, archived, enabled, indexing_status: status }: Json, key: string): void {
	const state = archived ? 'archived' : status === 'paused' ? 'paused' : isSettled(status) ? (enabled ? '' : 'disabled') : 'still being indexed';
	if (!state) return;
	const advice: Record<string, string> = {
		archived: "Un-archive it first, with the operation Update Status of 'Document'.",
		disabled: "Enable it first, with the operation Update Status of 'Document'.",
		paused: 'Resume it in Dify.',
	};
	throw new InputError(
		`'${String(name)}' with the key '${key}' has changed, but is ${state} in Dify`,
		advice[state] ?? "Raise 'Indexing Timeout' under Options, or run this again later. If it is stuck, delete it in Dify.",
	);
}

/** Why a document is left alone, with what keeps it from being found; `edits` names what somebody did to it. */
export function reasonToSkip(document: Json, edits: string): string {
	const isPaused = document.display_status === 'paused';
	const state = document.archived
		? 'archived in Dify'
		: document.enabled === false
			? 'disabled in Dify'
			: isPaused
				? 'paused in Dify'
				: isSettled(document.indexing_status)
					? ''
					: 'still being indexed';
	return `${['Unchanged', state, edits].filter(Boolean).join(', ')}.`;
}

/** Why a document cannot be searched, in Dify's words where it has some. */
export function whyNotIndexed({ indexing_status: status, error, completed_segments: done, total_segments: total }: Json): string | undefined {
	if (status === 'completed' && total === 0) return 'Dify found no text in it: it has no chunks.';
	if (status === 'completed') return undefined;
	if (status === 'error') return String(error || 'Dify gives no reason.');
	if (status === 'paused') return 'Indexing was paused in Dify and waits for a person.';
	return `Indexing did not end in time: it is ${String(status)}, ${String(done)} of ${String(total)} chunks.`;
}
