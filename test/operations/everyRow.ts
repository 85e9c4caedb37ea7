import type { IDataObject } from 'n8n-workflow';

import { dialects } from '../emulator/dialects';
import { runNode, type Ran } from '../engine/harness';
import type { Row } from './row';
import { rows } from './rows';
import { differencesOn, refusalOn } from './versions';
import { seededWorkspace, type Workspace } from './workspace';

const NOBODY = '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15';
const AT_ONCE = 6;

interface Outcome extends Pick<Ran, 'items' | 'error'> {
	ids: Workspace['ids'];
}

/** Tests of every operation on servers of these releases against what it gives on main. */
export function everyRowOn(versions: string[]): void {
	let onMain: Map<Row, Outcome>;
	beforeAll(async () => {
		onMain = await outcomesOn('main-2026-06');
	}, 60_000);

	describe.each(versions)('%s', (version) => {
		const own = dialects[version].version;
		const isMain = version.startsWith('main');
		let outcomes: Map<Row, Outcome>;
		beforeAll(async () => {
			outcomes = isMain ? onMain : await outcomesOn(version);
		}, 60_000);

		test.each(rows.map((row) => [row.operation, row] as const))('%s', (operation, row) => {
			const { items, error, ids } = outcomes.get(row)!;
			const refusal = isMain ? undefined : refusalOn(operation, own);
			if (refusal) {
				expect(error?.message).toBe(refusal.message);
				expect(error?.description).toContain(refusal.needs);
				expect(error?.description).toMatch(new RegExp(`[Tt]his server is ${own.replaceAll('.', '\\.')}\\b`));
				return;
			}
			expect(error && [error.message, error.description]).toBeUndefined();
			const json = items.map((item) => item.json);
			const model = onMain.get(row)!.items.map((item) => item.json);
			const differences = isMain ? {} : differencesOn(operation, own);
			for (const item of json) expect(item).toEqual(expect.objectContaining(present(differences)));
			expect(json.map((item) => Object.keys(item).sort())).toEqual(model.map((item) => keysWith(item, differences)));
			expect(json.map((item, index) => asOnMain(item, model[index], differences))).toEqual(row.items(ids));
		});
	});
}

async function outcomesOn(version: string): Promise<Map<Row, Outcome>> {
	const outcomes = new Map<Row, Outcome>();
	const waiting = [...rows];
	const work = async () => {
		for (let row = waiting.shift(); row; row = waiting.shift()) outcomes.set(row, await outcomeOf(row, version));
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return outcomes;
}

async function outcomeOf(row: Row, version: string): Promise<Outcome> {
	const workspace = await seededWorkspace({ version, strict: false });
	const { ids, credential, emulator } = workspace;
	try {
		const lacking = !version.startsWith('main') && refusalOn(row.operation, dialects[version].version);
		const made = lacking && !lacking.hasRoute ? undefined : await row.prepare?.(workspace);
		const known = new Proxy({ ...ids, ...made }, { get: (all, name: string) => all[name] ?? NOBODY });
		const [node, resource, operation] = row.operation.split('.');
		const parameters = { resource, operation, ...row.params(known) };
		const { items, error } = await runNode({ node, parameters, credential: credential(row.key), input: row.input });
		return { items, error, ids: known };
	} catch (error) {
		return { items: [], error: error as Ran['error'], ids };
	} finally {
		await emulator.close();
	}
}

const present = (keys: Record<string, unknown>) => Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));

/** The keys of main's item, less and more those that differ. */
function keysWith(item: IDataObject, differences: Record<string, unknown>): string[] {
	const keys = new Set([...Object.keys(item), ...Object.keys(differences)]);
	return [...keys].filter((key) => !(key in differences) || differences[key] !== undefined).sort();
}

/** The item with main's values of the keys that differ. */
function asOnMain(item: IDataObject, model: IDataObject, differences: Record<string, unknown>): IDataObject {
	const pick = (from: IDataObject, differs: boolean) => Object.entries(from).filter(([key]) => key in differences === differs);
	return Object.fromEntries([...pick(item, false), ...pick(model, true)]);
}
