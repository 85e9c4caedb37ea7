import type { IDataObject } from 'n8n-workflow';

import { appPickers, knowledgePickers } from '../../nodes/shared/pickers';
import { collectionName } from '../../src/operation/describe';
import { buildRequest } from '../../src/operation/request';
import type { Call, Field, Operation, Request } from '../../src/operation/types';

const ID = '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15';
const MODEL = 'langgenius/openai/openai::text-embedding-3-small';

/** A knowledge base, an app and an empty list at once: what encoders ask Dify for. */
const ANSWER: IDataObject = {
	id: ID,
	name: 'Base',
	provider: 'vendor',
	indexing_technique: 'high_quality',
	embedding_model: 'text-embedding-3-small',
	embedding_model_provider: 'langgenius/openai/openai',
	user_input_form: [{ 'text-input': { label: 'City', variable: 'city', required: true } }],
	data: [],
	doc_metadata: ['source', 'topic'].map((name) => ({ id: ID, name, type: 'string' })),
	file_upload: { enabled: true, number_limits: 3 },
	inputs: [{ output_variable_name: 'city', type: 'paragraph' }],
	user_actions: [{ id: 'text', title: 'Approve' }],
};

const KNOWN: Record<string, unknown> = {
	embedding_model: MODEL,
	reranking_model: 'langgenius/cohere/cohere::rerank-v3.5',
	inputs: { value: { city: 'Berlin' } },
	inputsJson: '{ "city": "Berlin" }',
	score_threshold: 0.4,
	partial_member_list: `${ID}, ${ID}`,
	batch: '20260101120000123456',
	tag_ids: ID,
	document_ids: [ID, ID],
	file_id: ID,
	end_user_id: ID,
	task_id: ID,
	job_id: ID,
	workflow_id: ID,
	created_at__after: '2026-01-31',
	created_at__before: 1780000000,
	segments: [{ content: 'text', keywords: ['word'] }],
	binaryPropertyName: 'data',
	localFiles: { sources: [{ reference: ID, name: 'a.md' }] },
	attachments: 'https://example.com/a.png',
	value: '42',
};

/** Other ways to say what another field says; not sent together with it. */
const ALTERNATIVES = ['metadata_filtering_conditions'];

/** Every field of an operation filled in, and once more for every choice of every menu. */
export async function filledRequests(operation: Operation): Promise<Array<{ label: string; request: Request }>> {
	const optional = operation.optional ?? [];
	const [alternatives, usual] = [true, false].map((isOne) => optional.filter(({ name }) => ALTERNATIVES.includes(name) === isOne));
	const values: IDataObject = {
		...filled(operation.fields ?? []),
		[collectionName(operation)]: filled(usual),
		options: {},
	};
	const menus = (operation.fields ?? []).filter(({ type }) => type === 'options');
	const variants = menus.flatMap(({ name, options = [] }) =>
		options.map((option) => ({ label: `${name}=${String('value' in option && option.value)}`, values: { ...values, [name]: 'value' in option ? option.value : '' } })),
	);
	const others = alternatives.map((field) => ({ label: field.name, values: { ...values, [collectionName(operation)]: filled([field]) } }));
	const all = [{ label: 'all fields', values }, ...others, ...variants];
	return await Promise.all(
		all.map(async ({ label, values: given }) => ({ label, request: await buildRequest(operation, callWith(given as IDataObject)) })),
	);
}

function filled(fields: Field[]): IDataObject {
	return Object.fromEntries(fields.map((field) => [field.name, valueFor(field)])) as IDataObject;
}

function valueFor(field: Field): unknown {
	if (field.name in KNOWN) return KNOWN[field.name];
	if (field.type === 'resourceLocator') return ID;
	if (field.name === 'metadata' && field.type === 'fixedCollection') return { fields: [{ name: 'source', value: 'handbook' }] };
	if (field.name === 'metadataFilter') return { conditions: [{ name: 'topic', comparison_operator: 'is', value: 'safety' }] };
	if (field.type === 'fixedCollection') {
		const [group] = field.options ?? [];
		return 'values' in group ? { settings: filled(group.values) } : {};
	}
	if (field.type === 'string') return field.default && !String(field.default).startsWith('=') ? field.default : 'text';
	if (field.type === 'number') return field.default || 1;
	return field.default;
}

function callWith(values: IDataObject): Call {
	const read = (path: string) => path.split('.').reduce<unknown>((at, name) => (at as IDataObject | undefined)?.[name], values);
	return {
		item: 0,
		signal: new AbortController().signal,
		param: (name: string, fallback: unknown) => read(name) ?? fallback,
		json: async () => await Promise.resolve(ANSWER),
		once: async (_: string, make: () => Promise<unknown>) => await make(),
		file: async () =>
			await Promise.resolve({ fileName: 'a.mp3', mimeType: 'audio/mpeg', size: 1, open: async () => await Promise.resolve(new Uint8Array(1)) }),
	} as unknown as Call;
}

export const allPickers = { ...knowledgePickers, ...appPickers };
