import { knowledgeBaseId } from '../knowledge/base';
import { documentsInList } from '../knowledge/documents';
import type { Json, Trait } from '../operation/types';
import { isBefore } from '../transport/version';

/** Dify before 1.10.1 removes the values that a write does not name: there they are read and sent along. */
export const keptValues: Trait = {
	async run(call, request, next) {
		if (!isBefore(call.version, '1.10.1') || !call.param('partial_update', true)) return await next(request);
		return await call.alone(`metadata ${knowledgeBaseId(call)}`, async () => {
			const { operation_data: operations } = request.body as { operation_data: Json[] };
			const documents = await documentsInList(call, operations.map(({ document_id: id }) => String(id)));
			const merged = operations.map((operation, index) => withOthers(operation, (documents[index].doc_metadata ?? []) as Json[]));
			return await next({ ...request, body: { operation_data: merged } });
		});
	},
};

/** Dify's own fields come along in lists and are not written. */
function withOthers(operation: Json, stored: Json[]): Json {
	const given = operation.metadata_list as Json[];
	const others = stored
		.filter(({ id, name }) => id !== 'built-in' && !given.some((each) => each.name === name))
		.map(({ id, name, value }) => ({ id, name, value }));
	return { ...operation, metadata_list: [...given, ...others] };
}
