import { json } from './answers';
import type { Routes } from './route';

/** The metadata fields of a base. */
export const metadataRoutes: Routes = {
	'GET /datasets/{dataset_id}/metadata': {
		key: 'dataset',
		handle: ({ dataset }) =>
			json({
				doc_metadata: dataset.metadataFields.map((field) => ({
					...field,
					count: dataset.documents.filter(({ metadata: values }) => field.name in values).length,
				})),
				built_in_field_enabled: dataset.builtInFieldEnabled,
			}),
	},
};
