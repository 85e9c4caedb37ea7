import { knowledgeBaseId } from '../knowledge/base';
import { documentsInList } from '../knowledge/documents';
import { documentMetadata } from '../knowledge/documentMetadata';
import { replacesMetadata, withOthers } from '../knowledge/metadata';
import { setValues, whenFree } from '../knowledge/ownFields';
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

/** Waits while Dify refuses to write metadata because it is at it already. */
export const patient: Trait = {
	run: async (call, request, next) => await whenFree(call, async () => await next(request)),
};

/** Gives the document that was written metadata, before it is waited for. */
export const withMetadata: Trait = {
	fields: [
		{
			displayName: 'Metadata',
			name: 'metadata',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			default: {},
			placeholder: 'Add Value',
			description: 'Values by the name of their field, for filters of a search. Other values of the document stay. Needs Dify 1.1.1.',
			options: [
				{
					displayName: 'Field',
					name: 'fields',
					values: [
						{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. topic' },
						{
							displayName: 'Type',
							name: 'type',
							type: 'options',
							options: [
								{ name: 'By Value', value: 'auto', description: 'A number, a date such as 2026-01-31, or else a string' },
								{ name: 'Number', value: 'number' },
								{ name: 'String', value: 'string' },
								{ name: 'Time', value: 'time' },
							],
							default: 'auto',
							description: 'Only for a field that is made; one that exists keeps its type',
						},
						{ displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: 'e.g. safety' },
					],
				},
			],
		},
	],
	options: [
		{
			displayName: 'Create Missing Fields',
			name: 'createMissingFields',
			type: 'boolean',
			default: true,
			description: 'Whether to make metadata fields that the knowledge base does not have. Without, the item fails.',
		},
	],
	async run(call, request, next) {
		const datasetId = knowledgeBaseId(call);
		const { values, ids } = await documentMetadata(call, datasetId);
		const output = await next(request);
		const { document } = output.json as { document: Json };
		if (Object.keys(values).length) await setValues(call, datasetId, document, values, ids);
		return output;
	},
};
