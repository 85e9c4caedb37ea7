import { internalError, invalidParam, json, noContent, notFound } from './answers';
import { isUuid } from './ids';
import { type Json, textOf } from './json';
import type { Dataset, Tag } from './records';
import type { Call, Routes } from './route';
import { type Schema, validationError, valueError } from './validation';
import type { Workspace } from './workspace';

const name = { type: 'string', minLength: 1, maxLength: 50 };
const id = { type: 'string' };
const ids = { type: 'array', items: id };

const schema = (title: string, properties: Json, required = Object.keys(properties)): Schema => ({
	title,
	type: 'object',
	required,
	properties,
});

const bindings = ({ datasets }: Workspace, tag: Tag) =>
	[...datasets.values()].filter(({ tags }) => tags.includes(tag)).length;

/** Tags as the answer shows them, if its own validator lets them pass. */
const shown = ({ workspace, dialect }: Call, tags: Tag[], model: string, place: (index: number) => string) => {
	const items = tags.map((tag) => item(workspace, tag));
	if (!dialect.tagCountsAreNumbers || !items.length) return items;
	const complaints = items.map(({ binding_count: count }, index) => ({
		at: `${place(index)}binding_count`,
		text: 'Input should be a valid string',
		type: 'string_type',
		input: Number(count),
	}));
	throw validationError(model, complaints);
};

const one = (call: Call, tag: Tag) => shown(call, [tag], 'DataSetTag', () => '')[0];

const item = (workspace: Workspace, tag: Tag): Json => ({
	id: tag.id,
	name: tag.name,
	type: 'knowledge',
	binding_count: String(bindings(workspace, tag)),
});

/** The id goes into the database as it is, which falls over anything but a uuid. */
const checkedId = (text: string) => {
	if (!isUuid(text)) throw internalError();
	return text.toLowerCase();
};

const tagOf = ({ workspace, body }: Call) => {
	const tag = workspace.tags.get(checkedId(String(body.tag_id)));
	if (!tag) throw notFound('Tag not found');
	return tag;
};

const checkName = ({ workspace, body, dialect }: Call, self?: Tag) => {
	const namesake = [...workspace.tags.values()].find((tag) => tag.name === body.name);
	if (namesake && (namesake !== self || dialect.ownTagName === 'refused')) throw invalidParam('Tag name already exists');
	return textOf(body.name) ?? '';
};

/** A tag, given to the base of `dataset_id` at once. */
export function newTag({ ids, tags, datasets }: Workspace, { name: text, dataset_id: base }: Json): Tag {
	const tag = { id: ids.next(), name: String(text) };
	tags.set(tag.id, tag);
	datasets.get(String(base))?.tags.push(tag);
	return tag;
}

const create = (call: Call) => json(one(call, newTag(call.workspace, { name: checkName(call) })));

const rename = (call: Call) => {
	const tag = tagOf(call);
	tag.name = checkName(call, tag);
	return json(one(call, tag));
};

const unbind = (dataset: Dataset, removed: string[]) => {
	dataset.tags = dataset.tags.filter((tag) => !removed.includes(tag.id));
};

const remove = (call: Call) => {
	const tag = tagOf(call);
	call.workspace.tags.delete(tag.id);
	for (const dataset of call.workspace.datasets.values()) unbind(dataset, [tag.id]);
	return noContent();
};

const targetOf = ({ workspace, body }: Call) => {
	const dataset = workspace.datasets.get(checkedId(String(body.target_id)));
	if (!dataset) throw notFound('Dataset not found');
	return dataset;
};

const idsOf = ({ tag_ids: several }: Json) => (Array.isArray(several) ? several.map(String) : []);

const bind = (call: Call) => {
	const wanted = idsOf(call.body);
	if (!wanted.length && call.dialect.emptyBinding === 'refused') throw valueError('TagBindingPayload', 'Tag IDs is required.', [], 'tag_ids');
	const dataset = targetOf(call);
	const tags = wanted.flatMap((text) => call.workspace.tags.get(checkedId(text)) ?? []);
	dataset.tags = [...new Set([...dataset.tags, ...tags])];
	return noContent();
};

const release = (call: Call) => {
	const removed = [...idsOf(call.body), ...(textOf(call.body.tag_id) ? [String(call.body.tag_id)] : [])];
	if (!removed.length) throw valueError('TagUnbindingPayload', 'Tag IDs is required.', call.body);
	unbind(targetOf(call), removed.map(checkedId));
	return noContent();
};

/** Tags of knowledge bases. */
export const tagRoutes: Routes = {
	'GET /datasets/tags': {
		key: 'workspace',
		handle: (call) => json(shown(call, [...call.workspace.tags.values()], 'list[DataSetTag]', (index) => `${index}.`)),
	},
	'POST /datasets/tags': { key: 'workspace', body: schema('TagCreatePayload', { name }), handle: create },
	'PATCH /datasets/tags': { key: 'workspace', body: schema('TagUpdatePayload', { tag_id: id, name }), handle: rename },
	'DELETE /datasets/tags': { key: 'workspace', body: schema('TagDeletePayload', { tag_id: id }), handle: remove },
	'POST /datasets/tags/binding': {
		key: 'workspace',
		body: schema('TagBindingPayload', { tag_ids: ids, target_id: id }),
		handle: bind,
	},
	'POST /datasets/tags/unbinding': {
		key: 'workspace',
		body: schema('TagUnbindingPayload', { tag_id: { type: ['string', 'null'] }, tag_ids: ids, target_id: id }, ['target_id']),
		handle: release,
	},
	'GET /datasets/{dataset_id}/tags': {
		key: 'dataset',
		handle: ({ workspace, params }) => {
			const tags = workspace.datasets.get(params.dataset_id.toLowerCase())?.tags ?? [];
			const data = tags.map((tag) => ({ id: tag.id, name: tag.name }));
			return json({ data, total: data.length });
		},
	},
};
