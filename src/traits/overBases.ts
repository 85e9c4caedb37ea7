import { knowledgeBase, knowledgeBaseId } from '../knowledge/base';
import { merged, scaleOf, type Finding } from '../knowledge/merging';
import { searchMade } from '../knowledge/retrieval';
import { withParams } from '../operation/call';
import { run } from '../operation/execute';
import { inOrder } from '../operation/inOrder';
import { InputError, type Call, type Field, type Json, type Operation, type Trait } from '../operation/types';
import { asOptionalUuids } from '../operation/values';
import { DifyError } from '../transport/error';
import { throwIfCanceled } from '../transport/limit';

const MOST_AT_ONCE = 5;

const mergeBy: Field = {
	displayName: 'Merge By',
	name: 'mergeBy',
	type: 'options',
	options: [
		{ name: 'Automatic', value: 'auto', description: 'By score where all bases search alike, else by rank' },
		{ name: 'Rank', value: 'rank', description: 'The best of each base first (reciprocal rank fusion)' },
		{ name: 'Score', value: 'score', description: 'As the bases scored, whatever that means in each' },
	],
	default: 'auto',
	description: 'How the chunks of several knowledge bases become one list',
};

/**
 * Asks the bases of `moreKnowledgeBases` too, up to 5 at a time, and makes one list of what they find: as long as the
 * longest of them may be, each record with its `dataset`.
 *
 * @param retrieve the operation that asks one base
 */
export function overBases(retrieve: Operation): Trait {
	return {
		options: [mergeBy],
		async run(call, request, next) {
			const bases = basesOf(call);
			if (bases.length < 2) return await next(request);
			const findings = await inOrder(bases.length, MOST_AT_ONCE, call.signal, async (index) => {
				return await findingOf(retrieve, withParams(call, { dataset_id: bases[index] }));
			});
			throwIfCanceled(call.signal);
			const keepsDuplicates = call.param('options.keepDuplicates', false);
			const records = merged(findings, call.param('options.mergeBy', 'auto'), keepsDuplicates);
			return { json: { query: { content: (request.body as Json).query }, records } };
		},
	};
}

/** The item's base and the others, each once. */
function basesOf(call: Call): string[] {
	const more = asOptionalUuids(call.param<unknown>('additionalFields.moreKnowledgeBases', []));
	return [...new Set([knowledgeBaseId(call), ...more].map((id) => id.toLowerCase()))];
}

/** An empty base is not asked: it has no index, over which Dify fails. */
async function findingOf(retrieve: Operation, call: Call): Promise<Finding> {
	const base = await existing(call);
	const { id, name } = base;
	if (base.document_count === 0) return { records: [], search: searchMade(null, base) };
	let search: Json = {};
	const noted: Trait = {
		async run(_, request, next) {
			search = searchMade((request.body as Json).retrieval_model as Json | null, base);
			return await next(request);
		},
	};
	const asking = run({ ...retrieve, traits: [noted] }, call);
	const { json } = await asking.catch(async (error: unknown) => {
		if (!(error instanceof InputError)) return await asking;
		throw new InputError(`${error.message}, in '${String(name)}'`, error.description);
	});
	const records = ((json as Json).records as Json[]).map((record) => ({ ...record, dataset: { id, name } }));
	return { records, search, scale: scaleOf(search, base) };
}

async function existing(call: Call): Promise<Json> {
	const reading = knowledgeBase(call);
	return await reading.catch(async (error: unknown) => {
		if (!(error instanceof DifyError) || error.status !== 404) return await reading;
		throw new InputError(
			`There is no knowledge base '${knowledgeBaseId(call)}'`,
			'It was deleted, or the ID belongs to something else. Choose the knowledge bases again from the list.',
		);
	});
}
