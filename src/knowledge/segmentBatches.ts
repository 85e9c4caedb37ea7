import { inOrder } from '../operation/inOrder';
import { buildRequest } from '../operation/request';
import { run } from '../operation/execute';
import { withParams } from '../operation/call';
import { InputError, type Call, type Json, type Operation, type OutputOf } from '../operation/types';
import { DifyError } from '../transport/error';
import { throwIfCanceled } from '../transport/limit';
import { knowledgeBase, knowledgeBaseId } from './base';
import { namedDocument } from './namedDocument';

/** Stands for a document that is looked up, or made, later. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** One item's chunk on its way. */
interface Entry {
	call: Call;
	segment: Json;
	/** Parameters that name its document. */
	target: { dataset_id: string; document_id?: string; documentName?: string };
}

/**
 * Makes one chunk of each item, in requests of many chunks and in the order of the items. Documents are written at the
 * same time, the requests to one document one after the other. An item that is refused does not keep others from it.
 *
 * @param create the operation that creates chunks, `pick` what is shown of one
 */
export function createFromItems(create: Operation, pick: (segment: Json) => Json): (calls: Call[]) => Promise<OutputOf[]> {
	return async (calls) => {
		const results: OutputOf[] = [];
		const groups = new Map<string, Entry[]>();
		for (const call of calls) {
			const preparing = entryOf(create, call);
			await preparing.then(
				(entry) => {
					const group = groups.get(keyOf(entry));
					if (group) group.push(entry);
					else groups.set(keyOf(entry), [entry]);
				},
				(error: unknown) => results.push({ item: call.item, json: [], error }),
			);
		}
		const documents = results.length && !goesOn(calls[0]) ? [] : [...groups.values()];
		const made = await inOrder(documents.length, calls[0].param('options.concurrency', 1), calls[0].signal, async (index) => {
			return await writeAll(create, pick, documents[index]);
		});
		throwIfCanceled(calls[0].signal);
		return [...results, ...made.flat()].sort((one, other) => one.item - other.item);
	};
}

const goesOn = ({ n8n }: Call) => n8n.continueOnFail();
const keyOf = ({ target }: Entry) => JSON.stringify(target);

async function entryOf(create: Operation, call: Call): Promise<Entry> {
	const isNamed = call.param<string>('documentChoice', 'existing') === 'name';
	const request = await buildRequest(create, withParams(call, { segmentsMode: 'one', ...(isNamed && { document_id: NOBODY }) }));
	const [segment] = (request.body as Json).segments as Json[];
	const dataset_id = knowledgeBaseId(call).toLowerCase();
	const isPairs = (await knowledgeBase(call)).doc_form === 'qa_model';
	if (isPairs && !String(segment.answer ?? '').trim()) {
		throw new InputError("'Answer' is empty", 'The knowledge base holds question-answer pairs, where every chunk needs one.');
	}
	if (!isNamed) return { call, segment, target: { dataset_id, document_id: call.param('document_id', '').trim().toLowerCase() } };
	const documentName = call.param('documentName', '').trim();
	if (!documentName) throw new InputError("'Document Name' is empty", 'Enter a name. If an expression fills the field, check what it gives for this item.');
	return { call, segment, target: { dataset_id, documentName } };
}

/** All chunks of one document; a request that is refused is the result of each of its items. */
async function writeAll(create: Operation, pick: (segment: Json) => Json, entries: Entry[]): Promise<OutputOf[]> {
	const [{ call, target }] = entries;
	const results: OutputOf[] = [];
	let size = Math.max(1, Number(call.param('options.batchSize', 100)));
	const finding = documentOf(entries);
	const failed = await finding.then(() => undefined, (error: unknown) => ({ error }));
	if (failed) return entries.map(({ call: { item } }) => ({ item, json: [], ...failed }));
	const where = { dataset_id: target.dataset_id, document_id: await finding, segmentsMode: 'json' };
	for (let at = 0; at < entries.length; ) {
		const batch = entries.slice(at, at + size);
		const writing = run({ ...create, traits: [] }, withParams(call, { ...where, segments: batch.map(({ segment }) => segment) }));
		const outcome = await writing.then(({ json }) => ({ made: ofEach(batch, json as Json[]) })).catch((error: unknown) => ({ error }));
		const limit = 'error' in outcome ? limitIn(outcome.error) : 0;
		if (limit && limit < size) {
			size = limit;
			continue;
		}
		at += batch.length;
		for (const [index, { call: own }] of batch.entries()) {
			if ('error' in outcome) results.push({ item: own.item, json: [], error: outcome.error });
			else results.push({ item: own.item, json: own.param('simplify', true) ? pick(outcome.made[index]) : outcome.made[index] });
		}
		if ('error' in outcome && !goesOn(call)) break;
	}
	return results;
}

/** Chunks as they were made, one of each entry. */
function ofEach(entries: Entry[], made: Json[]): Json[] {
	if (made.length === entries.length) return made;
	throw new InputError(
		`Dify answered with ${made.length} chunks to ${entries.length} items`,
		"Look at the document's chunks before you run this again.",
	);
}

async function documentOf([{ call, target }, ...others]: Entry[]): Promise<string> {
	if (target.document_id) return target.document_id;
	const isPairs = [call, ...others.map((entry) => entry.call)].every((each) => String(each.param<unknown>('answer', '')).trim());
	return await namedDocument(call, String(target.documentName), isPairs);
}

/** How many chunks one request may hold, by a server that says so when there are more. */
function limitIn(error: unknown): number {
	const said = error instanceof DifyError ? /^Exceeded maximum segments limit of (\d+)/.exec(error.message) : null;
	return Number(said?.[1] ?? 0);
}
