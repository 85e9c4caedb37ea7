import type { Json, Trait } from '../operation/types';

/** One request per entry of a list in the body, made of it by `body`; the answer of the last. */
export function each(list: string, body: (entry: unknown, rest: Json) => Json): Trait {
	return {
		async run(_, request, next) {
			const { [list]: entries, ...rest } = request.body as Json;
			let output = { json: {} as Json | Json[] };
			for (const entry of entries as unknown[]) output = await next({ ...request, body: body(entry, rest) });
			return output;
		},
	};
}
