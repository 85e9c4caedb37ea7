import { withoutNulls } from '../knowledge/base';
import { DifyError } from '../transport/error';
import { isBefore } from '../transport/version';
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

/** First release that is known to keep the search settings of a base whose update does not name them. */
const KEEPS_SEARCH = '1.10.1';

/** Sends a base's own search settings along where the server would forget them. */
export const keptSearch: Trait = {
	async run(call, request, next) {
		const body = request.body as Json;
		const keeps = () => Boolean(call.version) && !isBefore(call.version, KEEPS_SEARCH);
		if (body.retrieval_model || keeps()) return await next(request);
		const base = await call.json({ method: 'GET', path: request.path });
		// Where nothing is set, only this key of it is null.
		const isSet = (base.external_retrieval_model as Json | undefined)?.score_threshold_enabled !== null;
		if (keeps() || !isSet) return await next(request);
		return await next({ ...request, body: { ...body, retrieval_model: withoutNulls(base.retrieval_model_dict as Json) } });
	},
};

function lacksRoute(error: unknown): boolean {
	return error instanceof DifyError && ['endpoint_missing', 'method_not_allowed'].includes(error.code);
}
