import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { n8n } from '../../scripts/lib/cache';
import { launch } from '../../scripts/lib/n8n';
import { installInto, root } from '../../scripts/lib/package';
import { stop } from '../../scripts/lib/processes';
import { Rest } from '../../scripts/lib/rest';
import { startEmulator } from '../emulator';

export const owner = { email: 'owner@example.com', password: 'Example-owner-1' };
export const documents = realpathSync(join(root, 'node_modules', 'undici', 'docs', 'docs', 'best-practices'));

/** A Dify, and an n8n with the packed package in it, both on ports and in folders of their own; n8n may read `folder` too. */
export async function setTheStage() {
	const home = realpathSync(mkdtempSync(join(tmpdir(), 'n8n-e2e-')));
	const folder = join(home, 'files');
	mkdirSync(folder);
	await installInto(home);
	const installation = await n8n();
	const dify = await startEmulator({ indexingMs: 100, tokenMs: 2 });
	const server = await launch(installation, { home, readable: `${documents};${folder}` });
	const rest = new Rest(server.url, installation.modules);
	await rest.signIn(owner);
	const credential = (name: string, apiKey: string, domain = dify.url) => ({ name, type: 'difyApi', data: { domain, apiKey } });
	const close = async () => {
		await stop(server.child);
		await dify.close();
		rmSync(home, { recursive: true, force: true });
	};
	return { dify, rest, folder, credential, close };
}

export type Stage = Awaited<ReturnType<typeof setTheStage>>;
