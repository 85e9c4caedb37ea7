import { asTextUpTo } from '../operation/values';
import { InputError, ValueError, type Call, type Json } from '../operation/types';
import { DifyError } from '../transport/error';
import { allBases } from './base';

const LONGEST_NAME = 50;

/** Names of tags: a list, or a comma-separated text. */
export function tagNames(value: unknown): string[] {
	const names = (typeof value === 'string' ? value.split(',') : [value].flat()).map((name) => asTextUpTo(LONGEST_NAME)(name).trim());
	const filled = [...new Set(names.filter(Boolean))];
	if (filled.length) return filled;
	throw new ValueError('holds no name', 'Enter the name of at least one tag, or remove the field.');
}

/** The tags of these names; made where they are missing, once per execution. */
export async function tagsNamed(call: Call, names: string[]): Promise<Json[]> {
	const known = await call.once('tags', async () => await allTags(call));
	const tags: Json[] = [];
	for (const name of names) tags.push(known.find((tag) => tag.name === name) ?? (await madeTag(call, name, known)));
	return tags;
}

async function madeTag(call: Call, name: string, known: Json[]): Promise<Json> {
	if (!call.param('options.createMissingTags', true)) {
		const all = known.map((tag) => String(tag.name)).join(', ');
		throw new InputError(`There is no tag '${name}'`, all ? `There are: ${all}.` : "There is none yet. Switch on 'Create Missing Tags' under Options.");
	}
	return await call.once(`new tag ${name}`, async () => {
		const making = call.json({ method: 'POST', path: '/datasets/tags', body: { name } });
		return await making.catch(async (error: unknown) => {
			const isThere = error instanceof DifyError && /^Tag name already exists/.test(error.message);
			const found = isThere && (await allTags(call)).find((tag) => tag.name === name);
			return found || (await making);
		});
	});
}

/** Dify 1.12.0 to 1.14.2 cannot list tags, but each base shows its own: an unbound tag is not found there. */
async function allTags(call: Call): Promise<Json[]> {
	const listing = call.json({ method: 'GET', path: '/datasets/tags' });
	return await listing.then(
		(tags) => tags as unknown as Json[],
		async (error: unknown) => {
			if (!(error instanceof DifyError) || !error.message.includes('binding_count')) throw error;
			const tags = new Map<unknown, Json>();
			for await (const base of allBases(call)) {
				for (const tag of (base.tags ?? []) as Json[]) tags.set(tag.id, tag);
			}
			return [...tags.values()];
		},
	);
}
