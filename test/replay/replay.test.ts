import { existsSync } from 'node:fs';
import path from 'node:path';

import { dialects } from '../emulator/dialects';
import { versions } from './recordings';

test.each(versions)('the recordings of %s are replayed', (version) => {
	expect(dialects).toHaveProperty([version]);
	expect(existsSync(path.join(__dirname, `${version}.test.ts`))).toBe(true);
});
