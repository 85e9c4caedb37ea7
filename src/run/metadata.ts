import type { Call, Json } from '../operation/types';
import type { Answer } from '../streaming/answer';

const SHOWN = 20;

/**
 * Gives a chatflow's answer the citations that its stream did not bring: that of Dify 1.13.0, or one that was joined after
 * the end of the run. What Dify does not tell stays unknown, and a run that goes on has none yet.
 */
export async function withCitations(call: Call, answer: Answer, user: string, signal?: AbortSignal): Promise<void> {
	if (answer.state === 'open') return;
	const { conversation_id, message_id } = answer.ids;
	const { metadata } = answer.result() as { metadata?: Json };
	if (!conversation_id || !message_id || !metadata || Object.keys(metadata).length > 0) return;
	const query = { conversation_id, user, limit: SHOWN };
	const { data } = await call.json({ method: 'GET', path: '/messages', query, signal }).catch(() => ({ data: [] }));
	const message = (data as Json[]).find(({ id }) => id === message_id);
	if (message?.retriever_resources) {
		answer.push({ event: 'message_end', message_id, metadata: { retriever_resources: message.retriever_resources } });
	}
}
