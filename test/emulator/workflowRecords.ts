import { internalError, invalidParam, json, notFound } from './answers';
import { defaultUser, endUserOf } from './endUsers';
import type { Flow } from './flow';
import { fixedId, isUuid } from './ids';
import { type Json, textOf, without } from './json';
import { pythonJson } from './pythonJson';
import type { AppCall, Routes } from './route';

const ownerMail = 'owner@example.com';
/** The server searches with the beginning of a keyword only. */
const longestKeyword = 30;
const version = '2026-06-12 00:00:00.000000';

const runKeys =
	'id workflow_id status inputs outputs error total_steps total_tokens created_at finished_at elapsed_time'.split(' ');
const noRun: Json = Object.fromEntries(runKeys.map((key) => [key, null]));

const detail = ({ workspace, app, params, dialect }: AppCall) => {
	const { workflow_run_id: id } = params;
	if (!isUuid(id)) throw internalError();
	const flow = workspace.apps.runs.get(id.toLowerCase());
	if (!flow || flow.execution.call.app.id !== app.id) {
		if (dialect.unknownRun === 'crashes') throw internalError();
		if (dialect.unknownRun === 'nulls') return json(noRun);
		throw notFound('Workflow run not found.');
	}
	return json({
		id: flow.id,
		workflow_id: flow.workflowId,
		status: flow.status,
		inputs: pythonJson(flow.inputs(true)),
		outputs: dialect.runOutputs === 'text' ? pythonJson(flow.outputs) : flow.outputs,
		error: flow.error,
		total_steps: flow.totalSteps,
		total_tokens: flow.totalTokens,
		created_at: flow.createdAt,
		finished_at: flow.finishedAt,
		elapsed_time: flow.elapsed,
	});
};

const timeOf = (text: string | undefined) => {
	if (!text) return undefined;
	if (/^\d{4}-\d\d(-\d\d)?/.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text) / 1000;
	throw invalidParam(`invalid literal for int() with base 10: b'${text.slice(0, 4)}'`);
};

const byTime = ['created_at__before', 'created_at__after'];
const byUser = ['created_by_end_user_session_id', 'created_by_account'];

const filterOf = ({ query: asked, dialect }: AppCall) => {
	const query = without(asked, ...(dialect.logsByTime ? [] : byTime), ...(dialect.logsByUser ? [] : byUser));
	const keyword = textOf(query.keyword)?.slice(0, longestKeyword).toLowerCase();
	const before = timeOf(textOf(query.created_at__before));
	const after = timeOf(textOf(query.created_at__after));
	const session = textOf(query.created_by_end_user_session_id);
	const account = textOf(query.created_by_account);
	if (account && account !== ownerMail) throw invalidParam(`Account not found: ${account}`);
	return (flow: Flow) => {
		const { user } = flow.execution.call;
		const searched = [JSON.stringify(flow.inputs(true)), JSON.stringify(flow.outputs), user, flow.id];
		return (
			(!keyword || searched.some((text) => text.toLowerCase().includes(keyword))) &&
			(!query.status || flow.status === query.status) &&
			(before === undefined || flow.createdAt <= before) &&
			(after === undefined || flow.createdAt >= after) &&
			(!session || user === session) &&
			// Runs by key belong to end users.
			!account
		);
	};
};

const logItem = (call: AppCall, flow: Flow): Json => {
	const { user } = flow.execution.call;
	return {
		id: fixedId(`log of ${flow.id}`),
		workflow_run: {
			id: flow.id,
			version,
			status: flow.status,
			triggered_from: 'app-run',
			error: flow.error,
			elapsed_time: flow.elapsed,
			total_tokens: flow.totalTokens,
			total_steps: flow.totalSteps,
			created_at: flow.createdAt,
			finished_at: flow.finishedAt,
			exceptions_count: flow.exceptions,
		},
		details: null,
		created_from: 'service-api',
		created_by_role: 'end_user',
		created_by_account: null,
		created_by_end_user: {
			id: endUserOf(call, call.app, user).id,
			type: 'service-api',
			is_anonymous: user === defaultUser,
			session_id: user,
		},
		created_at: flow.createdAt,
	};
};

const logs = (call: AppCall) => {
	const { workspace, app, query } = call;
	const own = [...workspace.apps.runs.values()].filter(
		(flow) => flow.execution.call.app.id === app.id && !flow.subject.chat,
	);
	const rows = own.filter(filterOf(call)).reverse();
	const [page, limit] = [Number(query.page ?? 1), Number(query.limit ?? 20)];
	const data = rows.slice((page - 1) * limit, page * limit).map((flow) => logItem(call, flow));
	return json({ page, limit, total: rows.length, has_more: rows.length > page * limit, data });
};

const text = { type: 'string' };

/** What is kept of workflow runs. */
export const workflowRecordRoutes: Routes = {
	'GET /workflows/run/{workflow_run_id}': {
		key: 'app',
		modes: ['workflow', 'advanced-chat'],
		refusal: 'not_workflow_app',
		handle: detail,
	},
	'GET /workflows/logs': {
		key: 'app',
		query: {
			title: 'WorkflowLogQuery',
			type: 'object',
			properties: {
				page: { type: 'integer', minimum: 1, maximum: 99_999 },
				limit: { type: 'integer', minimum: 1, maximum: 100 },
				keyword: text,
				status: { enum: ['succeeded', 'failed', 'stopped'] },
				created_at__before: text,
				created_at__after: text,
				created_by_end_user_session_id: text,
				created_by_account: text,
			},
		},
		handle: logs,
	},
};
