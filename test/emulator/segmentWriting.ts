import { ApiError, internalError, invalidParam, json, notFound } from './answers';
import { owner } from './datasetView';
import type { Dialect } from './dialects';
import { documentOf } from './documents';
import { seconds } from './ids';
import { isObject, type Json, textOf, type Value } from './json';
import type { Dataset, Document, Segment } from './records';
import type { DatasetCall, Routes } from './route';
import { keywordsFor } from './ranking';
import { hashOf, newChildren, newSegment } from './segmentMaking';
import { segmentItem, segmentOf } from './segments';
import { childrenOf, tokensOf } from './splitting';
import { type Check, compile, type Schema } from './validation';

const text = { type: ['string', 'null'] };
const texts = { type: ['array', 'null'], items: { type: 'string' } };

const createSchema: Schema = {
	title: 'SegmentCreatePayload',
	type: 'object',
	required: ['segments'],
	properties: {
		segments: {
			type: 'array',
			minItems: 1,
			items: {
				type: 'object',
				required: ['content'],
				properties: {
					content: { type: 'string', minLength: 1, pattern: '\\S', 'x-message': 'Content is empty' },
					answer: text,
					keywords: texts,
					attachment_ids: texts,
				},
			},
		},
	},
};

const updateSchema: Schema = {
	title: 'SegmentUpdatePayload',
	type: 'object',
	required: ['segment'],
	properties: {
		segment: {
			title: 'SegmentUpdateArgs',
			type: 'object',
			properties: {
				content: text,
				answer: text,
				keywords: texts,
				enabled: { type: ['boolean', 'null'] },
				regenerate_child_chunks: { type: 'boolean' },
				attachment_ids: texts,
				summary: text,
			},
		},
	},
};

const checkUpdate = compile(updateSchema.properties.segment as Schema, false);

const createChecks = new Map<boolean, Check>([true, false].map((strict) => [strict, compile(createSchema, strict)]));

const objects = (value: Value | undefined) => (Array.isArray(value) ? value.filter(isObject) : []);
/** Python's list of a text is that of its characters. */
const textsOf = (value: Value | undefined) => (Array.isArray(value) || typeof value === 'string' ? [...value].map(String) : []);

/** Answers and chunk texts count together where somebody wrote them. */
const measure = (document: Document, segment: Segment) => {
	const before = segment.wordCount;
	const answer = document.docForm === 'qa_model' ? (segment.answer ?? '') : '';
	segment.wordCount = segment.content.length + answer.length;
	segment.tokens = tokensOf(segment.content + answer);
	document.wordCount = (document.wordCount ?? 0) + segment.wordCount - before;
};

const add = ({ workspace, dataset, dialect }: DatasetCall, document: Document, wanted: Json) => {
	const content = textOf(wanted.content) ?? '';
	const answer = document.docForm === 'qa_model' ? (textOf(wanted.answer) ?? null) : null;
	const children = document.docForm === 'hierarchical_model' ? childrenOf(content, document.rule) : [];
	const position = Math.max(0, ...document.segments.map((segment) => segment.position)) + 1;
	const segment = newSegment(workspace, { content, answer, children }, position);
	const given = textsOf(wanted.keywords);
	segment.keywords = given.length ? given : (keywordsFor(segment, dataset, dialect) ?? []);
	document.wordCount = (document.wordCount ?? 0) + segment.wordCount;
	measure(document, segment);
	document.segments.push(segment);
	dataset.hasVectorIndex ||= dataset.indexingTechnique === 'high_quality';
	return segment;
};

const create = (call: DatasetCall) => {
	const document = documentOf(call);
	if (document.indexing.status !== 'completed') throw notFound('Document is not completed.');
	if (!document.enabled && !call.dialect.disabledTakesSegments) throw notFound('Document is disabled.');
	const wanted = objects(checked(call).segments);
	if (document.docForm === 'qa_model' && wanted.some(({ answer }) => !answer)) throw invalidParam('Answer is required');
	const made = wanted.map((segment) => add(call, document, segment));
	return json({ data: made.map((segment) => segmentItem(document, segment)), doc_form: document.docForm });
};

/** Older versions look at each chunk only when they write it. */
const uncheckedSegments = (body: Json, { keywordText }: Dialect) => {
	if (!body.segments) throw Object.assign(invalidParam('Segments is required'), { bare: true });
	if (!Array.isArray(body.segments)) throw internalError();
	for (const { content, keywords } of objects(body.segments)) {
		if (content && typeof content !== 'string') throw internalError();
		if (!textOf(content)?.trim()) throw invalidParam('Content is empty');
		const isText = typeof keywords === 'string' && keywordText === 'characters';
		if (keywords && !Array.isArray(keywords) && !isText) throw internalError();
	}
	return body;
};

