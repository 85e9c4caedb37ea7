import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { type Emulator, startEmulator } from '../emulator';

/** A program that calls every method of a client, and prints first `{ methods }`, then an {@link Outcome} per call. */
export interface Program {
	command: string;
	args: string[];
	env?: NodeJS.ProcessEnv;
}

/** What came of a call, named after the client's method, with a remark in brackets where there are several. */
interface Outcome {
	name: string;
	ok: boolean;
	error: string | null;
}

const methodOf = (name: string) => name.split(' (')[0];

/** One test per call that the program is to make, and none may be missing. */
export function testClient(names: string[], routes: number, programFor: (emulator: Emulator) => Promise<Program> | Program) {
	let emulator: Emulator;
	let methods: string[];
	let outcomes: Outcome[];

	beforeAll(async () => {
		emulator = await startEmulator({ pace: 4 });
		const { command, args, env } = await programFor(emulator);
		const options = { env: env && { ...process.env, ...env }, timeout: 120_000, maxBuffer: 32 * 1024 * 1024 };
		const { stdout, stderr } = await promisify(execFile)(command, args, options);
		if (stderr) console.warn(stderr);
		const [first, ...rest] = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
		({ methods } = first as { methods: string[] });
		outcomes = rest as Outcome[];
	});
	afterAll(async () => await emulator?.close());

	test.each(names)('%s', (name) => {
		expect(outcomes.filter((outcome) => outcome.name === name)).toEqual([{ name, ok: true, error: null }]);
	});

	test('every method of the client is among the calls, and no call goes unlisted', () => {
		expect([...new Set(names.map(methodOf))].sort()).toEqual([...methods].sort());
		expect(outcomes.map(({ name }) => name).sort()).toEqual([...names].sort());
	});

	test(`the calls reach ${routes} routes of Dify`, () => {
		const reached = new Set(emulator.requests.map(({ route }) => route));
		reached.delete('');
		expect(reached.size).toBe(routes);
	});
}
