import { DifyError } from '../transport/error';
import type { Call, Json, Trait } from '../operation/types';

/** Reads one record where an older server has no route for it: `find` looks it up in the list. */
export function orListed(find: (call: Call) => Promise<Json>): Trait {
	return {
		async run(call, request, next) {
			const reading = next(request);
			return await reading.catch(async (error: unknown) => {
				return lacksRoute(error) ? { json: await find(call) } : await reading;
			});
		},
	};
}

/** Dify 1.12.0 to 1.14.2 renames a tag and then refuses to show it: what was asked for is what there is. */
export const renamedTag: Trait = {
	async run(_, request, next) {
		const renaming = next(request);
		return await renaming.catch(async (error: unknown) => {
			const isDone = error instanceof DifyError && error.status === 400 && error.message.includes('binding_count');
			const { tag_id: id, name } = request.body as Json;
			return isDone ? { json: { id, name, type: 'knowledge' } } : await renaming;
		});
	},
};

function lacksRoute(error: unknown): boolean {
	return error instanceof DifyError && ['endpoint_missing', 'method_not_allowed'].includes(error.code);
}
