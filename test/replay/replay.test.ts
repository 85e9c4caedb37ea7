import { existsSync } from 'node:fs';
import path from 'node:path';

import { dialects } from '../emulator/dialects';
import { versions } from './recordings';

test('every recorded version is a dialect and is replayed', () => {
	const replayed = versions.filter((version) => existsSync(path.join(__dirname, `${version}.test.ts`)));
	expect(replayed).toEqual(versions);
	expect(Object.keys(dialects)).toEqual(expect.arrayContaining(versions));
});
