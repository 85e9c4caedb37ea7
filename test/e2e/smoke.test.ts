import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { agent, chatWith, startModel } from './agent';
import { entry, openEditor, openNodePanel, openToolPanel, photograph, search } from './editor';
import { setTheStage, type Stage } from './stage';
import { liveTests } from './streaming';
import { chatbot, chatByHand, formByHand, ingestion, knowledgeByHand, questionsAndAnswers, scheduledIngestion, webhook } from './workflows';

// n8n is installed first where it is not yet, which takes minutes
jest.setTimeout(45 * 60_000);

let stage: Stage;
let model: Awaited<ReturnType<typeof startModel>>;
let searching: ReturnType<typeof agent>;
let ingested: Awaited<ReturnType<Stage['rest']['runWorkflow']>>;

async function dify(path: string, body?: object) {
	const answer = await fetch(`${stage.dify.url}/v1${path}`, {
		method: body ? 'POST' : 'GET',
		headers: { authorization: `Bearer ${stage.dify.keys.dataset}`, 'content-type': 'application/json' },
		body: body && JSON.stringify(body),
	});
	return (await answer.json()) as { id: string; data: Array<Record<string, unknown>> };
}

/** A second knowledge base, found by keyword. */
async function leaflets() {
	const { id } = await dify('/datasets', { name: 'Leaflets', indexing_technique: 'economy' });
	const text = 'In our tests we mock every request.';
	await dify(`/datasets/${id}/document/create-by-text`, { name: 'leaflet.txt', text, indexing_technique: 'economy', process_rule: { mode: 'automatic' } });
	return id;
}

/** Sends a CSV file by a form of n8n, which takes a moment to put it to work, and waits for the end of the run. */
async function submit(url: string, csv: string) {
	const send = async () => {
		const form = new FormData();
		form.append('field-0', new Blob([csv], { type: 'text/csv' }), 'pairs.csv');
		return await fetch(url, { method: 'POST', body: form });
	};
	let answer = await send();
	for (const ends = Date.now() + 10_000; answer.status === 404 && Date.now() < ends; answer = await send()) await sleep(200);
	if (!answer.ok) throw new Error(`The form answered ${answer.status}: ${await answer.text()}`);
}

beforeAll(async () => {
	stage = await setTheStage();
	const { rest, credential } = stage;
	const { keys } = stage.dify;
	await rest.saveCredential(credential('Knowledge', keys.dataset));
	await rest.saveCredential(credential('App', keys.chat));
	await rest.saveCredential(credential('Form', keys.form));
	model = await startModel('mock a request');
	await rest.saveCredential({ name: 'Model', type: 'openAiApi', data: { apiKey: 'example', url: model.url } });
	for (const workflow of [ingestion, webhook, chatByHand, formByHand, knowledgeByHand, chatbot]) await rest.saveWorkflow(workflow);
	await rest.publish('webhook');
	ingested = await rest.runWorkflow('ingestion', 'Start');
	searching = agent(String(ingested.Base[0].json.id), await leaflets());
	await rest.saveWorkflow(searching);
	await rest.publish(searching.id);
});

afterAll(async () => {
	await model?.close();
	await stage?.close();
});

describe('workflows', () => {
	test('files become indexed documents of a new knowledge base', () => {
		expect(ingested.Documents.length).toBe(ingested.Files.length);
		expect(ingested.Documents.map(({ json }) => json.name)).toContain('mocking-request.md');
		for (const { json } of ingested.Documents) expect(json).toMatchObject({ indexing_status: 'completed', error: null });
	});

	test('a webhook gets the answer of Dify with its citations', async () => {
		const answer = await fetch(`${stage.rest.url}/webhook/ask`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ question: 'How do I mock a request in a test?' }),
		});
		if (!answer.ok) await stage.rest.lastRun('webhook');
		const { output, citations } = (await answer.json()) as { output: string; citations: Array<{ document_name: string }> };
		expect(output.length).toBeGreaterThan(20);
		expect(citations.map((citation) => citation.document_name)).toContain('mocking-request.md');
	});
});

