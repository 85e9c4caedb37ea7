import { internalError, invalidParam, json, noContent } from './answers';
import type { Dialect } from './dialects';
import { seconds } from './ids';
import { isObject, type Json, textOf, type Value } from './json';
import type { Dataset, Document, MetadataField } from './records';
import type { DatasetCall, Routes } from './route';
import { type Schema, validationError } from './validation';

const longestName = 255;

const builtInFields: Array<Omit<MetadataField, 'id'>> = [
	{ name: 'document_name', type: 'string' },
	{ name: 'uploader', type: 'string' },
	{ name: 'upload_date', type: 'time' },
	{ name: 'last_update_date', type: 'time' },
	{ name: 'source', type: 'string' },
];

const builtInValues = ({ name, createdAt, updatedAt }: Document): Record<string, Value> => ({
	document_name: name,
	uploader: 'Emulator Owner',
	upload_date: createdAt,
	last_update_date: updatedAt,
	source: 'file_upload',
});

/** The values a filter sees and a retrieved chunk shows; built-in ones once they are enabled. */
export const metadataValues = ({ builtInFieldEnabled }: Dataset, document: Document): Record<string, Value> => ({
	...document.metadata,
	...(builtInFieldEnabled && builtInValues(document)),
});

/** A document's values as its own views list them: as soon as there is one, the built-in ones come along. */
export function metadataItems(dataset: Dataset, document: Document): Json[] {
	if (!Object.keys(metadataValues(dataset, document)).length) return [];
	const own = dataset.metadataFields
		.filter(({ name }) => name in document.metadata)
		.map(({ id, name, type }) => ({ id, name, type, value: document.metadata[name] }));
	const values = builtInValues(document);
	const builtIn = builtInFields.map(({ name, type }) => {
		const value = type === 'time' ? `${values[name]}.0` : values[name];
		return { id: 'built-in', name, type, value };
	});
	return [...own, ...builtIn];
}

const checkName = ({ metadataFields }: Dataset, name: string, { longFieldName }: Dialect) => {
	if (name.length > longestName && longFieldName === 'crashes') throw internalError();
	if (name.length > longestName) throw invalidParam('Metadata name cannot exceed 255 characters.');
	if (metadataFields.some((field) => field.name === name)) throw invalidParam('Metadata name already exists.');
	if (builtInFields.some((field) => field.name === name)) {
		throw invalidParam('Metadata name already exists in Built-in fields.');
	}
};

const rename = ({ dataset, params, body, dialect }: DatasetCall) => {
	const name = textOf(body.name) ?? '';
	checkName(dataset, name, dialect);
	const field = dataset.metadataFields.find(({ id }) => id === params.metadata_id);
	if (!field && dialect.renamingUnknownField === 'nulls') return json({ id: null, type: null, name: null });
	if (!field) {
		const text = 'Input should be a valid dictionary or object to extract fields from';
		const complaint = { at: '', text, type: 'model_attributes_type', input: null };
		throw validationError('DatasetMetadataResponse', [complaint]);
	}
	for (const document of dataset.documents.filter(({ metadata }) => field.name in metadata)) {
		document.metadata[name] = document.metadata[field.name];
		delete document.metadata[field.name];
	}
	field.name = name;
	return json({ ...field });
};

const remove = ({ dataset, params }: DatasetCall) => {
	const field = dataset.metadataFields.find(({ id }) => id === params.metadata_id);
	dataset.metadataFields = dataset.metadataFields.filter((other) => other !== field);
	if (field) for (const document of dataset.documents) delete document.metadata[field.name];
	return noContent();
};

const operationSchema: Schema = {
	title: 'MetadataOperationData',
	'x-model': true,
	type: 'object',
	required: ['operation_data'],
	properties: {
		operation_data: {
			type: 'array',
			items: {
				type: 'object',
				required: ['document_id', 'metadata_list'],
				properties: {
					document_id: { type: 'string' },
					partial_update: { type: 'boolean' },
					metadata_list: {
						type: 'array',
						items: {
							type: 'object',
							required: ['id', 'name'],
							properties: { id: { type: 'string' }, name: { type: 'string' }, value: {} },
						},
					},
				},
			},
		},
	},
};

