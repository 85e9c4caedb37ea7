import type { IDataObject, INodeListSearchResult, ResourceMapperFields } from 'n8n-workflow';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import selfsigned from 'selfsigned';

import { startEmulator } from '../emulator';
import { loadOptionsContext } from '../engine/harness';
import { createText, seededWorkspace, type Workspace } from './workspace';

let workspace: Workspace;
beforeEach(async () => {
	workspace = await seededWorkspace();
});
afterEach(async () => {
	await workspace.emulator.close();
});

async function search(
	node: string,
	method: string,
	{ parameters = {}, filter, page, apiKey }: { parameters?: IDataObject; filter?: string; page?: string; apiKey?: string } = {},
): Promise<INodeListSearchResult> {
	const credential = { ...workspace.credential(node === 'difyChat' ? 'chat' : 'dataset'), ...(apiKey && { apiKey }) };
	const { context, type } = await loadOptionsContext({ node, parameters, credential });
	return await type.methods!.listSearch![method].call(context, filter, page);
}

async function credentialTest(domain: string, apiKey: string, more: IDataObject = {}): Promise<{ status: string; message: string }> {
	const { type } = await loadOptionsContext({ node: 'difyChat', parameters: {}, credential: {} });
	const test = type.methods!.credentialTest!.difyApiTest;
	return await test.call({} as never, { id: '1', name: 'Dify', type: 'difyApi', data: { domain, apiKey, ...more } });
}

describe('lists', () => {
	test('knowledge bases, by name and page', async () => {
		for (let index = 0; index < 60; index++) await workspace.call('POST', '/datasets', { name: `Base ${index}` });
		const first = await search('difyKnowledge', 'searchDatasets');
		expect(first.results).toHaveLength(50);
		const second = await search('difyKnowledge', 'searchDatasets', { page: String(first.paginationToken) });
		expect(second.results).toHaveLength(11);
		expect(second.paginationToken).toBeUndefined();
		const found = await search('difyKnowledge', 'searchDatasets', { filter: 'Manu' });
		expect(found.results).toEqual([{ name: 'Manuals (2 documents)', value: workspace.ids.dataset }]);
	});

	test('documents of the chosen base', async () => {
		await createText(workspace.call, workspace.ids.dataset, 'bad.txt', 'MAGIC_EMBFAIL');
		const parameters = { dataset_id: { __rl: true, mode: 'list', value: workspace.ids.dataset } };
		const { results } = await search('difyKnowledge', 'searchDocuments', { parameters });
		expect(results.map(({ name }) => name).sort()).toEqual(['apples.md', 'bad.txt (error)', 'rivers.md']);
	});

	test('models carry provider and name', async () => {
		const { results } = await search('difyKnowledge', 'searchEmbeddingModels');
		expect(results[0].value).toMatch(/^[\w-]+(?:\/[\w-]+)*::.+$/);
		const { results: none } = await search('difyKnowledge', 'searchRerankModels', { filter: 'no such model' });
		expect(none).toEqual([]);
	});

	test('conversations of the user', async () => {
		const { results } = await search('difyChat', 'searchConversations', { parameters: { user: 'n8n' } });
		expect(results.map(({ value }) => value)).toEqual([workspace.ids.conversation]);
		expect((await search('difyChat', 'searchConversations', { parameters: { user: 'somebody else' } })).results).toEqual([]);
	});

	test('say why they cannot be read', async () => {
		const { results } = await search('difyKnowledge', 'searchDatasets', { apiKey: 'app-chat-example' });
		expect(results).toEqual([expect.objectContaining({ name: 'This list cannot be read: Dify does not accept the API key', value: '' })]);
		const noBase = await search('difyKnowledge', 'searchDocuments', { parameters: { dataset_id: null as never } });
		expect(noBase.results[0].name).toMatch(/^This list cannot be read: Choose 'Knowledge Base' first/);
	});
});

