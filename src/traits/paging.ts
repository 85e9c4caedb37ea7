import { InputError, type Call, type Field, type Json, type Next, type Output, type Request, type Trait } from '../operation/types';

/** Dify's cap; asking for more makes `has_more` lie. */
const PAGE_SIZE = 100;

const fields: Field[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		displayOptions: { show: { returnAll: [false] } },
		default: 50,
		description: 'Max number of results to return',
	},
];

interface Page {
	data?: Json[];
	has_more?: boolean;
	total?: number;
}

/** Query of the page after `pages` pages, of which `last` is the last record. */
type Cursor = (last: Json | undefined, pages: number) => Json;

/** Lists by `page` and `limit`. */
export const byPage: Trait = paging((_, pages) => ({ page: pages + 1 }));

/** Lists that go on after the last record read. */
export const byLastId: Trait = paging((last) => ({ last_id: last?.id }));

/** Lists that go back in time: each page is ascending, the next one older. The output is in order of time. */
export const byFirstId: Trait = {
	fields,
	run: async (call, request, next) => {
		const pages = await readPages(call, request, next, (last) => ({ first_id: last?.id }), (page) => page.toReversed());
		return { json: pages.toReversed() };
	},
};

/** Lists whose records all have one time, so that a second page is always empty (conversation variables): read once. */
export const onePage: Trait = {
	fields,
	async run(call, request, next) {
		const wanted = wantedRows(call);
		const page = asPage(await next({ ...request, query: { ...request.query, limit: PAGE_SIZE } }));
		return { json: (page.data ?? []).slice(0, wanted) };
	},
};

/** Lists that Dify gives whole: all records of the answer's `key`, or of the answer itself. */
export function allAtOnce(key?: string): Trait {
	return {
		fields,
		async run(call, request, next) {
			const wanted = wantedRows(call);
			const { json } = await next(request);
			const records = (key ? (json as Json)[key] : json) as Json[];
			return { json: records.slice(0, wanted) };
		},
	};
}

function paging(cursor: Cursor): Trait {
	return { fields, run: async (call, request, next) => ({ json: await readPages(call, request, next, cursor) }) };
}

/**
 * All records or up to the limit, each once. Ends at a short or empty page, `has_more: false`, the `total`, more rows
 * than asked for or a page that brings nothing new: some servers ignore the page, some say `has_more` wrongly.
 */
async function readPages(
	call: Call,
	request: Request,
	next: Next,
	cursor: Cursor,
	order: (page: Json[]) => Json[] = (page) => page,
): Promise<Json[]> {
	const wanted = wantedRows(call);
	const size = Math.min(PAGE_SIZE, wanted);
	const rows = new Map<unknown, Json>();
	for (let pages = 0; rows.size < wanted; pages++) {
		const query = { ...request.query, ...cursor([...rows.values()].at(-1), pages), limit: size };
		const page = asPage(await next({ ...request, query }));
		const data = page.data ?? [];
		const before = rows.size;
		for (const row of order(data)) rows.set(row.id ?? row, row);
		const isLast = data.length < size || data.length > size || page.has_more === false || rows.size === before;
		if (isLast || rows.size >= (page.total ?? Number.POSITIVE_INFINITY)) break;
	}
	return [...rows.values()].slice(0, wanted);
}

function wantedRows(call: Call): number {
	if (call.param('returnAll', false)) return Number.POSITIVE_INFINITY;
	const limit = Number(call.param('limit', 50));
	if (Number.isInteger(limit) && limit >= 1) return limit;
	throw new InputError("'Limit' must be a whole number from 1", "Enter 1 or more, or switch on 'Return All'.");
}

function asPage(output: Output): Page {
	return output.json as Page;
}
