import { embeddingModel } from '../models';
import { modelParts } from '../../../src/knowledge/retrieval';
import type { Field, Json, Resource } from '../../../src/operation/types';
import { asText, asUuid } from '../../../src/operation/values';
import { waitForJob } from '../../../src/traits/jobs';
import { byPage } from '../../../src/traits/paging';
import { annotation as annotationId } from '../fields';

const pair: Field[] = [
	{
		displayName: 'Question',
		name: 'question',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. When are you open?',
		encode: asText,
	},
	{
		displayName: 'Answer',
		name: 'answer',
		type: 'string',
		typeOptions: { rows: 3 },
		required: true,
		default: '',
		placeholder: 'e.g. From 9 to 5.',
		encode: asText,
	},
];

const action: Field = {
	displayName: 'Action',
	name: 'action',
	type: 'options',
	options: [
		{ name: 'Disable', value: 'disable', action: 'Disable annotation reply' },
		{ name: 'Enable', value: 'enable', action: 'Enable annotation reply' },
	],
	default: 'enable',
	description: 'Whether questions like an annotated one get its answer',
};

export const annotation: Resource = {
	name: 'Annotation',
	value: 'annotation',
	operations: [
		{
			name: 'Configure Reply',
			value: 'configureReply',
			action: 'Configure annotation reply',
			description: 'Switch on or off that questions like an annotated one get the annotated answer',
			route: 'POST /apps/annotation-reply/{action}',
			since: '1.2.0',
			fields: [
				action,
				{
					displayName: 'Score Threshold',
					name: 'score_threshold',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
					default: 0.9,
					description: 'How alike questions must be, from 0 to 1',
				},
				{ ...embeddingModel, required: true, encode: modelParts },
			],
			traits: [waitForJob],
			body: ({ embedding_model: model, ...rest }) => ({
				...rest,
				embedding_provider_name: (model as Json).provider,
				embedding_model_name: (model as Json).model,
			}),
		},
		{
			name: 'Create',
			value: 'create',
			action: 'Create annotation',
			description: 'Add a question with the answer that the app shall give to it',
			route: 'POST /apps/annotations',
			since: '1.2.0',
			fields: pair,
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete annotation',
			description: 'Delete an annotated question with its answer',
			route: 'DELETE /apps/annotations/{annotation_id}',
			since: '1.2.0',
			fields: [annotationId],
			output: () => ({ deleted: true }),
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many annotations',
			description: 'List the annotated questions and answers of the app',
			route: 'GET /apps/annotations',
			since: '1.2.0',
			optional: [
				{ displayName: 'Keyword', name: 'keyword', type: 'string', default: '', description: 'Part of question or answer' },
			],
			traits: [byPage],
		},
		{
			name: 'Get Reply Job Status',
			value: 'getReplyStatus',
			action: 'Get annotation reply job status',
			description: 'Get how far switching the annotation reply is',
			route: 'GET /apps/annotation-reply/{action}/status/{job_id}',
			since: '1.2.0',
			fields: [
				action,
				{
					displayName: 'Job ID',
					name: 'job_id',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
					encode: asUuid,
					description: 'As given by Configure Reply',
				},
			],
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Update annotation',
			description: 'Change an annotated question and its answer',
			route: 'PUT /apps/annotations/{annotation_id}',
			fallbacks: ['POST /apps/annotations/{annotation_id}'],
			since: '1.3.1',
			fields: [annotationId, ...pair],
		},
	],
};
