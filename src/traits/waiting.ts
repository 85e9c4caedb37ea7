import { InputError, type Call, type Json, type Output, type Trait } from '../operation/types';
import { knowledgeBaseId } from '../knowledge/base';
import { whyNotIndexed } from '../knowledge/documentStates';
import { indexed, type Indexed } from '../knowledge/indexing';

/** After a document is written: waits until Dify has indexed it. The answer then holds the document's final state. */
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
		return call.param('waitForIndexing', true) ? shown(call, await endOf(call, output)) : output;
	},
};

/** The same for a request that may be sent again: Dify makes anew, in its place, what it could not index. */
export const waitAndRetry: Trait = {
	...waitForIndexing,
	options: [
		...(waitForIndexing.options ?? []),
		{
			displayName: 'Retry Failed',
			name: 'retryFailed',
			type: 'boolean',
			default: false,
			description:
				'Whether to write a document once more when Dify could not index it, for example because its model was busy. Not with Keep Both.',
		},
	],
	async run(call, request, next) {
		const isRepeatable = call.param<string>('ifNameExists', 'replace') !== 'keepBoth';
		const retries = isRepeatable && call.param('waitForIndexing', true) && call.param('options.retryFailed', false);
		if (!retries) return await waitForIndexing.run(call, request, next);
		const first = await endOf(call, await next(request));
		return shown(call, first.progress.indexing_status === 'error' ? await endOf(call, await next(request)) : first);
	},
};

/** A document that was waited for. */
interface End extends Indexed {
	output: Output;
	batch: string;
}

async function endOf(call: Call, output: Output): Promise<End> {
	const { document, batch } = output.json as { document: Json; batch: string };
	return { output, batch, ...(await indexed(call, knowledgeBaseId(call), document, batch)) };
}

/** Its final state; an error where Dify did not index it, unless the item shall carry that. */
function shown(call: Call, { output, batch, document, progress }: End): Output {
	const reason = whyNotIndexed(progress);
	if (reason && call.param('options.onIndexingError', 'fail') === 'fail') throw notIndexed(document, progress, reason);
	const { completed_segments, total_segments } = progress;
	return { ...output, json: { document: { ...document, error: reason ?? null, completed_segments, total_segments }, batch } };
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
