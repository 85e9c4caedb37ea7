import { offered } from '../generate/nodes';
import { isBefore } from '../../src/transport/version';

/** Operations that work on servers without their route, by another one (contract.md §12, "Degrade"). */
const OTHERWISE: Record<string, { from?: string; before?: string; by: string }> = {
	'difyKnowledge.dataset.get': { by: 'GET /datasets' },
	'difyKnowledge.document.get': { by: 'GET /datasets/{dataset_id}/documents' },
	'difyKnowledge.segment.get': { by: 'GET /datasets/{dataset_id}/documents/{document_id}/segments' },
	// Documents told apart by their names need no metadata.
	'difyKnowledge.document.deleteMissing': { by: 'DELETE /datasets/{dataset_id}/documents/{document_id}' },
	'difyKnowledge.document.update': { by: 'POST /datasets/{dataset_id}/documents/{document_id}/update-by-file' },
	'difyKnowledge.document.getDownloadUrl': { before: '1.9.0', by: 'GET /datasets/{dataset_id}/documents/{document_id}/upload-file' },
	'difyWorkflow.workflow.streamEvents': { from: '1.9.0', by: 'GET /workflows/run/{workflow_run_id}' },
	'difyChatflow.chatflow.streamEvents': { from: '1.9.0', by: 'GET /workflows/run/{workflow_run_id}' },
};

/** What a server refuses, or would ignore, although it has the route. */
interface Refusal {
	operations: RegExp;
	/** Releases from this one (default: all) to the one before `before`. */
	from?: string;
	before: string;
	message: string;
	/** What the description names; default: `before`. */
	needs?: string;
	/** Where contract.md tells of it. */
	source: string;
}

const REFUSALS: Refusal[] = [
	{
		operations: /^difyKnowledge\.tag\.(?!getByDataset)/,
		from: '1.9.0',
		before: '1.11.3',
		message: 'This Dify version cannot work with tags',
		needs: '1.9.0 to 1.11.2',
		source: '§5.5: JSON 404 `Dataset not found.`',
	},
	{
		operations: /^difyKnowledge\.tag\.create$/,
		from: '1.12.0',
		before: '1.14.3',
		message: 'The tag was made, but this Dify version cannot give its ID',
		needs: '1.12.0 to 1.14.2',
		source: '§5.5: 400 about binding_count, work done',
	},
	{
		operations: /^difyKnowledge\.tag\.getAll$/,
		from: '1.12.0',
		before: '1.14.3',
		message: 'This Dify version cannot list tags',
		needs: '1.12.0 to 1.14.2',
		source: '§5.5: 400 about binding_count',
	},
	{
		operations: /^difyKnowledge\.document\.getUploadFile$/,
		from: '1.9.0',
		before: '1.13.1',
		message: 'This Dify server does not have this endpoint',
		needs: '0.15.1 to 1.8.1',
		source: '§5.3: 1.9.0–1.13.0 have neither route',
	},
	{
		operations: /^difyKnowledge\.document\.getAll$/,
		before: '1.10.1',
		message: "This Dify server ignores 'Status'",
		source: '§5.3: the whole filter ignored before',
	},
	{
		operations: /^difyWorkflow\.workflow\.getLogs$/,
		before: '1.4.3',
		message: "This Dify server ignores 'Created After'",
		source: 'recordings 0.15.3/workflow-040, 1.4.3/workflow-040: ignored there, heeded here',
	},
	{
		operations: /^difyWorkflow\.workflow\.getLogs$/,
		from: '1.4.3',
		before: '1.5.0',
		message: "This Dify server ignores 'Created by User'",
		source: '§4.11: filters silently ignored before',
	},
];

/** A key of items that is another one, or not there, on older servers. */
interface Difference {
	operations: RegExp;
	from?: string;
	before: string;
	/** Value by key; undefined where the key is missing. */
	keys: Record<string, unknown>;
	/** Where contract.md or a recording tells of it. */
	source: string;
}

const some = expect.anything() as unknown;

const DIFFERENCES: Difference[] = [
	{
		operations: /^difyKnowledge\.document\.get$/,
		before: '1.5.1',
		keys: { segment_count: undefined },
		source: '§5.3: only the detail has it, not the list',
	},
	{
		operations: /^difyKnowledge\.document\.get$/,
		before: '1.1.0',
		keys: { doc_metadata: undefined },
		source: '§5.3: absent on 0.15.3',
	},
	{
		operations: /^difyKnowledge\.document\.getUploadFile$/,
		before: '1.9.0',
		keys: { id: some, name: some, size: some, extension: some, url: some, download_url: some, mime_type: some, created_by: some, created_at: some },
		source: '§5.3: the record of the file, of which newer servers give the address alone',
	},
	{
		operations: /^difyKnowledge\.tag\.update$/,
		from: '1.12.0',
		before: '1.14.3',
		keys: { binding_count: undefined },
		source: '§5.5: renamed, but not shown',
	},
	{
		operations: /^difyKnowledge\.segment\.(get|getAll|update)$/,
		before: '1.5.0',
		keys: { keywords: expect.any(Array) },
		source: 'recordings 1.4.3/segments-005: chunks have keywords in every base',
	},
	{
		operations: /^dify\.file\.upload$/,
		before: '1.14.3',
		keys: { reference: undefined },
		source: '§12: no `reference` up to the release 1.14.2',
	},
	{
		operations: /^dify\.file\.upload$/,
		before: '1.13.0',
		keys: { conversation_id: undefined, file_key: undefined, original_url: undefined, tenant_id: undefined, user_id: undefined },
		source: 'recordings 1.10.1/files',
	},
	{
		operations: /^dify\.file\.upload$/,
		before: '1.5.0',
		keys: { source_url: undefined },
		source: 'recordings 1.4.3/files',
	},
	{
		operations: /^dify\.file\.upload$/,
		before: '1.1.0',
		keys: { preview_url: undefined },
		source: 'recordings 0.15.3/files',
	},
	{
		operations: /^difyWorkflow\.workflow\.streamEvents$/,
		before: '1.14.0',
		keys: { task_id: undefined },
		source: '§4.11: the detail of a run, which stands in for its events, has none',
	},
	{
		operations: /^dify\.info\.get$/,
		before: '1.1.0',
		keys: { author_name: undefined, mode: undefined },
		source: 'recordings 0.15.3/meta',
	},
];

const fits = ({ operations, from = '0', before }: Pick<Refusal, 'operations' | 'from' | 'before'>, operation: string, version: string) =>
	operations.test(operation) && !isBefore(version, from) && isBefore(version, before);

/** What the operation must say on a server of this release; undefined where it works. */
export function refusalOn(operation: string, version: string): { message: string; needs: string; hasRoute: boolean } | undefined {
	const { since } = offered.find(({ name }) => name === operation)!.operation;
	const otherwise = OTHERWISE[operation];
	const works = otherwise && !isBefore(version, otherwise.from ?? '0') && isBefore(version, otherwise.before ?? '2');
	if (since && isBefore(version, since) && !works) {
		return { message: 'This Dify server does not have this endpoint', needs: since, hasRoute: false };
	}
	const refusal = REFUSALS.find((each) => fits(each, operation, version));
	return refusal && { message: refusal.message, needs: refusal.needs ?? refusal.before, hasRoute: true };
}

/** Keys that differ from main's in the operation's items on this release. */
export function differencesOn(operation: string, version: string): Record<string, unknown> {
	return Object.assign({}, ...DIFFERENCES.filter((each) => fits(each, operation, version)).map(({ keys }) => keys)) as Record<string, unknown>;
}
