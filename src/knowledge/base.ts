import { InputError, type Call, type Json } from '../operation/types';
import { DifyError } from '../transport/error';
import { pagesOf } from './pages';

/** The item's knowledge base; expressions may bring blanks along. */
export function knowledgeBaseId(call: Call): string {
	return call.param('dataset_id', '').trim();
}

/** The item's knowledge base as Dify describes it, read once per execution. */
export async function knowledgeBase(call: Call): Promise<Json> {
	const id = knowledgeBaseId(call);
	return await call.once(`base ${id}`, async () => {
		const base = await readBase(call, id);
		if (base.provider !== 'external') return base;
		throw new InputError(
			`'${String(base.name)}' is an external knowledge base`,
			'Dify can neither fill nor search it through its API. Choose a base whose documents Dify holds itself.',
		);
	});
}

/** Servers before 1.2 have no route for one base: there it is looked up in the list. */
async function readBase(call: Call, id: string): Promise<Json> {
	const base = call.json({ method: 'GET', path: `/datasets/${encodeURIComponent(id)}` });
	return await base.catch(async (error: unknown) => {
		const isOld = error instanceof DifyError && error.code === 'method_not_allowed';
		return await (isOld ? baseInList(call) : base);
	});
}

/** The item's knowledge base as the list shows it. */
export async function baseInList(call: Call): Promise<Json> {
	const id = knowledgeBaseId(call).toLowerCase();
	for await (const base of allBases(call)) {
		if (base.id === id) return base;
	}
	throw new DifyError('Dataset not found.', { code: 'not_found', status: 404 });
}

/** The knowledge bases of the workspace. */
export async function* allBases(call: Call): AsyncGenerator<Json> {
	for await (const { data } of pagesOf(call, '/datasets')) yield* data as Json[];
}

export const isEconomy = (base: Json) => base.indexing_technique === 'economy';

/** `base` stands for the base's own technique, or high quality while it has none; Dify demands one with every create. */
export async function indexingTechnique(value: unknown, call: Call): Promise<unknown> {
	return value === 'base' ? ((await knowledgeBase(call)).indexing_technique ?? 'high_quality') : value;
}

/** Settings as Dify takes them back: what is null in an answer is left out, at any depth. */
export function withoutNulls(settings: Json): Json {
	return JSON.parse(JSON.stringify(settings, (_, value: unknown) => value ?? undefined)) as Json;
}