describe('the example of a scheduled ingestion', () => {
	const id = 'dify-scheduled-ingestion';
	const write = (name: string, text: string) => writeFileSync(join(stage.folder, name), text);
	const summary = async () => (await stage.rest.runWorkflow(id, 'Run Now')).Summary[0].json;

	beforeAll(async () => {
		for (const folder of ['a', 'b']) {
			mkdirSync(join(stage.folder, folder));
			write(`${folder}/README.md`, `# The readme of ${folder}`);
		}
		await stage.rest.saveWorkflow(scheduledIngestion(stage.folder));
	});

	test('makes a document of every file, two of one name included, and skips them the next time', async () => {
		expect(await summary()).toMatchObject({ created: 2, updated: 0, skipped: 0, failed: 0, chunks: 2 });
		const before = stage.dify.requests.length;
		expect(await summary()).toMatchObject({ created: 0, updated: 0, skipped: 2, failed: 0, chunks: 0 });
		expect(stage.dify.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
	});

	test('ends as failed over a file that cannot be read, and brings in the others', async () => {
		write('a/README.md', '# Another readme');
		write('empty.md', '');
		await expect(summary()).rejects.toThrow(/1 of 3 documents failed\. The first: .*'empty\.md' is empty/);
		expect(stage.dify.requests.filter(({ route }) => route.endsWith('/update-by-file')).length).toBe(1);
	});
});

test('a CSV file of questions and answers becomes pairs of a knowledge base', async () => {
	const { rest } = stage;
	const { id } = await dify('/datasets', { name: 'FAQ', indexing_technique: 'high_quality' });
	const workflow = questionsAndAnswers(id);
	await rest.saveWorkflow(workflow);
	await rest.publish(workflow.id);
	const lines = ['question,answer', ...Array.from({ length: 120 }, (_, index) => `"Question ${index}, please?","Answer ""${index}""."`)];
	await submit(`${rest.url}/form/${workflow.id}`, lines.join('\n'));
	const { data: documents } = await dify(`/datasets/${id}/documents`);
	expect(documents).toEqual([expect.objectContaining({ name: 'Questions and answers', doc_form: 'qa_model' })]);
	const { data: chunks } = await dify(`/datasets/${id}/documents/${String(documents[0].id)}/segments?limit=100&page=2`);
	expect(chunks).toHaveLength(20);
	expect(chunks[19]).toMatchObject({ content: 'Question 119, please?', answer: 'Answer "119".' });
});

test('an AI Agent searches two knowledge bases at once with a node as its tool', async () => {
	const output = await chatWith(stage.rest.url, searching, 'How do I mock a request?');
	if (!output) await stage.rest.lastRun(searching.id);
	expect(output).toContain('mocking-request.md');
	expect(output).toContain('leaflet.txt');
	expect(output).toMatch(/\[1\] /);
});

describe('runs that are watched', () => liveTests(() => stage));

describe('credential test', () => {
	const tested = async (apiKey: string, domain?: string) =>
		await stage.rest.call<{ status: string; message: string }>('POST', '/credentials/test', {
			credentials: { id: '', ...stage.credential('Probe', apiKey, domain) },
		});

	test.each(['chat', 'dataset'] as const)('the %s key is accepted', async (kind) => {
		expect(await tested(stage.dify.keys[kind])).toMatchObject({ status: 'OK' });
	});

	test('a wrong key is refused with words about the key', async () => {
		const { status, message } = await tested('app-wrong-example');
		expect(status).toBe('Error');
		expect(message).toMatch(/key/i);
	});

	test('a domain where nobody answers is refused with its address', async () => {
		const { status, message } = await tested(stage.dify.keys.chat, 'http://127.0.0.1:9');
		expect(status).toBe('Error');
		expect(message).toContain('127.0.0.1:9');
	});
});

describe('dynamic parameters', () => {
	const ask = async <T>(kind: string, node: string, credential: string, more: object) => {
		const credentials = await stage.rest.call<Array<{ id: string; name: string }>>('GET', '/credentials');
		return await stage.rest.call<T>('POST', `/dynamic-node-parameters/${kind}`, {
			nodeTypeAndVersion: { name: `n8n-nodes-dify-oapi.${node}`, version: 1 },
			credentials: { difyApi: credentials.find(({ name }) => name === credential) },
			...more,
		});
	};

	test('the picker lists the knowledge bases', async () => {
		const { results } = await ask<{ results: Array<{ name: string }> }>('resource-locator-results', 'difyKnowledge', 'Knowledge', {
			path: 'parameters.dataset_id',
			methodName: 'searchDatasets',
			currentNodeParameters: { resource: 'document', operation: 'createByFile' },
			filter: 'practices',
		});
		expect(results.map(({ name }) => name)).toEqual([expect.stringContaining('Best practices')]);
	});

	test("the app's own variables become a form", async () => {
		const { fields } = await ask<{ fields: Array<{ id: string }> }>('resource-mapper-fields', 'difyChat', 'Form', {
			path: 'parameters.inputs',
			methodName: 'getAppInputs',
			currentNodeParameters: { resource: 'chat', operation: 'send' },
		});
		expect(fields.map(({ id }) => id)).toEqual(['city', 'para', 'tone', 'n', 'loud']);
	});
});

describe('editor', () => {
	let editor: Awaited<ReturnType<typeof openEditor>>;

	beforeAll(async () => {
		editor = await openEditor(stage.rest.url);
	});

	afterAll(async () => await editor?.close());

	const nodes = [
		['Dify', 'Upload file', 'Upload'],
		['Dify Chat', 'Send chat message', 'Send Message'],
		['Dify Chatflow', 'Send chatflow message', 'Send Message'],
		['Dify Completion', 'Send completion message', 'Send'],
		['Dify Knowledge', 'Retrieve chunks from knowledge base', 'Retrieve Chunks'],
		['Dify Workflow', 'Run workflow', 'Run'],
	];

	test('the node panel finds all nodes', async () => {
		const { page } = editor;
		await openNodePanel(page);
		const names = await search(page, 'Dify Knowledge');
		await photograph(page, 'node-panel');
		expect(names.sort()).toEqual(nodes.map(([name]) => name));
	});

	test.each(nodes)('%s is found, added and opened', async (node, action, operation) => {
		const { page } = editor;
		await openNodePanel(page);
		await search(page, node);
		await entry(page, node).click();
		await entry(page, action).click();
		const chosen = page.getByTestId('parameter-input-operation').locator('input');
		await chosen.waitFor().finally(async () => await photograph(page, `added-${node.toLowerCase().replace(' ', '-')}`));
		await expect(chosen.inputValue()).resolves.toBe(operation);
	});

	test('an AI Agent is offered all nodes as tools', async () => {
		const { page } = editor;
		await page.goto(`/workflow/${searching.id}`);
		await openToolPanel(page);
		const names = await search(page, 'Dify Knowledge Tool');
		await photograph(page, 'tools-panel');
		expect(names.sort()).toEqual(nodes.map(([name]) => `${name} Tool`).sort());
	});

	test.each([
		['chat-by-hand', 'dify-chat'],
		['form-by-hand', 'dify-chat-with-form'],
	])('the panel of %s opens', async (workflow, picture) => {
		const { page } = editor;
		await page.goto(`/workflow/${workflow}/${workflow}-1`);
		await page.getByTestId('node-parameters').waitFor();
		await photograph(page, picture);
		await expect(page.getByTestId('parameter-input-operation').isVisible()).resolves.toBe(true);
	});

	test('a node runs and shows what Dify answered', async () => {
		const { page } = editor;
		await page.goto('/workflow/chat-by-hand/chat-by-hand-1');
		await page.getByTestId('node-execute-button').click();
		const found = page.getByTestId('output-panel').getByText('mocking-request.md').first();
		await found.waitFor().finally(async () => await photograph(page, 'dify-chat-output'));
	});

	test('a knowledge base is picked from the list, and files go into it', async () => {
		const { page } = editor;
		await fetch(`${stage.dify.url}/v1/datasets`, {
			method: 'POST',
			headers: { authorization: `Bearer ${stage.dify.keys.dataset}`, 'content-type': 'application/json' },
			body: JSON.stringify({ name: 'Product Manuals', indexing_technique: 'high_quality' }),
		});
		await page.setViewportSize({ width: 1600, height: 860 });
		await page.goto('/workflow/knowledge-by-hand/knowledge-by-hand-2');
		await page.getByTestId('resource-locator-dataset_id').getByTestId('rlc-input').click();
		await page.getByTestId('rlc-item').getByText('Product Manuals').click();
		await page.getByTestId('node-execute-button').click();
		const output = page.getByTestId('output-panel');
		await output.getByText('warranty.md').first().waitFor();
		await page.locator('.el-notification__closeBtn').click();
		await photograph(page, 'knowledge-node', page.getByTestId('ndv'));
		await page.setViewportSize({ width: 1440, height: 900 });
		await expect(output.getByText('completed', { exact: true }).count()).resolves.toBe(3);
	});

	test('the fields of an operation are offered before it has run', async () => {
		const { page } = editor;
		await page.goto(`/workflow/${chatbot.id}/add-sources`);
		const field = page.getByTestId('ndv-input-panel').getByText('conversation_id');
		await field.waitFor().finally(async () => await photograph(page, 'output-schema'));
	});

	test('the example chatbot answers in the chat of the editor', async () => {
		const { page } = editor;
		await page.setViewportSize({ width: 1440, height: 1080 });
		await page.goto(`/workflow/${chatbot.id}`);
		await page.getByTestId('workflow-chat-button').click();
		await page.getByPlaceholder(/^Type message/).fill('How do I mock a request in a test?');
		await page.keyboard.press('Enter');
		await page.getByTestId('canvas-chat').getByText(/Sources: .*mocking-request\.md/).waitFor();
		await page.locator('.el-notification__closeBtn').click();
		await photograph(page, 'chatbot');
	});

	test('the editor has no complaint', () => {
		expect(editor.complaints.filter((complaint) => /dify|pageerror|TypeError/i.test(complaint))).toEqual([]);
	});
});
