import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { commonOptions } from './options';
import type { Field, Operation, Resource } from './types';

/** Collections of optional fields by the route's method: see {@link collectionName}. */
const COLLECTIONS = {
	filters: { displayName: 'Filters', placeholder: 'Add Filter' },
	updateFields: { displayName: 'Update Fields', placeholder: 'Add Field' },
	additionalFields: { displayName: 'Additional Fields', placeholder: 'Add Field' },
};

/** The parameters n8n shows for a node: menus, then each operation's fields where that operation is chosen. */
export function properties(resources: Resource[]): INodeProperties[] {
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: sorted(resources.map(({ name, value }) => ({ name, value }))),
			default: resources[0].value,
		},
		...resources.map(operationMenu),
		...resources.flatMap(operationFields),
	];
}

/** The collection that holds an operation's optional fields. */
export function collectionName({ route }: Operation): keyof typeof COLLECTIONS {
	if (route.startsWith('GET ')) return 'filters';
	return /^(?:PUT|PATCH) /.test(route) ? 'updateFields' : 'additionalFields';
}

function operationMenu({ value, operations }: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: sorted(operations.map((operation) => menuEntry(operation))),
		default: operations[0].value,
	};
}

function menuEntry({ name, value, action, description }: Operation): INodePropertyOptions {
	return { name, value, action, description };
}

/**
 * Each operation's fields in its own order. A field that several operations of a resource share is one parameter, shown
 * for all of them, where their orders allow it.
 */
function operationFields({ value: resource, operations }: Resource): INodeProperties[] {
	const shown: Array<{ field: Field; names: string[] }> = [];
	for (const operation of operations) {
		const innermostFirst = (operation.traits ?? []).toReversed();
		const always = [...(operation.fields ?? []), ...innermostFirst.flatMap(({ fields }) => fields ?? [])];
		let next = 0;
		for (const field of [...always, ...collections(operation)]) {
			const shared = shown.findIndex((each, index) => index >= next && each.field === field);
			if (shared < 0) shown.splice(next++, 0, { field, names: [operation.value] });
			else {
				shown[shared].names.push(operation.value);
				next = shared + 1;
			}
		}
	}
	return shown.map(({ field, names }) => shownFor(field, resource, names));
}

function collections(operation: Operation): Field[] {
	const name = collectionName(operation);
	const behaviour = [...(operation.options ?? []), ...(operation.traits ?? []).flatMap(({ options }) => options ?? [])];
	const optional = operation.optional?.length
		? [collection(name, COLLECTIONS[name].displayName, COLLECTIONS[name].placeholder, operation.optional)]
		: [];
	return [...optional, collection('options', 'Options', 'Add option', [...behaviour, ...commonOptions])];
}

function collection(name: string, displayName: string, placeholder: string, fields: Field[]): Field {
	return { displayName, name, type: 'collection', placeholder, default: {}, options: byName(fields).map(parameter) };
}

function shownFor(field: Field, resource: string, operations: string[]): INodeProperties {
	const own = field.displayOptions ?? {};
	return {
		...parameter(field),
		displayOptions: { ...own, show: { resource: [resource], operation: operations, ...own.show } },
	};
}

/** The field without the words that only this engine reads, at any depth. */
function parameter(field: Field): INodeProperties {
	const own: string[] = ['in', 'encode', 'ignoredBy'] satisfies Array<keyof Field>;
	const shown = Object.fromEntries(Object.entries(field).filter(([key]) => !own.includes(key)));
	const options = field.type === 'fixedCollection' ? field.options?.map(group) : field.options;
	return { ...(shown as unknown as INodeProperties), ...(options && { options }) };
}

function group(option: NonNullable<INodeProperties['options']>[number]) {
	return 'values' in option ? { ...option, values: byName(option.values).map(parameter) } : option;
}

function byName<T extends Field>(fields: T[]): T[] {
	return [...fields].sort((a, b) => a.displayName.localeCompare(b.displayName));
}

function sorted(options: INodePropertyOptions[]): INodePropertyOptions[] {
	return options.sort((a, b) => a.name.localeCompare(b.name));
}
