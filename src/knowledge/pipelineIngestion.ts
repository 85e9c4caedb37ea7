import { buildRequest } from '../operation/request';
import { run } from '../operation/execute';
import { withParams } from '../operation/call';
import { InputError, ValueError, type Call, type Json, type Operation, type Output } from '../operation/types';
import { pause } from '../transport/wait';
import { knowledgeBaseId } from './base';
import { documentsPath, isSettled } from './documents';
import { whyNotIndexed } from './documentStates';
import { localFile, sourceNode } from './sources';

const FIRST_POLL_S = 0.3;
const LONGEST_POLL_S = 5;

/** The operations of a pipeline that ingestion is made of. */
export interface PipelineSteps {
	/** Lists the sources of the pipeline. */
	sources: Operation;
	upload: Operation;
	run: Operation;
}

/** What a run answers. */
interface Started {
	batch: string;
	documents: Json[];
}

/**
 * Takes the item's file, or what an online source names, into a knowledge base through its published pipeline, and waits
 * for all documents of the run. One item per document, with what became of it.
 */
export function ingest(steps: PipelineSteps): (call: Call) => Promise<Output> {
	return async (call) => {
		await buildRequest(steps.sources, call);
		const id = knowledgeBaseId(call);
		const listing = async () => (await run(steps.sources, withParams(call, { is_published: true, returnAll: true }))).json as Json[];
		const sources = await call.once(`sources ${id}`, listing);
		const node = nodeOf(call, sources);
		const taken = await takenIn(call, steps);
		const { json } = await run(steps.run, withParams(call, { ...taken, start_node_id: node, is_published: true }));
		const { batch, documents } = json as unknown as Started;
		if (!call.param('waitForIndexing', true)) return { json: documents.map((document) => shown(document, batch)) };

		const progress = await settledBatch(call, id, batch);
		const results = documents.map((document) => shown({ ...document, ...progress.find((each) => each.id === document.id) }, batch, true));
		const failed = results.filter(({ outcome }) => outcome === 'failed');
		if (failed.length && call.param('options.onIndexingError', 'fail') === 'fail') throw notIngested(failed);
		return { json: results };
	};
}

/** A node that the pipeline does not have makes documents that wait for good. */
function nodeOf(call: Call, sources: Json[]): string {
	try {
		return sourceNode(call, sources);
	} catch (error) {
		throw error instanceof ValueError ? new InputError(`'Source Node' ${error.message}`, error.description) : error;
	}
}

/** Parameters of the run: the file, uploaded now, or the form of the online source. */
async function takenIn(call: Call, { upload }: PipelineSteps): Promise<Json> {
	if (call.param('datasource_type', 'local_file') !== 'local_file') return { sourcesMode: 'form' };
	const { json } = await run(upload, call);
	return { sourcesMode: 'json', datasource_info_list: [localFile(json as Json)] };
}

/** The progress of all documents of a batch once each has ended, or when the time is over. */
async function settledBatch(call: Call, datasetId: string, batch: string): Promise<Json[]> {
	const ends = Date.now() + call.param('options.indexingTimeout', 600) * 1000;
	const path = `${documentsPath(datasetId)}/${encodeURIComponent(batch)}/indexing-status`;
	for (let seconds = FIRST_POLL_S; ; seconds = Math.min(LONGEST_POLL_S, seconds * 1.5)) {
		const progress = (await call.json({ method: 'GET', path })).data as Json[];
		if (progress.every(({ indexing_status: status }) => isSettled(status)) || Date.now() >= ends) return progress;
		await pause(Math.min(seconds, (ends - Date.now()) / 1000), call.signal);
	}
}

function shown(document: Json, batch: string, isAwaited = false): Json {
	const { id, name, indexing_status, completed_segments, total_segments } = document;
	const reason = (isAwaited && whyNotIndexed(document)) || null;
	const counts = isAwaited ? { completed_segments, total_segments } : {};
	return { outcome: reason ? 'failed' : 'created', id, name, batch, indexing_status, ...counts, reason };
}

function notIngested(failed: Json[]): InputError {
	const reasons = failed.map(({ name, reason }) => `'${String(name)}': ${String(reason)}`).join(' ');
	return new InputError(
		`Not indexed: ${reasons}`,
		"Correct the cause and run this item again; the documents that failed stay until they are deleted. With 'On Indexing Error' set to Return under Options, each document is an item with its outcome.",
	);
}
