import type { Answer } from '../../../src/streaming/answers';
import type { DifyEvent } from '../../../src/streaming/events';
import { DifyError } from '../../../src/transport/error';

export function pushed(answer: Answer, events: readonly DifyEvent[]): Answer {
	for (const event of events) answer.push(event);
	return answer;
}

export function errorOf(answer: Answer, events: readonly DifyEvent[]): DifyError {
	try {
		pushed(answer, events);
	} catch (error) {
		if (error instanceof DifyError) return error;
	}
	return new DifyError('no error', { code: 'none' });
}

/** Equal in its key order too. */
export function expectSame(actual: unknown, expected: unknown): void {
	expect(JSON.stringify(actual, undefined, 1)).toBe(JSON.stringify(expected, undefined, 1));
}

export function withData(event: DifyEvent, more: Record<string, unknown>): DifyEvent {
	return { ...event, data: { ...(event.data as object), ...more } };
}
