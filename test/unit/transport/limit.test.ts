import { getMaxListeners } from 'node:events';

import { firstOf, limitOf } from '../../../src/transport/limit';

test('the first of several signals counts, and fifty may listen to it', () => {
	const [one, other] = [new AbortController(), new AbortController()];
	const signal = firstOf(one.signal, other.signal);
	expect(getMaxListeners(signal)).toBeGreaterThan(50);
	expect(signal.aborted).toBe(false);
	other.abort();
	expect(signal.aborted).toBe(true);
});

test('a limit says why it fired: its clock or its caller', async () => {
	const late = limitOf(undefined, 0.01);
	await new Promise((resolve) => late.signal.addEventListener('abort', resolve));
	expect(late.signal.reason).toMatchObject({ code: 'total_timeout', message: 'Not finished within 0.01 seconds' });
	const caller = new AbortController();
	const limit = limitOf(caller.signal, undefined);
	caller.abort();
	expect(limit.signal.reason).toMatchObject({ code: 'aborted' });
	expect(limitOf(caller.signal, 5).signal.aborted).toBe(true);
});
