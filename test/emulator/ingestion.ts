import { internalError, invalidParam, json, notFound } from './answers';
import { setTechnique } from './datasets';
import { defaultRetrievalModel, retrievalModelOf } from './datasetView';
import type { Dialect } from './dialects';
import { documentOf } from './documents';
import { displayStatus, documentItem } from './documentView';
import type { Form } from './forms';
import { seconds } from './ids';
import { unindexed } from './indexing';
import { isObject, type Json, parsedJson, textOf, type Value } from './json';
import { processRuleOf, processRuleSchema } from './processRule';
import type { DocForm, Document, ProcessRule, StoredFile } from './records';
import { retrievalModelSchema, retrievalModelSchemaOf } from './retrievalModel';
import type { DatasetCall, Routes } from './route';
import { fileOf, textFile } from './uploads';
import { compile, type Schema, valueError } from './validation';

const text = { type: ['string', 'null'] };
const docForms = ['text_model', 'hierarchical_model', 'qa_model'];

const configuration = {
	process_rule: processRuleSchema,
	doc_form: text,
	doc_language: text,
	retrieval_model: retrievalModelSchema,
	embedding_model: text,
	embedding_model_provider: text,
	original_document_id: text,
};

const createByTextSchema: Schema = {
	title: 'DocumentTextCreatePayload',
	type: 'object',
	required: ['name', 'text'],
	properties: {
		name: { type: 'string' },
		text: { type: 'string' },
		indexing_technique: text,
		...configuration,
	},
};

const updateByTextSchema: Schema = {
	title: 'DocumentTextUpdate',
	type: 'object',
	properties: { name: text, text, ...configuration },
};

const checkKnowledgeConfig = (args: Json, { settingMethods }: Dialect) =>
	compile(
		{
			title: 'KnowledgeConfig',
			type: 'object',
			required: ['indexing_technique'],
			properties: {
				indexing_technique: { enum: ['high_quality', 'economy'] },
				...configuration,
				retrieval_model: retrievalModelSchemaOf(settingMethods),
			},
		},
		false,
	)(args);

/** What `data` of a form may hold. */
const dataSchema: Schema = {
	title: 'DocumentFileData',
	type: 'object',
	properties: { name: text, indexing_technique: text, duplicate: {}, ...configuration },
};

const checkDocForm = ({ dialect }: DatasetCall, model: string, args: Json) => {
	const form = textOf(args.doc_form);
	if (form && !docForms.includes(form) && dialect.unknownDocForm === 'refused') throw valueError(model, 'Invalid doc_form.', form, 'doc_form');
};

/** The rule to index by: the request's, else the base's latest, else none. */
const ruleOf = ({ workspace, dialect, dataset }: DatasetCall, value: Value | undefined): ProcessRule | null => {
	if (!isObject(value)) return dataset.latestRule;
	return { id: workspace.ids.next(), ...processRuleOf(value, dialect) };
};

const checkForm = ({ dataset, dialect }: DatasetCall, form: DocForm) => {
	if (dialect.foreignDocForm === 'refused' && dataset.docForm && dataset.docForm !== form) {
		throw invalidParam('doc_form is different from the dataset doc_form.');
	}
};

const formOf = (args: Json) => (textOf(args.doc_form) ?? 'text_model') as DocForm;

/** The first document decides what the base did not say yet. */
const adopt = ({ dataset }: DatasetCall, args: Json, rule: ProcessRule) => {
	if (!dataset.indexingTechnique) setTechnique(dataset, args);
	if (dataset.indexingTechnique === 'high_quality') dataset.retrievalModel ??= retrievalModelOf(args.retrieval_model) ?? defaultRetrievalModel;
	dataset.docForm ??= formOf(args);
	dataset.latestRule = rule;
};

/** A document at the end of its base, not indexed yet. */
export const newDocument = ({ workspace, dataset }: DatasetCall, file: StoredFile, rule: ProcessRule): Document => {
	dataset.lastPosition += 1;
	const document: Document = {
		id: workspace.ids.next(),
		position: dataset.lastPosition,
		name: file.name,
		batch: '',
		createdAt: seconds(),
		updatedAt: seconds(),
		docForm: 'text_model',
		docLanguage: 'English',
		rule,
		file,
		datasource: null,
		indexing: unindexed(),
		segments: [],
		wordCount: null,
		tokens: null,
		hitCount: 0,
		enabled: true,
		disabledAt: null,
		archived: false,
		metadata: {},
		lockedUntil: 0,
	};
	dataset.documents.push(document);
	return document;
};

const index = (call: DatasetCall, document: Document, args: Json, rule: ProcessRule, file = document.file) => {
	const docLanguage = textOf(args.doc_language) ?? document.docLanguage;
	Object.assign(document, { rule, file, docLanguage, docForm: formOf(args), updatedAt: seconds() });
	call.indexer.start(call.dataset, document);
	return json({ document: documentItem(call, call.dataset, document), batch: document.batch });
};

/** Creates a document; an enabled one of the same name is indexed again with the new content instead. */
const create = (call: DatasetCall, args: Json, file: StoredFile, rule: ProcessRule, duplicate: boolean) => {
	checkForm(call, formOf(args));
	adopt(call, args, rule);
	const namesake = call.dataset.documents
		.filter(({ name, enabled, archived }) => name === file.name && enabled && !archived)
		.at(call.dialect.namesake === 'oldest' ? 0 : -1);
	const document = (duplicate && namesake) || newDocument(call, file, rule);
	document.batch = call.workspace.ids.batch();
	return index(call, document, args, rule, file);
};

