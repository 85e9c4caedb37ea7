import { run } from '../operation/execute';
import { withParams } from '../operation/call';
import { InputError, type Call, type Json, type Operation, type Output, type Trait } from '../operation/types';
import { missingValues } from './documentMetadata';
import { documentsNamed, documentsPath, isSettled } from './documents';
import { heldOf, type Held } from './held';
import { indexed } from './indexing';
import { assertWritable, reasonToSkip } from './documentStates';
import { setValues } from './ownFields';
import { finalHash, jobOf, ownName, ownValues, pendingHash, type Job, type Way } from './upsertJob';

/** What Dify says of a document, and what was done. */
interface Written {
	document: Json;
	batch: string | null;
}

/**
 * Brings one document to what the item says: made, changed or left alone. What is known of it stands in its metadata: the
 * key as soon as Dify has made it, the hash of its content when that is indexed. So an execution that ends in between
 * leaves a document that the next one finds and finishes.
 */
export function createOrUpdate(ways: Record<string, Way>): (call: Call) => Promise<Output> {
	return async (call) => {
		const job = await jobOf(call, ways[call.param('source', 'file')]);
		const { key, held } = job;
		const known = held.ofKey(key);
		const result = known ? await update(job, known) : await create(job);
		return { json: { ...result, key } };
	};
}

async function create(job: Job): Promise<Json> {
	const { call, datasetId, keying, key, held } = job;
	const [name, orphan] = freeName(job);
	if (orphan) return await takeOver(job, orphan);
	const claim: Held = { id: '', name, key, document: {} };
	held.add(claim);
	for (const document of await documentsNamed(call, datasetId, name, 1)) {
		const other = heldOf(document, keying);
		if (held.all.some(({ id }) => id === other.id) || document.archived) continue;
		held.remove(claim);
		held.all.push(other);
		held.add(other);
		return other.key === key ? await update(job, other) : await create(job);
	}
	const written = await write(job, job.way.create, { name }, marked(job));
	Object.assign(claim, { id: written.document.id, document: written.document });
	const reason = name === job.name ? null : `Another document of the base is named '${job.name}'.`;
	return await finished(job, written, 'created', reason);
}

/**
 * A name that no document of another key has, for Dify gives a new document of an old name to the old one. Or a document
 * of that name without a key, such as one whose creation was interrupted.
 */
function freeName({ key, keying, name, held }: Job): [string, Held?] {
	const own = ownName(name, key);
	for (const candidate of [name, own]) {
		const holders = held.named(candidate).filter((holder) => holder.key !== key);
		if (!holders.length) return [candidate];
		const [orphan] = holders;
		if (keying.field !== undefined && holders.length === 1 && orphan.key === undefined && orphan.document.enabled) return [candidate, orphan];
	}
	throw new InputError(
		`Other documents are named '${name}' and '${own}'`,
		'A new document of such a name would take their place. Rename or delete one of them in Dify.',
	);
}

/** Gives the document its key first, so that no other item of that name takes it too. */
async function takeOver(job: Job, orphan: Held): Promise<Json> {
	const { call, datasetId, keying, key, fields, held } = job;
	held.remove(orphan);
	orphan.key = key;
	held.add(orphan);
	await setValues(call, datasetId, orphan.document, { [keying.field ?? '']: key, [keying.hashField]: null }, fields);
	orphan.hash = undefined;
	const result = await update(job, orphan);
	return { ...result, reason: result.reason ?? 'A document of that name had no key: it has this one now.' };
}

async function update(job: Job, known: Held): Promise<Json> {
	const { call, datasetId, hash, key, held } = job;
	const isSame = (document: Json) => known.hash === hash && document.indexing_status !== 'error';
	let { document } = known;
	const wasIndexing = !isSettled(document.indexing_status);
	const waits = wasIndexing && (!isSame(document) || call.param('waitForIndexing', true));
	if (waits) ({ document } = await indexed(call, datasetId, document));
	const edits = editsOf(job, known, document);
	const isLeft = !edits || document.display_status !== 'available' || call.param<string>('options.ifEdited', 'leave') === 'leave';
	if (isSame(document) && isLeft) return await unchanged(job, document, edits);
	const name = nameToKeep(job, known);
	const pending = pendingHash(hash);
	if (waits && known.hash === pending && document.name === name && (await hasChunks(job, document))) {
		return await finished(job, { document, batch: null }, 'updated', 'An earlier execution had written it.');
	}
	assertWritable(document, key);

	held.renaming(known, name);
	if (known.hash !== undefined && known.hash !== pending) await setValues(call, datasetId, document, ownValues(job, pending), job.fields);
	const isBroken = document.indexing_status === 'error';
	const written = isBroken ? await remake(job, known, name) : await change(job, known, name);
	held.renamed(known, name);
	const note = isBroken ? 'Dify had failed to index it.' : isSame(document) ? `It was ${edits}.` : null;
	return await finished(job, written, 'updated', note);
}

