import { knowledgeBase } from '../knowledge/base';
import { tagsNamed } from '../knowledge/tags';
import type { Json, Trait } from '../operation/types';

/** Gives the base that was written the tags named in the body, which Dify itself does not take there. */
export const tagged: Trait = {
	options: [
		{
			displayName: 'Create Missing Tags',
			name: 'createMissingTags',
			type: 'boolean',
			default: true,
			description: 'Whether to make tags that do not exist. Without, the item fails.',
		},
	],
	takes: ['tags'],
	async run(call, request, next) {
		const { tags: names, ...body } = request.body as Json;
		if (!names) return await next(request);
		const tags = await tagsNamed(call, names as string[]);
		const base = Object.keys(body).length ? ((await next({ ...request, body })).json as Json) : await knowledgeBase(call);
		const ids = tags.map(({ id }) => id);
		await call.json({ method: 'POST', path: '/datasets/tags/binding', body: { tag_ids: ids, target_id: base.id } });
		const others = ((base.tags ?? []) as Json[]).filter(({ id }) => !ids.includes(id));
		return { json: { ...base, tags: [...others, ...tags.map(({ id, name }) => ({ id, name, type: 'knowledge' }))] } };
	},
};
