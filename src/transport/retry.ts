import { DifyError } from './error';

/** Dify's words since 0.15; a model provider's own "too many requests" comes as 400 too, but after the run. */
const TOO_MANY_RUNS = /^Too many requests\. Please try again later\. The current maximum concurrent requests allowed/;
/** On Dify's cloud, of requests to knowledge bases within a minute. */
const TOO_MANY_IN_WINDOW = /knowledge base request rate limit/i;
const TRANSIENT_CODES = ['connection_lost', 'connection_refused', 'connection_timeout', 'dns_failed', 'idle_timeout'];
const GATEWAY_STATUSES = [502, 503, 504];
const LONGEST_WAIT_S = 60;

/** Whether Dify refused because too many runs are going on: 429, or 400 in most versions; nothing was executed. */
export function isConcurrencyRefusal(error: DifyError): boolean {
	if (error.code === 'rate_limit_error') return false;
	return error.status === 429 || (error.status === 400 && TOO_MANY_RUNS.test(error.message));
}

/** Whether Dify refused because too many requests came within its window; nothing was executed. */
export function isWindowRefusal(error: unknown): boolean {
	return error instanceof DifyError && error.status === 403 && TOO_MANY_IN_WINDOW.test(error.message);
}

/** Whether the server may have carried out the request that ended so. */
export function isAmbiguous(error: unknown): boolean {
	return !(error instanceof DifyError && (error.unsent || isConcurrencyRefusal(error) || isWindowRefusal(error)));
}

/** Seconds to wait before the next attempt; undefined when it would end the same way. */
export function waitBeforeRetry(error: unknown, tries: number): number | undefined {
	if (!(error instanceof DifyError) || !isTransient(error)) return undefined;
	const asked = error.retryAfter ?? 0;
	return asked > LONGEST_WAIT_S ? undefined : Math.max(asked, backOff(tries));
}

function isTransient(error: DifyError): boolean {
	if (error.status === undefined) return TRANSIENT_CODES.includes(error.code);
	return isConcurrencyRefusal(error) || GATEWAY_STATUSES.includes(error.status);
}

/** Seconds: 0.5, 1, 2, … up to 30, each shortened by up to a half. */
function backOff(tries: number): number {
	return Math.min(30, 0.5 * 2 ** tries) * (1 - Math.random() / 2);
}