const refuseList = (input: Value, place: string) =>
	validationError('MetadataOperationData', [
		{ at: `${place}.value.str`, text: 'Input should be a valid string', type: 'string_type', input },
		{ at: `${place}.value.int`, text: 'Input should be a valid integer', type: 'int_type', input },
		{ at: `${place}.value.float`, text: 'Input should be a valid number', type: 'float_type', input },
	]);

const objects = (value: Value | undefined) => (Array.isArray(value) ? value.filter(isObject) : []);

const valuesOf = (list: Json[], place: string) =>
	Object.fromEntries(
		list.map(({ name, value = null }, index) => {
			if (Array.isArray(value) || isObject(value)) throw refuseList(value, `${place}.metadata_list.${index}`);
			return [String(name), typeof value === 'boolean' ? Number(value) : value];
		}),
	);

const write = ({ dataset, body, dialect }: DatasetCall) => {
	const operations = objects(body.operation_data).map((operation, index) => ({
		document: dataset.documents.find(({ id }) => id === operation.document_id),
		values: valuesOf(objects(operation.metadata_list), `operation_data.${index}`),
		partial: operation.partial_update === true,
	}));
	for (const { document, values, partial } of operations) {
		if (!document && dialect.metadataOfUnknownDocument === 'ignored') continue;
		if (!document) throw invalidParam('Document not found.');
		document.metadata = { ...(partial && dialect.partialMetadata && document.metadata), ...values };
		document.updatedAt = seconds();
	}
	return json({ result: 'success' });
};

/** Metadata fields of a base and their values. */
export const metadataRoutes: Routes = {
	'GET /datasets/{dataset_id}/metadata': {
		key: 'dataset',
		handle: ({ dataset }) =>
			json({
				doc_metadata: dataset.metadataFields.map((field) => ({
					...field,
					count: dataset.documents.filter(({ metadata }) => field.name in metadata).length,
				})),
				built_in_field_enabled: dataset.builtInFieldEnabled,
			}),
	},
	'POST /datasets/{dataset_id}/metadata': {
		key: 'dataset',
		body: {
			title: 'MetadataArgs',
			'x-model': true,
			type: 'object',
			required: ['type', 'name'],
			properties: { type: { enum: ['string', 'number', 'time'], 'x-inside': true }, name: { type: 'string' } },
		},
		handle: ({ workspace, dataset, body, dialect }) => {
			const name = textOf(body.name) ?? '';
			checkName(dataset, name, dialect);
			const field = { id: workspace.ids.next(), type: body.type as MetadataField['type'], name };
			dataset.metadataFields.push(field);
			return json({ ...field }, 201);
		},
	},
	'PATCH /datasets/{dataset_id}/metadata/{metadata_id}': {
		key: 'dataset',
		body: {
			title: 'MetadataUpdatePayload',
			type: 'object',
			required: ['name'],
			properties: { name: { type: 'string' } },
		},
		handle: rename,
	},
	'DELETE /datasets/{dataset_id}/metadata/{metadata_id}': { key: 'dataset', handle: remove },
	'GET /datasets/{dataset_id}/metadata/built-in': { key: 'dataset', handle: () => json({ fields: builtInFields }) },
	'POST /datasets/{dataset_id}/metadata/built-in/{action}': {
		key: 'dataset',
		handle: ({ dataset, params: { action } }) => {
			if (['enable', 'disable'].includes(action)) dataset.builtInFieldEnabled = action === 'enable';
			return json({ result: 'success' });
		},
	},
	'POST /datasets/{dataset_id}/documents/metadata': { key: 'dataset', body: operationSchema, handle: write },
};
