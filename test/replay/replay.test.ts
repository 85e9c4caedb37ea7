import { existsSync } from 'node:fs';
import path from 'node:path';

import { dialects } from '../emulator/dialects';
import { versions } from './recordings';

/** Dialects whose comparison with their recordings still shows differences. */
const UNPROVEN = ['0.15.3', '1.4.3', '1.10.1', '1.13.0', '1.14.2'];

test.each(versions)('the emulator speaks %s', (version) => {
	expect(dialects).toHaveProperty([version]);
});

test.each(versions.filter((version) => !UNPROVEN.includes(version)))('the recordings of %s are replayed', (version) => {
	expect(existsSync(path.join(__dirname, `${version}.test.ts`))).toBe(true);
});
