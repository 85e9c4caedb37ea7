import { type Emulator, startEmulator } from '../emulator';
import { Variety } from './comparison';
import { available, journey, journeysOf, type Recording } from './recordings';
import { type Outcome, Replay } from './replaying';
import { basesIn, seed } from './seeding';

const version = 'main-2026-06';

const report = (name: string, { compared, skipped, differences }: Outcome) => {
	const reasons = [...skipped].map(([reason, count]) => `${count} × ${reason}`).join(', ');
	const lines = differences.map(
		({ id, at, recorded, emulator }) => `\n  ${id} ${at}: recorded ${recorded} | emulator ${emulator}`,
	);
	const skips = reasons && `; skipped ${reasons}`;
	process.stdout.write(`${name}: compared ${compared}, differences ${differences.length}${skips}${lines.join('')}\n`);
};

if (!available) {
	test.skip('the recordings are not beside this clone, so nothing is replayed', () => {});
} else {
	const recordings = new Map<string, Recording[]>(journeysOf(version).map((name) => [name, journey(version, name)]));
	const all = [...recordings.values()].flat();
	const variety = new Variety(all);
	const bases = basesIn(all);
	let emulator: Emulator;

	const replay = (name: string) => {
		const exchanges = recordings.get(name) ?? [];
		return new Replay(emulator, exchanges, variety).run((ids) => seed(emulator, exchanges, bases, ids));
	};

	beforeEach(async () => {
		emulator = await startEmulator({ version, indexingMs: 40, tokenMs: 4, pace: 100 });
	});

	afterEach(() => emulator.close());

	test.each([...recordings.keys()])(
		'the emulator answers as the server did: %s',
		async (name) => {
			const outcome = await replay(name);
			report(name, outcome);
			expect(outcome.differences).toEqual([]);
		},
		120_000,
	);

	test('a wrong answer is seen', async () => {
		emulator.faults.add({ route: 'GET /datasets', status: 200, body: { data: [], has_more: 'no' } });
		const { differences } = await replay('datasets');
		expect(differences).toEqual([
			expect.objectContaining({ id: 'datasets-024', at: 'body keys' }),
			expect.objectContaining({ id: 'datasets-024', at: 'body.data[]', emulator: 'empty' }),
			expect.objectContaining({ id: 'datasets-024', at: 'body.has_more', emulator: 'string' }),
		]);
	});
}
