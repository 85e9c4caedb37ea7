import { conditionsFilter, metadataFilter, NO_VALUE } from '../../src/knowledge/filter';
import { MAX_QUERY, searchOf } from '../../src/knowledge/retrieval';
import type { Field, Json, Operation } from '../../src/operation/types';
import { asOptionalUuids, asTextUpTo } from '../../src/operation/values';
import { overBases } from '../../src/traits/overBases';
import { passages } from '../../src/traits/passages';
import { dataset } from '../shared/fields';
import { scoreThreshold, searchDetails, searchMethod, topK } from './settings';

/** Releases that take a filter and find as without. */
const ignoredBy: Field['ignoredBy'] = [
	['0', '1.4.0'],
	['1.13.3', '1.14.1'],
];

const query: Field = {
	displayName: 'Query',
	name: 'query',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. How do I reset my password?',
	encode: asTextUpTo(MAX_QUERY),
	description: 'What to look for, up to 250 characters',
};

const moreKnowledgeBases: Field = {
	displayName: 'More Knowledge Base Names or IDs',
	name: 'moreKnowledgeBases',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getDatasets' },
	default: [],
	encode: asOptionalUuids,
	description:
		'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	hint: 'They are asked the same at the same time. The results become one list of up to Max Chunks.',
};

const condition: Field[] = [
	{
		displayName: 'Field',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. topic',
		description: 'Name of a metadata field of the knowledge base, or of a built-in one that is switched on',
	},
	{
		displayName: 'Operator',
		name: 'comparison_operator',
		type: 'options',
		options: [
			{ name: 'After', value: 'after', description: 'A date' },
			{ name: 'Before', value: 'before', description: 'A date' },
			{ name: 'Contains', value: 'contains', description: 'A text' },
			{ name: 'Does Not Contain', value: 'not contains', description: 'A text' },
			{ name: 'Ends With', value: 'end with', description: 'A text' },
			{ name: 'Is', value: 'is', description: 'A text, a number or a date' },
			{ name: 'Is Empty', value: 'empty' },
			{ name: 'Is Greater Than', value: '>', description: 'A number or a date' },
			{ name: 'Is Greater Than or Equal', value: '≥', description: 'A number or a date' },
			{ name: 'Is Less Than', value: '<', description: 'A number or a date' },
			{ name: 'Is Less Than or Equal', value: '≤', description: 'A number or a date' },
			{ name: 'Is Not', value: 'is not', description: 'A text, a number or a date' },
			{ name: 'Is Not Empty', value: 'not empty' },
			{ name: 'Is Not One Of', value: 'not in', description: 'A text; several with commas between' },
			{ name: 'Is One Of', value: 'in', description: 'A text; several with commas between' },
			{ name: 'Starts With', value: 'start with', description: 'A text' },
		],
		default: 'is',
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		displayOptions: { hide: { comparison_operator: NO_VALUE } },
		placeholder: 'e.g. safety',
		description: 'A text, a number or a date such as 2026-01-31, as the field holds it',
	},
];

const filters: Field[] = [
	{
		displayName: 'Metadata Filter',
		name: 'metadataFilter',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add Condition',
		encode: conditionsFilter,
		ignoredBy,
		description: 'Only documents whose metadata fit',
		options: [{ displayName: 'Condition', name: 'conditions', values: condition }],
	},
	{
		displayName: 'Metadata Filter (JSON)',
		name: 'metadata_filtering_conditions',
		type: 'json',
		default: '{ "logical_operator": "and", "conditions": [{ "name": "topic", "comparison_operator": "is", "value": "safety" }] }',
		encode: metadataFilter,
		ignoredBy,
		description: "Only documents whose metadata fit, in Dify's words",
	},
	{
		displayName: 'Metadata Match',
		name: 'metadataMatch',
		type: 'options',
		options: [
			{ name: 'All Conditions', value: 'and' },
			{ name: 'Any Condition', value: 'or' },
		],
		default: 'and',
		in: 'local',
		description: "How many conditions of 'Metadata Filter' a document has to meet",
	},
];

/** One base; {@link retrieve} adds others. */
const retrieveFromOne: Operation = {
	name: 'Retrieve Chunks',
	value: 'retrieve',
	action: 'Retrieve chunks from knowledge base',
	description:
		'Search one knowledge base or several with a question and get the chunks of text that fit best, with their documents and scores, or one context ready for a prompt',
	route: 'POST /datasets/{dataset_id}/retrieve',
	fallbacks: ['POST /datasets/{dataset_id}/hit-testing'],
	fields: [dataset, query, { ...searchMethod, encode: searchOf }, ...searchDetails],
	optional: [topK, scoreThreshold, moreKnowledgeBases, ...filters],
	body: ({ query: text, search_method: model, metadata_filtering_conditions: json, metadataFilter: form }) => {
		const filter = json ?? form;
		const conditions = filter ? { metadata_filtering_conditions: filter } : {};
		return { query: text, ...(model ? { retrieval_model: { ...(model as Json), ...conditions } } : {}) };
	},
};

export const retrieve: Operation = { ...retrieveFromOne, traits: [passages, overBases(retrieveFromOne)] };