const checked = ({ strict, body, dialect }: DatasetCall) => {
	if (!dialect.newSegmentsAreValidated) return uncheckedSegments(body, dialect);
	try {
		return (createChecks.get(strict) as Check)(body);
	} catch (error) {
		// The validator's text, which this route alone sends without its envelope.
		throw error instanceof ApiError ? Object.assign(error, { bare: true }) : error;
	}
};

const enable = (segment: Segment) => Object.assign(segment, { enabled: true, disabledAt: null, disabledBy: null });

const disable = (segment: Segment, by: string | null) =>
	Object.assign(segment, { enabled: false, disabledAt: seconds(), disabledBy: by });

const breakDown = (segment: Segment, error: string) => {
	disable(segment, null);
	Object.assign(segment, { status: 'error', error });
};

/** What the vector store says when it gets a chunk twice. */
const duplicateKey = ({ id }: Dataset, { indexNodeId }: Segment) =>
	`duplicate key value violates unique constraint "embedding_vector_index_${id.replace(/-/g, '_').slice(0, 34)}_pkey"\n` +
	`DETAIL:  Key (id)=(${indexNodeId}) already exists.\n`;

const rewrite = ({ dataset, dialect }: DatasetCall, document: Document, segment: Segment, content: string) => {
	// Dify joins the question and the answer before it looks whether there is one.
	if (document.docForm === 'qa_model' && segment.answer === null && dialect.missingAnswer === 'breaks') {
		return breakDown(segment, 'can only concatenate str (not "NoneType") to str');
	}
	const now = seconds();
	const stamps = { updatedAt: now, updatedBy: owner, indexingAt: now, completedAt: now };
	Object.assign(segment, { content, indexNodeHash: hashOf(content), status: 'completed', error: null, ...stamps });
	segment.keywords = keywordsFor(segment, dataset, dialect) ?? segment.keywords;
	enable(segment);
	measure(document, segment);
};

const change = (call: DatasetCall, document: Document, segment: Segment, wanted: Json) => {
	if (segment.enabled && wanted.enabled === false) return void disable(segment, owner);
	if (!segment.enabled && !wanted.enabled) throw invalidParam("Can't update disabled segment");
	const content = textOf(wanted.content) || segment.content;
	const keywords = textsOf(wanted.keywords);
	if (document.docForm === 'qa_model') segment.answer = textOf(wanted.answer) ?? null;
	if (textOf(wanted.summary)) segment.summary = textOf(wanted.summary) as string;
	const isNew = content !== segment.content;
	if (isNew) rewrite(call, document, segment, content);
	else {
		enable(segment);
		measure(document, segment);
	}
	if (keywords.length) segment.keywords = keywords;
	const isTwice = keywords.length && !isNew && call.dataset.indexingTechnique === 'high_quality';
	if (isTwice && call.dialect.keywordsAlone === 'break') breakDown(segment, duplicateKey(call.dataset, segment));
	if (document.docForm === 'hierarchical_model' && wanted.regenerate_child_chunks) {
		segment.children = newChildren(call.workspace, childrenOf(segment.content, document.rule));
	}
};

/** What a chunk shall become; older versions miss more than others. */
const wantedOf = ({ dialect, body }: DatasetCall, { docForm }: Document) => {
	if (!isObject(body.segment) && dialect.missingSegment === 'crashes') throw internalError();
	const wanted = checkUpdate(body.segment ?? null);
	if (!textOf(wanted.content)?.trim() && dialect.segmentContent === 'needed') throw invalidParam('Content is empty');
	if (!wanted.answer && docForm === 'qa_model' && dialect.missingAnswer === 'refused') throw invalidParam('Answer is required');
	return wanted;
};

const update = (call: DatasetCall) => {
	const { document, segment } = segmentOf(call);
	change(call, document, segment, wantedOf(call, document));
	return json({ data: segmentItem(document, segment), doc_form: document.docForm });
};

/** Writing chunks. */
export const segmentWritingRoutes: Routes = {
	'POST /datasets/{dataset_id}/documents/{document_id}/segments': {
		key: 'dataset',
		// What is inside is checked after the document, and refused in another way.
		body: { title: 'SegmentCreatePayload', type: 'object', properties: { segments: {} } },
		handle: create,
	},
	'POST /datasets/{dataset_id}/documents/{document_id}/segments/{segment_id}': {
		key: 'dataset',
		body: updateSchema,
		handle: update,
	},
};