describe('inputs form', () => {
	const fields = async (key: 'form' | 'chat', more: object = {}) => {
		const { context, type } = await loadOptionsContext({ node: 'difyChat', parameters: {}, credential: { ...workspace.credential(key), ...more } });
		return (await type.methods!.resourceMapping!.getAppInputs.call(context)) as ResourceMapperFields;
	};

	test('has every variable of the app, with its type, options and default', async () => {
		const { user_input_form: form } = await workspace.call('GET', '/parameters', undefined, 'form');
		const variables = (form as unknown as IDataObject[]).map((entry) => Object.entries(entry)[0] as [string, IDataObject]);
		const { fields: shown } = await fields('form');
		expect(shown.map(({ id, displayName, required }) => [id, displayName, required])).toEqual(
			variables.map(([, { variable, label, required }]) => [variable, label, required === true]),
		);
		const types = { 'text-input': 'string', paragraph: 'string', select: 'options', number: 'number', checkbox: 'boolean' };
		expect(shown.map(({ type }) => type)).toEqual(variables.map(([control]) => types[control as keyof typeof types]));
		const select = shown.find(({ type }) => type === 'options')!;
		expect(select.options?.length).toBeGreaterThan(1);
	});

	test('says so where there are none, or where the app cannot be read', async () => {
		expect(await fields('chat')).toEqual({ fields: [], emptyFieldsNotice: 'This app asks for no inputs.' });
		expect((await fields('chat', { apiKey: 'dataset-example' })).emptyFieldsNotice).toMatch(/^The app's inputs cannot be read: /);
	});
});

describe('credential test', () => {
	const keys = { app: 'app-chat-example', dataset: 'dataset-example' };
	const listen = async (listener: RequestListener) => {
		const server = createServer(listener).listen(0, '127.0.0.1');
		await new Promise((resolve) => server.once('listening', resolve));
		return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
	};

	test('tells what a good key opens', async () => {
		for (const domain of [workspace.emulator.url, `${workspace.emulator.url}/v1/`, workspace.emulator.url.replace('http://', '')]) {
			expect(await credentialTest(domain, keys.app)).toEqual({
				status: 'OK',
				message: expect.stringMatching(/^The app key works; it opens the app '.+' \(chat\)$/),
			});
		}
		expect(await credentialTest(workspace.emulator.url, keys.dataset)).toEqual({
			status: 'OK',
			message: 'The knowledge key works; it opens 1 knowledge bases',
		});
	});

	test.each([
		['a wrong app key', 'app-wrong-example', /^Dify does not accept the API key\. .*127\.0\.0\.1/],
		['a wrong knowledge key', 'dataset-wrong-example', /^Dify does not accept the API key\./],
		['no key', ' ', /^The API key is empty/],
		['a key with a line end in it', 'app-a\nb', /^The API key/],
	])('%s', async (_, apiKey, words) => {
		const { status, message } = await credentialTest(workspace.emulator.url, apiKey);
		expect(status).toBe('Error');
		expect(message).toMatch(words);
		expect(message).not.toContain('wrong-example');
	});

	test.each<[string, string, RegExp]>([
		['nothing listens', 'http://127.0.0.1:1', /^Nothing answers at this address/],
		['an unknown host', 'https://dify.invalid', /name of the server/],
		['no address at all', 'htp:/nonsense', /is not a web address/],
		['an empty domain', '', /^The domain is empty/],
	])('%s', async (_, domain, words) => {
		expect(await credentialTest(domain, keys.app)).toEqual({ status: 'Error', message: expect.stringMatching(words) });
	});

	test('another service, as a page or as JSON', async () => {
		const page = await listen((_, answer) => answer.setHeader('content-type', 'text/html').end('<html><title>Dify</title></html>'));
		const json = await listen((_, answer) => answer.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}'));
		for (const server of [page, json]) {
			const { status, message } = await credentialTest(server.url, keys.app);
			expect(status).toBe('Error');
			expect(message).toMatch(new RegExp(`^Something answers at '${server.url}/v1' .*not the Dify API.*up to and including /v1`));
			server.close();
		}
	});

	test('a certificate of its own making', async () => {
		const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: '127.0.0.1' }]);
		const secure = await startEmulator({ certificate: { key, cert } });
		expect((await credentialTest(secure.url, keys.app)).message).toMatch(/'Ignore SSL Issues'/);
		expect((await credentialTest(secure.url, keys.app, { ignoreSslIssues: true })).status).toBe('OK');
		expect((await credentialTest(secure.url.replace('https', 'http'), keys.app)).status).toBe('Error');
		await secure.close();
	});

	test('a domain that the credential does not allow', async () => {
		const more = { allowedHttpRequestDomains: 'domains', allowedDomains: 'dify.example.com' };
		const { status, message } = await credentialTest(workspace.emulator.url, keys.app, more);
		expect(status).toBe('Error');
		expect(message).toMatch(/^The credential does not allow requests to 127\.0\.0\.1/);
	});
});
