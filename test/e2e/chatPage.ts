import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { provide } from '../../scripts/lib/cache';
import { run } from '../../scripts/lib/processes';
import { launchBrowser } from './editor';

const WIDGET_VERSION = '1.37.0';
const CDN = 'https://cdn.jsdelivr.net/npm/';
const WIDGET = `${CDN}@n8n/chat/`;
const types: Record<string, string> = { '.css': 'text/css', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/** n8n's chat widget, which its chat page takes from a public server. */
const widget = async () =>
	await provide(`n8n-chat-${WIDGET_VERSION}`, join('package', 'dist', 'chat.bundle.es.js'), async (folder) => {
		await run('npm', ['pack', '--silent', `@n8n/chat@${WIDGET_VERSION}`], { cwd: folder, log: join(folder, 'pack.log') });
		await run('tar', ['-xzf', `n8n-chat-${WIDGET_VERSION}.tgz`], { cwd: folder });
	});

/** A visitor's browser at the chat page of a Chat Trigger. */
export async function openChatPage(url: string) {
	const folder = await widget();
	const browser = await launchBrowser();
	const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
	page.setDefaultTimeout(30_000);
	await page.route(/^https:/, async (route) => {
		const address = route.request().url();
		if (!address.startsWith(CDN)) return await route.abort();
		const file = address.startsWith(WIDGET) ? address.slice(WIDGET.length) : undefined;
		await route.fulfill({
			headers: { 'access-control-allow-origin': '*', 'content-type': types[extname(address)] },
			body: file ? readFileSync(join(folder, 'package', file)) : '',
		});
	});
	await page.goto(url);
	const answer = page.locator('.chat-message-from-bot:not(.chat-message-typing)').last();
	/** What is sent while an answer grows is lost. */
	const say = async (text: string) => {
		await page.locator('.chat-message-typing').waitFor({ state: 'hidden' });
		await page.getByRole('textbox').fill(text);
		await page.keyboard.press('Enter');
	};
	return { page, answer, say, close: async () => await browser.close() };
}
