import { InputError, type Call, type Json } from '../operation/types';

/** The item's knowledge base as Dify describes it, read once per execution. */
export async function knowledgeBase(call: Call): Promise<Json> {
	const id = call.param('dataset_id', '');
	return await call.once(`base ${id}`, async () => {
		const base = await call.json({ method: 'GET', path: `/datasets/${encodeURIComponent(id)}` });
		if (base.provider !== 'external') return base;
		throw new InputError(
			`'${String(base.name)}' is an external knowledge base`,
			'Dify can neither fill nor search it through its API. Choose a base whose documents Dify holds itself.',
		);
	});
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
