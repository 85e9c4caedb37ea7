import { Dify } from './dify';
import { isLive, VARIABLES, type Key } from './environment';
import { Lacking } from './lacking';

/** What was not told, and why. */
export const leftOut: string[] = [];

function leaveOut(what: string, why: string): void {
	const words = `Left out: ${what}: ${why}`;
	leftOut.push(words);
	process.stderr.write(`${words}\n`);
}

/** What is told of one Dify, through keys that must be given; what the stories owe is undone at the end, whatever became of them. */
export function journey(name: string, keys: Key[], tell: (dify: Dify) => void): void {
	const missing = isLive ? keys.map((key) => VARIABLES[key]).filter((variable) => !process.env[variable]) : [];
	const dify = new Dify();
	if (missing.length) leaveOut(name, `set ${missing.join(' and ')}`);
	(missing.length ? describe.skip : describe)(name, () => {
		beforeAll(async () => await dify.begin());
		afterAll(async () => await dify.end());
		tell(dify);
	});
}

/** A test that ends without a verdict where a real server lacks what it is about. */
export function story(name: string, tell: () => Promise<void>): void {
	test(name, async () => {
		await tell().catch((error: unknown) => {
			if (!isLive || !(error instanceof Lacking)) throw error;
			leaveOut(String(expect.getState().currentTestName), error.message);
		});
	});
}
