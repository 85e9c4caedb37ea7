import { buildRequest } from '../operation/request';
import { run } from '../operation/execute';
import { inOrder } from '../operation/inOrder';
import { withParams } from '../operation/call';
import { InputError, type Call, type Json, type Operation, type OutputOf } from '../operation/types';
import { DifyError } from '../transport/error';
import { throwIfCanceled } from '../transport/limit';
import { knowledgeBaseId } from './base';
import { isSettled, sentName } from './documents';
import { holdings, valueOf, type Held } from './held';
import { keyingOf, keyOf, sentFileName, type Keying } from './keys';
import { fieldsOf, unknownField } from './metadata';

/** The condition that documents must meet to be touched, as the parameter holds it. */
interface Scope {
	condition?: { name?: string; value?: unknown };
}

/**
 * Deletes the documents whose key no item has, base by base; those without a key are never touched.
 *
 * @param list the operation that lists documents, `remove` the one that deletes one
 */
export function deleteMissing(list: Operation, remove: Operation): (calls: Call[]) => Promise<OutputOf[]> {
	return async (calls) => {
		const bases = new Map<string, Call[]>();
		for (const call of calls) {
			await buildRequest(list, call);
			const id = knowledgeBaseId(call).toLowerCase();
			const items = bases.get(id);
			if (items) items.push(call);
			else bases.set(id, [call]);
		}
		const outputs: OutputOf[] = [];
		for (const items of bases.values()) outputs.push(...(await cleared(items, remove)));
		return outputs;
	};
}

async function cleared(calls: Call[], remove: Operation): Promise<OutputOf[]> {
	const [call] = calls;
	const { item } = call;
	const keying = keyingOf(call);
	const wanted = wantedKeys(calls, keying);
	const candidates = await candidatesOf(call, keying);
	const missing = candidates.filter(({ key }) => !wanted.has(String(key)));
	const deletable = missing.filter(({ document }) => !document.archived);
	const excess = excessOf(call, deletable.length, candidates.length);
	if (call.param('dryRun', true)) {
		return missing.map((held) => ({ item, json: shown(held, false, archivedReason(held) ?? excess?.message ?? 'Dry run.') }));
	}
	if (excess) throw excess;
	const results = await inOrder(missing.length, call.param('options.concurrency', 1), call.signal, async (index) => {
		return { item, json: await deleted(call, remove, missing[index]) };
	});
	throwIfCanceled(call.signal);
	return results;
}

/** An item without a key would have its own document deleted, so it counts as a fault of the input. */
function wantedKeys(calls: Call[], keying: Keying): Set<string> {
	const keys = calls.map(keyOf);
	const empty = keys.findIndex((key) => !key);
	if (empty < 0) return new Set(keying.field === undefined ? keys.flatMap((name) => [sentName(name), sentFileName(name)]) : keys);
	if (keys.some(Boolean)) {
		throw new InputError(
			`'Key' is empty for item ${calls[empty].item + 1}`,
			'Nothing was deleted. Its document would count as missing: check what the expression gives for this item.',
		);
	}
	if (calls[0].param('options.allowEmptyInput', false)) return new Set();
	throw new InputError(
		'The input holds no key, so that every document would be deleted',
		"Nothing was deleted. Check the source; if it is meant to be empty, switch on 'Allow Empty Input' under Options.",
	);
}

/** The documents that have a key, within the scope. */
async function candidatesOf(call: Call, keying: Keying): Promise<Held[]> {
	const datasetId = knowledgeBaseId(call);
	const { condition } = call.param<Scope>('scope', {});
	const scopeField = condition?.name?.trim();
	const needed = [keying.field, scopeField].filter((name) => name);
	if (needed.length) {
		const fields = await fieldsOf(call, datasetId);
		const unknown = needed.find((name) => !fields.some((field) => field.name === name));
		if (unknown) throw unknownField(unknown, fields);
	}
	const { all } = await holdings(call, datasetId, keying);
	const inScope = ({ document }: Held) => !scopeField || valueOf(document, scopeField) === String(condition?.value ?? '');
	return all.filter((held) => held.key !== undefined && inScope(held));
}

function excessOf(call: Call, deletions: number, of: number): InputError | undefined {
	const most = call.param('maxDeletions', 20);
	const share = of ? (deletions / of) * 100 : 0;
	if (share <= most) return undefined;
	return new InputError(
		`${deletions} of ${of} documents are missing in the input: ${Math.ceil(share)} %, more than the ${most} % allowed`,
		"Nothing was deleted. Check that the input is complete; if it is, raise 'Maximum Share of Deletions'.",
	);
}

async function deleted(call: Call, remove: Operation, held: Held): Promise<Json> {
	const archived = archivedReason(held);
	if (archived) return shown(held, false, archived);
	const deleting = run(remove, withParams(call, { document_id: held.id }));
	const refusal = await deleting.then(() => undefined, refusalOf);
	if (refusal === 'archived') return shown(held, false, ARCHIVED);
	if (refusal === 'gone') return shown(held, true, 'It was gone already.');
	await deleting;
	const wasIndexing = !isSettled(held.document.indexing_status);
	return shown(held, true, wasIndexing ? 'It was still being indexed.' : null);
}

function refusalOf(error: unknown): string | undefined {
	if (!(error instanceof DifyError)) return undefined;
	if (error.code === 'archived_document_immutable') return 'archived';
	return error.status === 404 && error.code !== 'endpoint_missing' ? 'gone' : undefined;
}

const ARCHIVED = 'Archived in Dify, which deletes no archived document: un-archive it first.';
const archivedReason = ({ document }: Held) => (document.archived ? ARCHIVED : undefined);

function shown({ id, name, key }: Held, isDeleted: boolean, reason: string | null): Json {
	return { deleted: isDeleted, id, name, key, reason };
}
