import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, selectors, type Page } from 'playwright-core';
import { root } from '../../scripts/lib/package';
import { owner } from './stage';

const artifacts = join(root, '.artifacts');
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const quiet = ['disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync'];

/** n8n's editor in a headless Chromium, signed in. `complaints` are the page's errors. */
export async function openEditor(url: string) {
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? browsers.find((path) => existsSync(path)),
		args: ['--no-sandbox', ...quiet.map((flag) => `--${flag}`)],
	});
	const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
	await context.request.post('/rest/login', { data: { emailOrLdapLoginId: owner.email, password: owner.password } });
	const page = await context.newPage();
	page.setDefaultTimeout(60_000);
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(String(error)));
	page.on('console', (message) => {
		if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
	});
	return { page, complaints, close: async () => await browser.close() };
}

/** Keeps what the page shows as `.artifacts/<name>.png`. */
export async function photograph(page: Page, name: string) {
	mkdirSync(artifacts, { recursive: true });
	await page.waitForTimeout(1000);
	await page.screenshot({ path: join(artifacts, `${name}.png`) });
}
