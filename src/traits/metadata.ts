import { knowledgeBaseId } from '../knowledge/base';
import { documentsInList } from '../knowledge/documents';
import { replacesMetadata, withOthers } from '../knowledge/metadata';
import type { Json, Trait } from '../operation/types';

/** Dify before 1.10.1 removes the values that a write does not name: there they are read and sent along. */
export const keptValues: Trait = {
	async run(call, request, next) {
		if (!replacesMetadata(call) || !call.param('partial_update', true)) return await next(request);
		return await call.alone(`metadata ${knowledgeBaseId(call)}`, async () => {
			const { operation_data: operations } = request.body as { operation_data: Json[] };
			const documents = await documentsInList(call, operations.map(({ document_id: id }) => String(id)));
			const merged = operations.map((operation, index) => ({
				...operation,
				metadata_list: withOthers(operation.metadata_list as Json[], documents[index]),
			}));
			return await next({ ...request, body: { operation_data: merged } });
		});
	},
};
