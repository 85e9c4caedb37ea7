import type { Annotation } from './appRecords';
import { json, noContent, notFound } from './answers';
import { seconds } from './ids';
import { type Json, textOf } from './json';
import { page } from './paging';
import type { AppCall, Routes } from './route';

const item = ({ id, question, answer, hitCount, createdAt }: Annotation): Json => ({
	id,
	question,
	answer,
	hit_count: hitCount,
	created_at: createdAt,
});

const list = ({ workspace, app, query }: AppCall) => {
	const keyword = textOf(query.keyword)?.toLowerCase() ?? '';
	const holds = (text: string) => text.toLowerCase().includes(keyword);
	const rows = workspace.apps.annotations.filter(
		({ appId, question, answer }) => appId === app.id && (holds(question) || holds(answer)),
	);
	return json(page(rows, query, item));
};

const create = ({ workspace, app, body }: AppCall) => {
	const annotation = {
		id: workspace.ids.next(),
		appId: app.id,
		question: textOf(body.question) ?? '',
		answer: textOf(body.answer) ?? '',
		hitCount: 0,
		createdAt: seconds(),
	};
	workspace.apps.annotations.unshift(annotation);
	return json(item(annotation), 201);
};

const existing = ({ workspace, params }: AppCall) => {
	const annotation = workspace.apps.annotations.find(({ id }) => id === params.annotation_id.toLowerCase());
	if (!annotation) throw notFound('Annotation not found');
	return annotation;
};

/** Dify looks the row up by its id alone: another app's key changes it too. */
const update = (call: AppCall) => {
	const { question, answer } = call.body;
	return json(item(Object.assign(existing(call), { question, answer })));
};

const remove = (call: AppCall) => {
	const { workspace, app } = call;
	const gone = existing(call);
	if (gone.appId !== app.id) throw notFound('Annotation not found');
	workspace.apps.annotations = workspace.apps.annotations.filter((annotation) => annotation !== gone);
	return noContent();
};

const payload = {
	title: 'AnnotationCreatePayload',
	type: 'object',
	required: ['question', 'answer'],
	properties: { question: { type: 'string' }, answer: { type: 'string' } },
};

/** Questions with fixed answers. */
export const annotationRoutes: Routes = {
	'GET /apps/annotations': {
		key: 'app',
		query: {
			title: 'AnnotationListQuery',
			type: 'object',
			properties: {
				page: { type: 'integer', minimum: 1 },
				limit: { type: 'integer', minimum: 1 },
				keyword: { type: 'string' },
			},
		},
		handle: list,
	},
	'POST /apps/annotations': { key: 'app', body: payload, handle: create },
	'PUT /apps/annotations/{annotation_id}': { key: 'app', body: payload, handle: update },
	'DELETE /apps/annotations/{annotation_id}': { key: 'app', handle: remove },
};
