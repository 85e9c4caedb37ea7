import { join } from 'node:path';

import { names } from './oapi2.calls';
import { missingPython, pythonWithSdk } from './python';
import { testClient } from './suite';

// The SDK is installed first where it is not yet.
jest.setTimeout(10 * 60_000);

const missing = missingPython();
const skipped = missing !== undefined && process.env.CI !== 'true';
if (skipped) console.warn(`${missing} The tests with the Python SDK are skipped.`);

(skipped ? describe.skip : describe).each(['sync', 'async'])('%s', (mode) => {
	// Its 62nd, `upload-file` of a document, Dify has had up to 1.8.1 only.
	testClient(names, 61, async ({ url, keys }) => {
		if (missing) throw new Error(missing);
		return {
			command: await pythonWithSdk(),
			args: [join(__dirname, 'oapi2'), url, JSON.stringify(keys), mode],
			env: { PYTHONDONTWRITEBYTECODE: '1' },
		};
	});
});
