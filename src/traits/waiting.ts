import { pause } from '../transport/wait';
import { InputError, type Call, type Json, type Trait } from '../operation/types';
import { knowledgeBaseId } from '../knowledge/base';
import { documentsNamed, documentsPath, isSettled } from '../knowledge/documents';

const FIRST_POLL_S = 0.3;
const LONGEST_POLL_S = 5;

/**
 * After a document is written: polls its batch, at growing intervals of 0.3 to 5 s, until Dify has indexed it. The answer
 * then holds the document's final state.
 */
export const waitForIndexing: Trait = {
	fields: [
		{
			displayName: 'Wait for Indexing',
			name: 'waitForIndexing',
			type: 'boolean',
			default: true,
			description: 'Whether to wait until the document can be searched. Without, the next nodes may miss it.',
		},
	],
	options: [
		{
			displayName: 'Indexing Timeout',
			name: 'indexingTimeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 600,
			description: 'Seconds to wait for one document to be indexed',
		},
		{
			displayName: 'On Indexing Error',
			name: 'onIndexingError',
			type: 'options',
			options: [
				{ name: 'Fail', value: 'fail', description: 'The item fails with what Dify says about the document' },
				{ name: 'Return', value: 'return', description: "The item carries the document's state and its error text" },
			],
			default: 'fail',
			description: 'What to do when Dify cannot index a document or does not finish in time',
		},
	],
	async run(call, request, next) {
		const output = await next(request);
		if (!call.param('waitForIndexing', true)) return output;
		const { document, batch } = output.json as { document: Json; batch: string };
		const datasetId = knowledgeBaseId(call);

		const progress = await settled(call, datasetId, batch);
		const reason = reasonOf(progress);
		if (reason && call.param('options.onIndexingError', 'fail') === 'fail') throw notIndexed(document, progress, reason);
		const current = await documentsNamed(call, datasetId, String(document.name));
		const final = current.find(({ id }) => id === document.id) ?? { ...document, indexing_status: progress.indexing_status };
		const { completed_segments, total_segments } = progress;
		return { ...output, json: { document: { ...final, error: reason ?? null, completed_segments, total_segments }, batch } };
	},
};

/** Progress of the batch once it has ended, or when the time is over. */
async function settled(call: Call, datasetId: string, batch: string): Promise<Json> {
	const ends = Date.now() + call.param('options.indexingTimeout', 600) * 1000;
	const path = `${documentsPath(datasetId)}/${encodeURIComponent(batch)}/indexing-status`;
	for (let seconds = FIRST_POLL_S; ; seconds = Math.min(LONGEST_POLL_S, seconds * 1.5)) {
		const [progress] = (await call.json({ method: 'GET', path })).data as Json[];
		if (isSettled(progress.indexing_status) || Date.now() >= ends) return progress;
		await pause(Math.min(seconds, (ends - Date.now()) / 1000), call.signal);
	}
}

/** Why a document cannot be searched, in Dify's words where it has some. */
function reasonOf({ indexing_status: status, error, completed_segments: done, total_segments: total }: Json): string | undefined {
	if (status === 'completed' && total === 0) return 'Dify found no text in it: it has no chunks.';
	if (status === 'completed') return undefined;
	if (status === 'error') return String(error || 'Dify gives no reason.');
	if (status === 'paused') return 'Indexing was paused in Dify and waits for a person.';
	return `Indexing did not end in time: it is ${String(status)}, ${String(done)} of ${String(total)} chunks.`;
}

function notIndexed(document: Json, progress: Json, reason: string): InputError {
	const advice: Record<string, string> = {
		completed: 'Check that the file holds text, and that the chunking fits the knowledge base.',
		error: 'Correct the cause and run this item again: the document of that name is replaced.',
		paused: 'Resume it in Dify.',
	};
	return new InputError(
		`'${String(document.name)}' was not indexed: ${reason}`,
		advice[String(progress.indexing_status)] ??
			"It may still end. Raise 'Indexing Timeout' under Options, and check that Dify's worker runs.",
	);
}
