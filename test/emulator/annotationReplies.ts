import type { Annotation, AnnotationJob } from './appRecords';
import { internalError, invalidParam, json } from './answers';
import type { Json } from './json';
import { termsOf } from './ranking';
import type { AppCall, Routes } from './route';

const switches: Record<string, (call: AppCall, job: AnnotationJob) => void> = {
	enable: ({ workspace, app, body }, { id }) => {
		workspace.apps.annotationReplies.set(app.id, {
			id,
			threshold: Number(body.score_threshold),
			provider: body.embedding_provider_name ?? null,
			model: body.embedding_model_name ?? null,
		});
	},
	disable: ({ workspace, app }) => {
		workspace.apps.annotationReplies.delete(app.id);
	},
};

const work = async (call: AppCall, job: AnnotationJob) => {
	await call.workspace.sleep(call.indexer.stepMs);
	switches[job.action](call, job);
	job.done = true;
};

const start = (call: AppCall) => {
	const { workspace, params, dialect } = call;
	if (!(params.action in switches)) {
		throw dialect.unknownReplyAction === 'crashes' ? internalError() : invalidParam('Unsupported annotation reply action');
	}
	const job = { id: workspace.ids.next(), action: params.action, done: false };
	workspace.apps.annotationJobs.set(job.id, job);
	workspace.inBackground(work(call, job));
	return json({ job_id: job.id, job_status: 'waiting' });
};

const status = ({ workspace, params }: AppCall) => {
	const job = workspace.apps.annotationJobs.get(params.job_id.toLowerCase());
	if (!job || job.action !== params.action) throw invalidParam('The job does not exist.');
	return json({ job_id: job.id, job_status: job.done ? 'completed' : 'waiting', error_msg: '' });
};

/** `annotation_reply` of an app's parameters. */
export const annotationSettings = ({ workspace, app }: AppCall): Json => {
	const reply = workspace.apps.annotationReplies.get(app.id);
	if (!reply) return { enabled: false };
	return {
		id: reply.id,
		enabled: true,
		score_threshold: reply.threshold,
		embedding_model: { embedding_provider_name: reply.provider, embedding_model_name: reply.model },
	};
};

/** How much two questions are alike: 1 for the same words. */
const likeness = (left: string, right: string) => {
	if (left === right) return 1;
	const [ours, theirs] = [new Set(termsOf(left)), new Set(termsOf(right))];
	const common = [...ours].filter((term) => theirs.has(term)).length;
	return ours.size && theirs.size ? common / Math.sqrt(ours.size * theirs.size) : 0;
};

/** The annotation that answers a question instead of the model; counted as a hit. */
export function annotationFor({ workspace, app }: AppCall, query: string): Annotation | undefined {
	const reply = workspace.apps.annotationReplies.get(app.id);
	if (!reply) return undefined;
	const [best] = workspace.apps.annotations
		.filter(({ appId }) => appId === app.id)
		.map((annotation) => ({ annotation, score: likeness(query, annotation.question) }))
		.filter(({ score }) => score >= reply.threshold)
		.sort((left, right) => right.score - left.score);
	if (best) best.annotation.hitCount += 1;
	return best?.annotation;
}

/** Switching answers from annotations on and off. */
export const annotationReplyRoutes: Routes = {
	'POST /apps/annotation-reply/{action}': {
		key: 'app',
		body: {
			title: 'AnnotationReplyActionPayload',
			type: 'object',
			required: ['score_threshold', 'embedding_provider_name', 'embedding_model_name'],
			properties: {
				score_threshold: { type: 'number' },
				embedding_provider_name: { type: 'string' },
				embedding_model_name: { type: 'string' },
			},
		},
		handle: start,
	},
	'GET /apps/annotation-reply/{action}/status/{job_id}': { key: 'app', handle: status },
};
