import { memoryOf } from '../../src/operation/memory';
import type { Connection } from '../../src/transport/client';

const connection = (domain: string, apiKey: string) => ({ domain, apiKey }) as Connection;

test('is apart by server and key, and forgets what it is told to', () => {
	const one = memoryOf(connection('http://one', 'app-example-1'));
	one.set('name', 'a');
	expect(memoryOf(connection('http://one', 'app-example-1')).get('name')).toBe('a');
	expect(memoryOf(connection('http://two', 'app-example-1')).get('name')).toBeUndefined();
	expect(memoryOf(connection('http://one', 'app-example-2')).get('name')).toBeUndefined();
	one.set('name', undefined);
	expect(one.get('name')).toBeUndefined();
});

test('holds ten thousand entries and lets go of those that were set longest ago', () => {
	const memory = memoryOf(connection('http://one', 'app-example-1'));
	for (let index = 0; index <= 10_000; index++) {
		memory.set(`name ${index}`, String(index));
		if (index % 1000 === 0) memory.set('often', 'still here');
	}
	expect(memory.get('name 0')).toBeUndefined();
	expect(memory.get('often')).toBe('still here');
	expect(memory.get('name 10000')).toBe('10000');
});
