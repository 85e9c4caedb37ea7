import type { DifyError } from '../../transport/error';
import type { Rule } from './rule';

/** The name in a refusal such as `Document:a.md is being indexed, …`. */
const documentIn = ({ message }: DifyError) => message.replace(/^Document: ?/, '').replace(/ is (?:being indexed|not completed).*$/, '');

/** Refusals of the knowledge routes. */
export const knowledgeRules: Rule[] = [
	{
		codes: ['forbidden'],
		message: /rate limit/i,
		says: () => "Your Dify plan's request limit for knowledge bases is reached",
		advice: () => 'The limit counts one minute. Wait that long, lower Concurrency, or upgrade the plan.',
	},
	{
		codes: ['forbidden'],
		message: /limit of your subscription|upgrade to a paid plan/i,
		concernsAll: true,
		advice: () => 'This is a limit of your Dify plan. Delete what you no longer need, or upgrade the plan.',
	},
	{
		codes: ['forbidden'],
		message: /api access is not enabled/i,
		advice: () => 'Open the knowledge base in Dify and switch on its API access.',
	},
	{
		codes: ['archived_document_immutable'],
		says: () => 'The document is archived',
		advice: () => "Un-archive it first, with the operation Update Status of 'Document'.",
	},
	{
		codes: ['dataset_name_duplicate', 'invalid_param'],
		message: /dataset name already exists/i,
		says: () => 'A knowledge base of this name exists already',
		advice: () => 'Choose another name, or find the existing one with the operation Get Many and its filter Keyword.',
	},
	{
		codes: ['invalid_param'],
		message: /^Tag name already exists/,
		says: () => 'A tag of this name exists already',
		advice: () => 'Choose another name, or take the ID of the existing one from the operation Get Many.',
	},
	{
		codes: ['invalid_param'],
		message: /^Metadata name already exists in Built-in/,
		says: () => 'This name belongs to a metadata field that Dify fills in itself',
		advice: () => 'Choose another name. Get Built-In lists those that are taken.',
	},
	{
		codes: ['invalid_param'],
		message: /^Metadata name already exists/,
		says: () => 'A metadata field of this name exists already',
		advice: () => 'Choose another name, or take the existing field from the operation Get Many.',
	},
	{
		codes: ['invalid_param'],
		message: /^\d+ validation errors? for [\w[\]]+\s+[\d.]*binding_count/,
		says: ({ error }) =>
			error.url?.startsWith('POST ')
				? 'The tag was made, but this Dify version cannot give its ID'
				: 'This Dify version cannot list tags',
		advice: ({ error: { version } }) =>
			`A fault of Dify 1.12.0 to 1.14.2. Do not make the tag again: bind it in Dify itself, or update Dify. Get by Knowledge Base reads the tags of one base. This server is ${version}.`,
	},
	{
		codes: ['invalid_param'],
		message: /^Another document metadata operation/,
		says: () => 'Another change of metadata is running',
		advice: () => 'Try again when it is done, and lower Concurrency.',
	},
	{
		codes: ['invalid_param'],
		message: /^HTTP 400/,
		says: () => 'Dify does not take this file: it is too large, or of a type Dify cannot read',
		advice: () =>
			'The stock limit is 15 MB. Types: txt, md, mdx, pdf, html, xlsx, xls, docx, csv, vtt, properties; more with the Unstructured extractor.',
	},
	{
		codes: ['file_too_large'],
		says: () => 'The file is larger than this Dify server allows',
		advice: () => 'The stock limit is 15 MB (UPLOAD_FILE_SIZE_LIMIT). Send a smaller file or raise the limit.',
	},
	{
		codes: ['unsupported_file_type'],
		advice: () => 'Types: txt, md, mdx, pdf, html, xlsx, xls, docx, csv, vtt, properties; more with the Unstructured extractor.',
	},
	{
		codes: ['invalid_param'],
		message: /relation "embedding_vector_index|dataset_not_initialized/,
		says: () => 'This knowledge base has no vector index',
		advice: () =>
			"It is empty, or of the economy type. Add a document first; ask an economy base with 'Search Method' set to Keyword.",
	},
	{
		codes: ['pipeline_run_error'],
		message: / is required in input form$/,
		says: ({ error }) => `The pipeline needs '${error.message.split(' ')[0]}'`,
		advice: () => "Give it in 'Inputs (JSON)'. The pipeline's variables stand in Dify, under Input Field of the pipeline; no API lists them.",
	},
	{
		codes: ['invalid_param'],
		message: /credentials is not initialized|^Provider .* does not exist/,
		advice: () => "Choose the model from the list, or set it up in Dify under Settings, Model Provider.",
	},
	{
		codes: ['invalid_param'],
		message: /search_method\n.* \[type=literal_error, input_value='keyword_search'/,
		says: () => "This Dify server cannot keep the search method 'Keyword'",
		advice: ({ error }) =>
			`Leave it out here and choose it where the base is searched. A base keeps it from Dify 1.5.0 on. This server is ${error.version}.`,
	},
	{
		codes: ['invalid_param'],
		message: /doc_form is different/,
		says: () => 'The chunking does not fit this knowledge base',
		advice: () => "A base keeps the kind of chunks of its first document. Set 'Chunking' to As in Knowledge Base.",
	},
	{
		codes: ['invalid_param'],
		message: /^Document is not available/,
		says: () => 'The document cannot be changed now',
		advice: () => "It is still being indexed, disabled or archived. Wait for it, or enable or un-archive it with the operation Update Status of 'Document'.",
	},
	{
		codes: ['invalid_action'],
		message: /is being indexed, please try again later/,
		says: ({ error }) => `The status of '${documentIn(error)}' cannot change now`,
		advice: () => 'Dify allows one change of status per document in 10 minutes. Try again later.',
	},
	{
		codes: ['invalid_action'],
		message: /is not completed/,
		says: ({ error }) => `'${documentIn(error)}' is not indexed yet`,
		advice: () => 'Only an indexed document can be disabled. Wait for it.',
	},
	{
		codes: ['invalid_param'],
		message: /^Content is empty/,
		says: () => 'A chunk needs a content',
		advice: () => "Fill in 'Content'.",
	},
	{
		codes: ['invalid_param'],
		message: /^Answer is required/,
		says: () => 'Every chunk of this knowledge base needs an answer',
		advice: () => "It holds question-answer pairs: fill in 'Answer', too.",
	},
	{
		codes: ['invalid_param'],
		message: /^Pipeline not found/,
		says: () => 'This knowledge base has no pipeline',
		advice: () => 'Choose one that was made with a knowledge pipeline in Dify.',
	},
];
