import type { IDataObject, ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';

import { sendForJson } from '../transport/client';
import { DifyError } from '../transport/error';
import { expandPath } from '../transport/url';
import { advise } from './advice';
import { connect } from './connect';
import { splitRoute } from './request';
import type { Json, Route } from './types';

/** A list of a resource locator: which route, and how a record reads. */
export interface Picker {
	/** Names in braces are filled from the node's parameters of those names. */
	route: Route;
	label(record: Json): string;
	/** Label of the parameter that must be chosen first, because the route names it. */
	after?: string;
	/** Default: the record's `id`. */
	value?(record: Json): string;
	/** `page` goes on by number; `cursor` by the last record's id; `none` has one page. */
	paging: 'page' | 'cursor' | 'none';
	/** Query parameter that filters on the server; else the page is filtered here. */
	search?: string;
	/** Parameters of the node that the list depends on, sent in the query. */
	query?: string[];
	/** The records in an answer; default: its `data`. */
	records?(answer: Json): Json[];
}

const PAGE_SIZE = 50;

/** Entries that a menu reads at most, all at once. */
const MENU_SIZE = 1000;

type LoadOptions = (this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>;
type ListSearch = (this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) => Promise<INodeListSearchResult>;

/** `methods.listSearch` of a node. A list that cannot be read says why in its only entry; typing the ID always works. */
export function listSearch(pickers: Record<string, Picker>): Record<string, ListSearch> {
	const methods = Object.entries(pickers).map(([name, picker]) => [name, search(picker)] as const);
	return Object.fromEntries(methods);
}

/** `methods.loadOptions` of a node: the same lists as menus, for choices of several. */
export function loadOptions(pickers: Record<string, Picker>): Record<string, LoadOptions> {
	const methods = Object.entries(pickers).map(([name, picker]) => [name, menu(picker)] as const);
	return Object.fromEntries(methods);
}

function menu(picker: Picker): LoadOptions {
	return async function () {
		const entries: INodePropertyOptions[] = [];
		let page: string | undefined;
		do {
			const { results, paginationToken } = await readPage(this, picker, '', page);
			entries.push(...results.map(({ name, value }) => ({ name, value })));
			page = paginationToken as string | undefined;
		} while (page && entries.length < MENU_SIZE);
		return entries;
	};
}

function search(picker: Picker): ListSearch {
	return async function (filter, paginationToken) {
		try {
			return await readPage(this, picker, filter?.trim(), paginationToken);
		} catch (error) {
			return { results: [unreadable(error)] };
		}
	};
}

async function readPage(
	n8n: ILoadOptionsFunctions,
	picker: Picker,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const [method, template] = splitRoute(picker.route);
	const above = parameters(n8n, [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
	if (Object.values(above).some((value) => !value)) throw new Error(`Choose '${picker.after}' first`);
	const path = expandPath(template, above);
	const query = {
		...parameters(n8n, picker.query ?? []),
		...(picker.paging === 'page' && { page: Number(paginationToken ?? 1), limit: PAGE_SIZE }),
		...(picker.paging === 'cursor' && { last_id: paginationToken, limit: PAGE_SIZE }),
		...(picker.search && filter && { [picker.search]: filter }),
	};
	const answer = (await sendForJson(await connect(n8n), { method, path, query })) as Json;
	const records = picker.records?.(answer) ?? (answer.data as Json[]);
	const results = records
		.map((record): INodeListSearchItems => ({ name: picker.label(record), value: valueOf(picker, record) }))
		.filter(({ name }) => picker.search || name.toLowerCase().includes(filter.toLowerCase()));
	const next = picker.paging === 'page' ? String(Number(paginationToken ?? 1) + 1) : String(records.at(-1)?.id);
	return { results, paginationToken: answer.has_more === true && records.length ? next : undefined };
}

function valueOf(picker: Picker, record: Json): string {
	return picker.value?.(record) ?? String(record.id);
}

/** Values of the node's parameters; unresolved expressions arrive as null and count as missing. */
function parameters(n8n: ILoadOptionsFunctions, names: string[]): IDataObject {
	const read = (name: string) => n8n.getNodeParameter(name, '', { extractValue: true });
	return Object.fromEntries(names.map((name) => [name, read(name)]));
}

function unreadable(error: unknown): INodeListSearchItems {
	if (!(error instanceof DifyError)) return { name: `This list cannot be read: ${(error as Error).message}`, value: '' };
	const { message, description } = advise({ error });
	return { name: `This list cannot be read: ${message}`, value: '', description };
}
