import type { Json, Trait } from '../operation/types';
import { readEvents } from '../streaming/events';
import { errorFromEvent } from '../transport/error';

/** A data source's run: the records of its last event, or what it says went wrong. */
export const datasourceEvents: Trait = {
	run: async (call, request) =>
		await call.send(request, async (reply) => {
			let records: Json[] = [];
			for await (const { event, data, error } of readEvents(reply.body)) {
				if (event === 'datasource_error') throw errorFromEvent({ message: error });
				if (event === 'datasource_completed' || event === 'datasource_processing') {
					if (Array.isArray(data)) records = data as Json[];
				}
			}
			return { json: records };
		}),
};
