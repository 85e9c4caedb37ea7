import { asFilledList } from '../operation/values';
import { ValueError, type Json } from '../operation/types';

/** Chunks to create. Dify says nothing useful about a wrong one, and older servers fail over it. */
export function segmentList(value: unknown): Json[] {
	const list = asFilledList(value);
	for (const [index, entry] of list.entries()) {
		const { content, keywords } = (entry ?? {}) as Json;
		if (typeof content !== 'string' || !content.trim()) {
			throw new ValueError(`has no content in entry ${index + 1}`, 'Every entry is an object with text in content, such as { "content": "…" }.');
		}
		if (keywords !== undefined && keywords !== null && !Array.isArray(keywords)) {
			throw new ValueError(`has keywords that are no list in entry ${index + 1}`, 'Enter them as ["opening", "hours"].');
		}
	}
	return list as Json[];
}
