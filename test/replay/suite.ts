import { type Emulator, startEmulator } from '../emulator';
import { Variety } from './comparison';
import { Exceptions } from './exceptions';
import { recoverFiles } from './files';
import { available, journey, journeysOf, type Recording } from './recordings';
import { type Outcome, Replay } from './replaying';
import { basesIn, seed } from './seeding';

const report = (name: string, { compared, skipped, differences }: Outcome) => {
	const reasons = [...skipped].map(([reason, count]) => `${count} × ${reason}`).join(', ');
	const lines = differences.map(
		({ id, at, recorded, emulator }) => `\n  ${id} ${at}: recorded ${recorded} | emulator ${emulator}`,
	);
	const skips = reasons && `; skipped ${reasons}`;
	process.stdout.write(`${name}: compared ${compared}, differences ${differences.length}${skips}${lines.join('')}\n`);
};

/** Replays one journey of a version on an emulator that was prepared for it. */
export type PreparedReplay = (name: string, prepare: (emulator: Emulator) => void) => Promise<Outcome>;

/** Slow enough for a stream to begin before the first ping that is due. */
const usualPace = 10;
/** Journeys about silence. */
const paces: Record<string, number> = { hang: 100, ping: 20 };
/** Journeys about how many runs an app may have at a time. */
const runLimits: Record<string, number> = { limit: 1, limit2: 2 };

/** Replays every journey of a version, and then what `more` asks of them. */
export function replayVersion(version: string, more?: (replay: PreparedReplay) => void) {
	if (!available) {
		test.skip('the recordings are not beside this clone, so nothing is replayed', () => {});
		return;
	}
	const recordings = new Map<string, Recording[]>(journeysOf(version).map((name) => [name, journey(version, name)]));
	const all = [...recordings.values()].flat();
	recoverFiles(all);
	const variety = new Variety(all);
	const bases = basesIn(all);
	const exceptions = new Exceptions(version);

	const replay = (name: string, emulator: Emulator): Promise<Outcome> => {
		const exchanges = recordings.get(name) ?? [];
		const replayed = new Replay(emulator, version, exchanges, variety, exceptions);
		return replayed.run((ids) => seed(emulator, exchanges, bases, ids));
	};

	let emulator: Emulator;

	const start = async (name: string) => {
		const requests = runLimits[name];
		emulator = await startEmulator({ version, indexingMs: 40, tokenMs: requests ? 20 : 4, pace: paces[name] ?? usualPace });
		for (const app of ['chat', 'chatflow', 'workflow'] as const) emulator.limitRuns(app, requests ? { requests } : undefined);
	};

	afterEach(() => emulator.close());

	test.each([...recordings.keys()])(
		`the emulator answers as ${version} did: %s`,
		async (name) => {
			await start(name);
			const outcome = await replay(name, emulator);
			report(`${version} ${name}`, outcome);
			expect(outcome.differences).toEqual([]);
		},
		120_000,
	);

	more?.(async (name, prepare) => {
		await start(name);
		prepare(emulator);
		return await replay(name, emulator);
	});
}
