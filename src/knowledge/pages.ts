import type { Call, Json } from '../operation/types';

const PAGE_SIZE = 100;

/**
 * The pages of a list, to the last. Servers that ignore the page give the same again (chunks before Dify 1.3), or more than
 * was asked for.
 */
export async function* pagesOf(call: Call, path: string, filter: Json = {}): AsyncGenerator<Json> {
	let first: unknown;
	for (let page = 1; ; page++) {
		const answer = await call.json({ method: 'GET', path, query: { ...filter, page, limit: PAGE_SIZE } });
		const data = answer.data as Json[];
		if (page > 1 && data[0]?.id === first) return;
		first = data[0]?.id;
		yield answer;
		if (data.length !== PAGE_SIZE) return;
	}
}
