import type { Call, Json } from '../operation/types';
import { sha256 } from '../transport/hash';
import { DifyError } from '../transport/error';

/** Dify's cap. */
const PAGE_SIZE = 100;
const LONGEST_NAME = 255;
/** What a name cannot hold, or would not show. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;
/** Seconds a name may take; an execution that is cancelled has to end soon. */
const RENAME_S = 10;
const RENAME_CANCELLED_S = 1.5;

/** A session key as the name of a conversation: itself, or its hash where it is too long or holds control characters. */
export function nameOf(key: string): string {
	return key.length > LONGEST_NAME || UNFIT.test(key) ? `sha256 ${sha256(key)}` : key;
}

/** The conversation that the user spoke in last. */
export async function latestConversation(call: Call, user: string): Promise<string | undefined> {
	const [latest] = await page(call, user, 1);
	return latest && String(latest.id);
}

/** The user's conversation of that name; of several the one used last. */
export async function namedConversation(call: Call, user: string, name: string): Promise<string | undefined> {
	let lastId: string | undefined;
	for (;;) {
		const data = await page(call, user, PAGE_SIZE, lastId);
		const found = data.find((conversation) => conversation.name === name);
		if (found) return String(found.id);
		const cursor = cursorAfter(data);
		// `has_more` leaves out the rest of the last row's second.
		if (data.length < PAGE_SIZE || cursor === lastId) return undefined;
		lastId = cursor;
	}
}

/**
 * Fails with Dify's 404 when the conversation does not exist for this user.
 *
 * @throws {DifyError} see {@link isGone}
 */
export async function assertConversation(call: Call, id: string, user: string): Promise<void> {
	await call.json({ method: 'GET', path: '/messages', query: { conversation_id: id, user, limit: 1 } });
}

/** Whether this is Dify's refusal of an unknown conversation; nothing was executed. */
export function isGone(error: unknown): error is DifyError {
	return error instanceof DifyError && error.status === 404 && /^Conversation Not Exists/i.test(error.message);
}

/** Names a conversation, also when the execution is being cancelled. */
export async function rename(call: Call, id: string, user: string, name: string): Promise<void> {
	await call.json({
		method: 'POST',
		path: `/conversations/${encodeURIComponent(id)}/name`,
		body: { name, auto_generate: false, user },
		signal: new AbortController().signal,
		timeout: call.signal.aborted ? RENAME_CANCELLED_S : RENAME_S,
	});
}

async function page(call: Call, user: string, limit: number, lastId?: string): Promise<Json[]> {
	const query = { user, limit, sort_by: '-updated_at', last_id: lastId };
	const { data } = await call.json({ method: 'GET', path: '/conversations', query });
	return data as Json[];
}

/**
 * Dify goes on after the second of the row named, so that the rest of that second would be skipped: the row before it
 * makes the next page begin with that second again.
 */
function cursorAfter(data: Json[]): string | undefined {
	const last = data.at(-1);
	const before = data.findLast(({ updated_at: second }) => second !== last?.updated_at);
	const { id } = before ?? last ?? {};
	return id === undefined ? undefined : String(id);
}
