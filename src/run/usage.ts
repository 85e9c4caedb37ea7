import type { Call, Json } from '../operation/types';

/** Tells n8n what the answers of this execution have used, summed over its items. */
export async function reportUsage(call: Call, answer: Json): Promise<void> {
	const { usage } = (answer.metadata ?? {}) as { usage?: Json };
	if (!usage || !call.n8n.setMetadata) return;
	const total = await call.once('usage', async () => await Promise.resolve({ inputTokens: 0, outputTokens: 0 }));
	total.inputTokens += Number(usage.prompt_tokens ?? 0);
	total.outputTokens += Number(usage.completion_tokens ?? 0);
	call.n8n.setMetadata({ tokenUsage: { ...total } });
}

/** Names the run in the trace of the node, where it is the only one: a span has one value of each name. */
export function traceRun({ n8n }: Call, ids: Json): void {
	if (n8n.getInputData().length > 1) return;
	const tracing = Object.fromEntries(Object.entries(ids).map(([name, id]) => [`dify.${name}`, String(id)]));
	n8n.setMetadata?.({ tracing });
}
