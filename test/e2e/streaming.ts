import type { Emulator } from '../emulator';
import { startEmulator } from '../emulator';
import { openChatPage } from './chatPage';
import { photograph } from './editor';
import { ask, byHand, chat, chatflow, chatPage, shapeOf, streaming, textOf, workflow } from './live';
import type { Stage } from './stage';
import { expectStop } from './stopped';

/** Runs that are watched while they go on, against a Dify that takes its time. */
export function liveTests(stage: () => Stage) {
	let dify: Emulator;
	/** Slow enough for pictures in mid-answer. */
	let slower: Emulator;

	const webhooks = [
		streaming('live-chat', chat),
		streaming('live-chatflow', chatflow),
		streaming('live-workflow', workflow),
		streaming('live-failing', { ...workflow, credential: 'Failing workflow' }),
		streaming('live-tolerant', { ...chat, onError: 'continueRegularOutput' }),
	];
	const stoppable = [byHand('stop-chat', chat), byHand('stop-chatflow', chatflow), byHand('stop-workflow', workflow)];

	beforeAll(async () => {
		const { rest, credential } = stage();
		dify = await startEmulator({ tokenMs: 30 });
		slower = await startEmulator({ tokenMs: 120 });
		const keys = {
			'Slow chat': dify.keys.chat,
			'Slow chatflow': dify.keys.chatflow,
			'Slow workflow': dify.keys.workflowSlow,
			'Failing workflow': dify.keys.workflowFail,
		};
		for (const [name, key] of Object.entries(keys)) await rest.saveCredential(credential(name, key, dify.url));
		await rest.saveCredential(credential('Slower chat', slower.keys.chat, slower.url));
		for (const saved of [...webhooks, ...stoppable, chatPage]) await rest.saveWorkflow(saved);
		for (const { id } of [...webhooks, chatPage]) await rest.publish(id);
	});

	afterAll(async () => await Promise.all([dify?.close(), slower?.close()]));

	describe('a webhook in streaming mode', () => {
		const finalText = async (id: string) => {
			const { Dify } = await stage().rest.lastRun(id);
			return Dify.map(({ json }) => json.output ?? (json.outputs as { text: string }).text);
		};

		test.each(['live-chat', 'live-chatflow', 'live-workflow'])('%s gives the text while it grows', async (id) => {
			const lines = await ask(stage().rest.url, id, 'MAGIC_SLOW');
			expect(shapeOf(lines)).toEqual(['begin', 'item', 'end']);
			const items = lines.filter(({ type }) => type === 'item');
			expect(items.length).toBeGreaterThan(10);
			expect(items[items.length - 1].at - items[0].at).toBeGreaterThan(1000);
			expect(textOf(lines)).toContain('slow59');
			await expect(finalText(id)).resolves.toEqual([textOf(lines)]);
		});

		test('two questions are answered one after the other, each under its number', async () => {
			const lines = await ask(stage().rest.url, 'live-chat', 'MAGIC_SLOW', 'Who?');
			expect(shapeOf(lines)).toEqual(['begin', 'item', 'end', 'begin', 'item', 'end']);
			const texts = [0, 1].map((item) => textOf(lines.filter(({ metadata }) => metadata.itemIndex === item)));
			await expect(finalText('live-chat')).resolves.toEqual(texts);
		});

		test.each([
			['live-chat', 'MAGIC_MIDERR', 'Echo: this breaks', 'fake mid-stream failure'],
			['live-chatflow', 'MAGIC_MIDERR', 'Echo: this breaks', 'fake mid-stream failure'],
			['live-failing', 'Hello', 'Hello', 'The workflow run failed: [Errno 111] Connection refused. Open the run '],
		])('%s gives the text so far, then what is wrong', async (id, question, text, words) => {
			const lines = await ask(stage().rest.url, id, question);
			expect(shapeOf(lines)).toEqual(['begin', 'item', 'end', 'error']);
			expect(textOf(lines)).toBe(text);
			expect(lines[lines.length - 1].content).toContain(words);
			await expect(stage().rest.lastRun(id)).rejects.toThrow('ended with status "error" at the node "Dify"');
		});

		test('a failure that the workflow tolerates is said under its number, and the next question is answered', async () => {
			const lines = await ask(stage().rest.url, 'live-tolerant', 'MAGIC_MIDERR', 'Who?');
			expect(shapeOf(lines)).toEqual(['begin', 'item', 'end', 'error', 'begin', 'item', 'end']);
			const { content, metadata } = lines.find(({ type }) => type === 'error') ?? {};
			expect(content).toContain('fake mid-stream failure');
			expect(metadata).toMatchObject({ nodeName: 'Dify', itemIndex: 0 });
			const { Dify } = await stage().rest.lastRun('live-tolerant');
			expect(Dify[0].json.details).toMatchObject({ answer: 'Echo: this breaks' });
			expect(Dify[1].json.output).toBe(textOf(lines.filter(({ metadata: { itemIndex } }) => itemIndex === 1)));
		});
	});

	describe('an execution that is stopped in n8n', () => {
		test.each([
			['stop-chat', '/chat-messages'],
			['stop-chatflow', '/chat-messages'],
			['stop-workflow', '/workflows/run'],
		])('%s stops in Dify, too', async (id, route) => void (await expectStop(stage().rest, dify, id, route)));
	});

	describe('the chat page of n8n', () => {
		let visit: Awaited<ReturnType<typeof openChatPage>>;

		beforeAll(async () => {
			visit = await openChatPage(`${stage().rest.url}/webhook/e2e-chat-page/chat`);
		});
		afterAll(async () => await visit?.close());

		test('shows an answer that grows', async () => {
			const { page, answer, say } = visit;
			await say('MAGIC_SLOW');
			await answer.getByText('slow05').waitFor();
			await photograph(page, 'chat-page-growing', page, 0);
			const early = await answer.innerText();
			expect(early).not.toContain('slow59');
			await answer.getByText('slow59').waitFor();
			await photograph(page, 'chat-page-grown', page, 0);
			const whole = await answer.innerText();
			expect(whole.startsWith(early)).toBe(true);
		});

		test('shows what is wrong below the text so far', async () => {
			const { page, answer, say } = visit;
			await say('MAGIC_MIDERR');
			await answer.getByText('fake mid-stream failure').waitFor().finally(async () => await photograph(page, 'chat-page-error'));
			await expect(answer.innerText()).resolves.toMatch(/Echo: this breaks[^]*Error: .*fake mid-stream failure/);
		});
	});
}
