import { plain } from '../transport/multipart';
import { pause } from '../transport/wait';
import { InputError, Multipart, type Call, type Json, type Request, type Trait } from '../operation/types';
import { knowledgeBaseId } from '../knowledge/base';
import { documentsNamed, isSettled } from '../knowledge/documents';

const POLL_S = 1;

/**
 * What happens to a document of the same name, which Dify replaces, or mixes with the new text while it is still being
 * indexed: two writes to one name never overlap, within the execution and with what is under way in Dify.
 */
export const ifNameExists: Trait = {
	async run(call, request, next) {
		const datasetId = knowledgeBaseId(call);
		const name = nameOf(request);
		return await call.alone(`document ${datasetId} ${name}`, async () => {
			const choice = call.param<string>('ifNameExists', 'replace');
			if (choice === 'keepBoth') return await next(request);
			const existing = await documentsNamed(call, datasetId, name);
			if (existing.length && choice === 'fail') throw nameTaken(name);
			if (existing.length && choice === 'skip') return { json: { document: existing[0], batch: null } };
			await untilSettled(call, datasetId, name, existing);
			return await next(request);
		});
	},
};

/** Waits for the enabled namesake, the one that Dify would write to. */
async function untilSettled(call: Call, datasetId: string, name: string, found: Json[]): Promise<void> {
	const ends = Date.now() + call.param('options.indexingTimeout', 600) * 1000;
	let existing = found;
	while (existing.some(({ enabled, archived, indexing_status }) => enabled && !archived && !isSettled(indexing_status))) {
		if (Date.now() >= ends) throw stillIndexed(name);
		await pause(POLL_S, call.signal);
		existing = await documentsNamed(call, datasetId, name);
	}
}

function nameOf({ body }: Request): string {
	return body instanceof Multipart ? plain(body.files.file.fileName) : String((body as Json).name);
}

function nameTaken(name: string): InputError {
	return new InputError(
		`A document named '${name}' exists already`,
		"Choose another name, or set 'If Name Exists' to Replace or Skip.",
	);
}

function stillIndexed(name: string): InputError {
	return new InputError(
		`A document named '${name}' is still being indexed`,
		'Writing to it now would mix both texts. Try again later, or delete that document in Dify if it is stuck.',
	);
}

