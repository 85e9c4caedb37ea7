import './knowledge';
import './documents';
import './ingestion';
import './labels';
import './pipeline';
import './chat';
import './conversations';
import './opinions';
import './annotations';
import './completion';
import './runs';
import './people';
import './stops';
import './blocking';
import './app';
import { exercised, operations } from './coverage';
import { isLive } from './environment';
import { leftOut } from './story';

test('the journeys have exercised every operation, but for what they say was left out', () => {
	const missing = operations.filter((operation) => !exercised.has(operation));
	if (isLive) process.stderr.write(`Exercised: ${operations.length - missing.length} of ${operations.length} operations. Not: ${missing.join(', ') || 'none'}\n`);
	if (!leftOut.length) expect(missing).toEqual([]);
	expect([...exercised].filter((operation) => !operations.includes(operation))).toEqual([]);
});
