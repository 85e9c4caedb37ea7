import { type Answer, ApiError } from './answers';
import type { KnowledgeLimit } from './index';

/** Counts requests over a sliding window. */
export class RequestWindow {
	private times: number[] = [];

	constructor(private readonly limit: KnowledgeLimit) {}

	/** The refusal of a request that comes now, if it is one too many. */
	refusal(): Answer | undefined {
		const { requests, windowMs, retryAfter } = this.limit;
		const now = Date.now();
		this.times = [...this.times, now].filter((time) => time > now - windowMs);
		if (this.times.length <= requests) return undefined;
		const message = 'Sorry, you have reached the knowledge base request rate limit of your subscription.';
		const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
		return new ApiError(403, 'forbidden', message, headers).answer();
	}
}