const update = (call: DatasetCall, document: Document, args: Json, file: StoredFile | undefined, rule: ProcessRule) => {
	checkForm(call, formOf(args));
	if (displayStatus(document) !== 'available') throw invalidParam('Document is not available');
	document.name = textOf(args.name) ?? file?.name ?? document.name;
	Object.assign(document.indexing, { ...unindexed(), runs: document.indexing.runs });
	call.dataset.latestRule = rule;
	return index(call, document, args, rule, file);
};

const automatic = (call: DatasetCall) => ruleOf(call, { mode: 'automatic' }) as ProcessRule;

const createByText = (call: DatasetCall) => {
	const { dataset, body } = call;
	checkDocForm(call, 'DocumentTextCreatePayload', body);
	if (!dataset.indexingTechnique && !body.indexing_technique) {
		throw call.dialect.missingTechnique === 'crashes' ? internalError() : invalidParam('indexing_technique is required.');
	}
	const absent = call.dialect.absentTechnique === 'null' && { indexing_technique: body.indexing_technique ?? null };
	const args = checkKnowledgeConfig({ ...body, ...absent }, call.dialect);
	const rule = ruleOf(call, args.process_rule) ?? automatic(call);
	const file = textFile(call, textOf(args.name) as string, textOf(args.text) as string);
	const original = textOf(args.original_document_id);
	if (!original) {
		checkForm(call, formOf(args));
		if (!args.process_rule && call.dialect.missingRule === 'crashes') throw internalError();
		return create(call, args, file, rule, true);
	}
	checkForm(call, formOf(args));
	const document = dataset.documents.find(({ id }) => id === original);
	if (!document) throw notFound('Document not found.');
	return update(call, document, args, file, rule);
};

const updateByText = (call: DatasetCall) => {
	const { body } = call;
	const model = 'DocumentTextUpdate';
	if (typeof body.text === 'string' && !textOf(body.name)) {
		throw valueError(model, 'name is required when text is provided', body);
	}
	checkDocForm(call, model, body);
	if (!body.text && !body.process_rule) throw invalidParam('Data source or Process rule is required');
	checkKnowledgeConfig({ ...body, indexing_technique: 'high_quality' }, call.dialect);
	const document = documentOf(call, 'Document not found');
	const content = textOf(body.text);
	if (content === undefined && body.name && call.dialect.renamingWithoutText === 'crashes') throw internalError();
	const file = content === undefined ? undefined : textFile(call, textOf(body.name) as string, content);
	return update(call, document, body, file, ruleOf(call, body.process_rule) ?? document.rule);
};

const dataOf = (form: Form | undefined): Json => {
	const data = form?.fields.data;
	if (data === undefined) return {};
	const parsed = parsedJson(data);
	if (parsed === undefined) throw decoderError(data);
	if (!isObject(parsed)) throw internalError();
	return parsed;
};

const decoderError = (data: string) =>
	invalidParam(
		data.trim().startsWith('{')
			? 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'
			: 'Expecting value: line 1 column 1 (char 0)',
	);

const createByFile = (call: DatasetCall) => {
	const { dataset, form } = call;
	const data = dataOf(form);
	const technique = textOf(data.indexing_technique) ?? dataset.indexingTechnique;
	if (!technique) throw invalidParam('indexing_technique is required.');
	const file = fileOf(call, form, 'create');
	const args = checkKnowledgeConfig(call.dialect.filesTakeTechnique ? { ...data, indexing_technique: technique } : { doc_form: 'text_model', ...data }, call.dialect);
	checkDocForm(call, 'KnowledgeConfig', args);
	const rule = ruleOf(call, args.process_rule);
	if (!rule) throw call.dialect.filesTakeTechnique ? invalidParam('process_rule is required.') : internalError();
	return create(call, args, file, rule, data.duplicate !== false);
};

const updateByFile = (call: DatasetCall) => {
	const { form } = call;
	const args = dataOf(form);
	const file = form?.files.length ? fileOf(call, form, 'update') : undefined;
	if (call.dialect.fileUpdatesNeedTechnique) checkKnowledgeConfig({ doc_form: 'text_model', ...args }, call.dialect);
	if (!file && !args.process_rule) throw invalidParam('Data source or Process rule is required');
	const document = documentOf(call, 'Document not found');
	return update(call, document, args, file, ruleOf(call, args.process_rule) ?? document.rule);
};

/** Creating and updating documents. */
export const ingestionRoutes: Routes = {
	'POST /datasets/{dataset_id}/document/create-by-text': {
		key: 'dataset',
		body: createByTextSchema,
		handle: createByText,
	},
	'POST /datasets/{dataset_id}/document/create-by-file': { key: 'dataset', multipart: true, data: dataSchema, handle: createByFile },
	'POST /datasets/{dataset_id}/documents/{document_id}/update-by-text': {
		key: 'dataset',
		body: updateByTextSchema,
		handle: updateByText,
	},
	'POST /datasets/{dataset_id}/documents/{document_id}/update-by-file': {
		key: 'dataset',
		multipart: true,
		data: dataSchema,
		handle: updateByFile,
	},
	'PATCH /datasets/{dataset_id}/documents/{document_id}': { key: 'dataset', multipart: true, data: dataSchema, handle: updateByFile },
};
