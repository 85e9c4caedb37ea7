import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, selectors, type Locator, type Page } from 'playwright-core';
import { root } from '../../scripts/lib/package';
import { owner } from './stage';

const artifacts = join(root, '.artifacts');
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const quiet = ['disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync'];

/** A headless Chromium that talks to nobody on its own. */
export const launchBrowser = async () =>
	await chromium.launch({
		executablePath: process.env.CHROMIUM ?? browsers.find((path) => existsSync(path)),
		args: ['--no-sandbox', ...quiet.map((flag) => `--${flag}`)],
	});

/** n8n's editor in a headless Chromium, signed in. `complaints` are the page's errors. */
export async function openEditor(url: string) {
	selectors.setTestIdAttribute('data-test-id');
	const browser = await launchBrowser();
	const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
	await context.request.post('/rest/login', { data: { emailOrLdapLoginId: owner.email, password: owner.password } });
	// The editor asks npm about installed packages.
	await context.route(/npmjs\.org/, async (route) => await route.abort());
	const page = await context.newPage();
	page.setDefaultTimeout(60_000);
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(String(error)));
	page.on('console', (message) => {
		if (message.type() === 'error' && !message.location().url.includes('npmjs.org')) complaints.push(`${message.text()} ${message.location().url}`);
	});
	return { page, complaints, close: async () => await browser.close() };
}

/** Keeps what the page, or the part of it, shows as `.artifacts/<name>.png`, when it has come to rest. */
export async function photograph(page: Page, name: string, part: Page | Locator = page, restMs = 1000) {
	mkdirSync(artifacts, { recursive: true });
	await page.waitForTimeout(restMs);
	await part.screenshot({ path: join(artifacts, `${name}.png`) });
}

/** An entry of the node panel: a node, or one of its actions. */
export const entry = (page: Page, name: string) => page.getByTestId('node-creator-item-name').getByText(name, { exact: true });

/** The names that the node panel shows for `dify`, once `expected` is there. */
export async function search(page: Page, expected: string): Promise<string[]> {
	await page.getByTestId('node-creator-search-bar').fill('dify');
	await entry(page, expected).waitFor();
	return await page.getByTestId('node-creator-item-name').allInnerTexts();
}

/** The panel of nodes beside a new, empty workflow. */
export async function openNodePanel(page: Page) {
	await page.goto('/workflow/new');
	await page.getByTestId('canvas-add-button').waitFor();
	await page.getByTestId('node-creator-plus-button').click();
}

/** The panel of tools for the AI Agent of the open workflow. A click that comes too early opens that of all AI nodes. */
export async function openToolPanel(page: Page) {
	const handle = page.locator('[data-test-id="canvas-node-input-handle"][data-connection-type="ai_tool"][data-node-name="AI Agent"]');
	const tools = page.getByText('Recommended Tools');
	for (let attempt = 0; attempt < 5 && !(await tools.isVisible()); attempt++) {
		if (attempt > 0) await page.reload();
		await handle.getByTestId('canvas-handle-plus').click();
		await tools.waitFor({ timeout: 5000 }).catch(() => undefined);
	}
	await tools.waitFor();
}
