import { parseArgs } from 'node:util';

import { startEmulator } from './index';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '5001' },
		version: { type: 'string' },
		strict: { type: 'boolean' },
		'indexing-ms': { type: 'string' },
		'token-ms': { type: 'string' },
		pace: { type: 'string' },
	},
});

const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

const main = async () => {
	const emulator = await startEmulator({
		port: Number(values.port),
		version: values.version,
		strict: values.strict,
		indexingMs: numberOf(values['indexing-ms']),
		tokenMs: numberOf(values['token-ms']),
		pace: numberOf(values.pace),
	});
	console.log(`Dify emulator: ${emulator.url}/v1`);
	for (const [app, key] of Object.entries(emulator.keys)) console.log(`${app.padEnd(16)}${key}`);
	for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void emulator.close());
};

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
