import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { provide } from '../../scripts/lib/cache';

const requirements = join(__dirname, 'oapi2', 'requirements.txt');
const oldest = 10;
const run = promisify(execFile);

const versionOf = () => {
	const program = 'import ensurepip, sys, venv; print(*sys.version_info[:2])';
	const [major, minor] = execFileSync('python3', ['-c', program], { encoding: 'utf8', stdio: 'pipe' }).split(' ').map(Number);
	return { major, minor };
};

/** Why this machine cannot run the SDK; nothing when it can. */
export function missingPython(): string | undefined {
	try {
		const { major, minor } = versionOf();
		return major === 3 && minor >= oldest ? undefined : `Python ${major}.${minor} is older than 3.${oldest}.`;
	} catch {
		return 'There is no python3 with venv and pip (Debian and Ubuntu: python3-venv).';
	}
}

/** A Python that has the SDK and what it needs in the pinned versions; installed once, outside the clone. */
export async function pythonWithSdk(): Promise<string> {
	const { major, minor } = versionOf();
	const pins = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
	const folder = await provide(`dify-oapi2-${pins}-python${major}.${minor}`, 'complete', async (unfinished) => {
		await run('python3', ['-m', 'venv', unfinished]);
		const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
		await run(join(unfinished, 'bin', 'python'), ['-m', 'pip', 'install', ...flags, '--requirement', requirements]);
		writeFileSync(join(unfinished, 'complete'), '');
	});
	return join(folder, 'bin', 'python');
}
