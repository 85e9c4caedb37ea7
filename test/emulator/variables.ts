import type { Variable } from './appRecords';
import { badRequest, internalError, invalidParam, json, notFound } from './answers';
import { chatModes, existing } from './conversations';
import { seconds } from './ids';
import { type Json, textOf, type Value } from './json';
import type { Conversation } from './records';
import type { AppCall, Routes } from './route';
import { pythonRepr } from './validation';

const item = ({ createdAt }: Conversation, { id, name, type, value, description, updatedAt }: Variable): Json => ({
	id,
	name,
	value_type: type,
	value: typeof value === 'string' ? value : pythonRepr(value),
	description,
	created_at: createdAt,
	updated_at: updatedAt,
});

/** The server's name for the type of a value. */
const typeOf = (value: Value | undefined): string => {
	if (value === null || value === undefined) return 'none';
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
	if (!Array.isArray(value)) return typeof value;
	const kinds = [...new Set(value.map((each) => (typeof each === 'number' ? 'number' : typeOf(each))))];
	if (!kinds.length) return 'array[number]';
	return `array[${kinds.length === 1 ? kinds[0] : 'any'}]`;
};

const fitting: Record<string, string[]> = { number: ['integer', 'float', 'boolean'] };

const list = (call: AppCall) => {
	const { query, params, dialect } = call;
	const conversation = existing(call, params.conversation_id);
	if (query.variable_name !== undefined && dialect.variableNameFilter === 'crashes') throw internalError();
	const size = Number(query.limit ?? 20);
	const { variables } = conversation;
	const cursor = textOf(query.last_id);
	if (cursor && !variables.some(({ id }) => id === cursor.toLowerCase())) throw invalidParam('');
	// All have one time of creation, by which Dify pages: nothing comes after any of them.
	const page = cursor ? [] : variables.slice(0, size);
	const more = !cursor && variables.length > size;
	return json({ limit: size, has_more: more, data: page.map((variable) => item(conversation, variable)) });
};

const update = (call: AppCall) => {
	const { params, body } = call;
	const conversation = existing(call, params.conversation_id);
	const variable = conversation.variables.find(({ id }) => id === params.variable_id.toLowerCase());
	if (!variable) throw notFound('Conversation Variable Not Exists.');
	const { value = null } = body;
	const type = typeOf(value);
	if (!(fitting[variable.type] ?? [variable.type]).includes(type)) {
		throw badRequest(`Type mismatch: variable '${variable.name}' expects ${variable.type}, but got ${type} type`);
	}
	// The stored number is an integer for good.
	if (type === 'float') throw invalidParam('not supported value type integer');
	Object.assign(variable, { value: variable.type === 'number' ? Number(value) : value, updatedAt: seconds() });
	return json(item(conversation, variable));
};

const user = { type: 'string' };

/** Variables of a conversation. */
export const variableRoutes: Routes = {
	'GET /conversations/{conversation_id}/variables': {
		key: 'app',
		user: { in: 'query' },
		modes: chatModes,
		query: {
			title: 'ConversationVariablesQuery',
			type: 'object',
			properties: {
				user,
				last_id: { type: 'string', pattern: '^$|^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' },
				limit: { type: 'integer', minimum: 1, maximum: 100 },
				variable_name: {
					type: 'string',
					pattern: '^[a-zA-Z0-9_.-]{1,255}$',
					'x-message':
						'Variable name can only contain letters, numbers, hyphens (-), underscores (_), and periods (.)',
				},
			},
		},
		handle: list,
	},
	'PUT /conversations/{conversation_id}/variables/{variable_id}': {
		key: 'app',
		user: { in: 'body' },
		modes: chatModes,
		body: {
			title: 'ConversationVariableUpdatePayload',
			type: 'object',
			required: ['value'],
			properties: { user: {}, value: {} },
		},
		handle: update,
	},
};