/** What somebody did to a document since it was written, as far as the list tells: its name, and how long its chunks are. */
function editsOf({ name, key }: Job, { wordCount }: Held, document: Json): string {
	const isRenamed = ![name, ownName(name, key)].includes(String(document.name));
	const isEdited = wordCount !== undefined && document.indexing_status === 'completed' && document.word_count !== wordCount;
	const edits = [isRenamed && 'renamed', isEdited && 'edited'].filter(Boolean).join(' and ');
	return edits && `${edits} in Dify`;
}

/** Whether it was indexed with something in it. */
async function hasChunks({ call, datasetId }: Job, { id, indexing_status: status }: Json): Promise<boolean> {
	if (status !== 'completed') return false;
	const path = `${documentsPath(datasetId)}/${String(id)}/segments`;
	const { data } = await call.json({ method: 'GET', path, query: { page: 1, limit: 1 } });
	return (data as Json[]).length > 0;
}

/** Writes to a document; made anew where that is repeated because Dify could not index it. */
async function change(job: Job, known: Held, name: string): Promise<Written> {
	const { call, way } = job;
	let tries = 0;
	const repeated: Trait = {
		async run(_, request, next) {
			if (!tries++) return await next(request);
			assertAlone(job, known, name);
			return await run(way.create, withParams(call, { name, 'options.fileName': name, waitForIndexing: false }));
		},
	};
	return await write(job, way.update, { name, document_id: known.id }, repeated);
}

/** Dify refuses to update what it could not index, but makes it anew under its name. */
async function remake(job: Job, known: Held, name: string): Promise<Written> {
	assertAlone(job, known, known.name);
	const isRenamed = name !== known.name;
	const anew = await write(job, job.way.create, { name: known.name, ...(isRenamed && { waitForIndexing: true }) });
	if (!isRenamed || anew.document.error) return anew;
	return await change(job, known, name);
}

/** The name wanted, or the one that it got instead as long as another document has that. */
function nameToKeep({ name, key, held }: Job, known: Held): string {
	const isFree = (candidate: string) => held.named(candidate).every((holder) => holder === known);
	return isFree(name) ? name : ownName(name, key);
}

function assertAlone({ held }: Job, known: Held, name: string): void {
	const others = held.named(name).filter((holder) => holder !== known);
	if (!others.length) return;
	throw new InputError(
		`Dify could not index '${name}', and ${others.length} more documents have that name`,
		'To make it anew could touch another one. Delete it in Dify and run this again.',
	);
}

/** Keeps the key as soon as Dify has the document. */
function marked(job: Job): Trait {
	const { call, datasetId, keying, hash, fields } = job;
	return {
		async run(_, request, next) {
			const output = await next(request);
			const { document } = output.json as unknown as Written;
			if (keying.field !== undefined) await setValues(call, datasetId, document, ownValues(job, pendingHash(hash)), fields);
			return output;
		},
	};
}

/** Runs an operation under that name, with a trait around the request itself. */
async function write({ call }: Job, operation: Operation, params: Json, innermost?: Trait): Promise<Written> {
	const traits = [...(operation.traits ?? []), ...(innermost ? [innermost] : [])];
	const { json } = await run({ ...operation, traits }, withParams(call, { ...params, 'options.fileName': params.name }));
	return json as unknown as Written;
}

/** The content is what it was: what may differ is other metadata, which stays as it is where the document is archived. */
async function unchanged({ call, datasetId, fields, metadata }: Job, document: Json, edits: string): Promise<Json> {
	const values = missingValues(metadata, document);
	if (document.archived || !Object.keys(values).length) return { document, batch: null, outcome: 'skipped', reason: reasonToSkip(document, edits) };
	await setValues(call, datasetId, document, values, fields);
	return { document, batch: null, outcome: 'updated', reason: `Only its metadata has changed${edits && `; it was ${edits}`}.` };
}

/** Keeps the hash of what was indexed, and the other metadata with it. */
async function finished(job: Job, { document, batch }: Written, outcome: string, note: string | null = null): Promise<Json> {
	const { call, datasetId, hash, fields, metadata } = job;
	if (document.error) return { document, batch, outcome: 'failed', reason: document.error };
	await setValues(call, datasetId, document, { ...missingValues(metadata, document), ...ownValues(job, finalHash(hash, document)) }, fields);
	return { document, batch, outcome, reason: note };
}
