import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, withFile } from '../engine/harness';
import { item, optionsOf, refused, VALUE, type Key } from './refused';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

let workspace: Workspace;
beforeAll(async () => {
	workspace = await seededWorkspace();
});
beforeEach(() => {
	workspace.emulator.faults.clear();
	workspace.watch();
});
afterAll(async () => {
	await workspace.emulator.close();
});

const UPLOAD = 'POST /files/upload';
const RUN = 'POST /workflows/run';
const SEND = 'POST /chat-messages';

const operation = (name: string, parameters: IDataObject, key: Key) => optionsOf(workspace, name, parameters, key);
const run = () => operation('difyWorkflow.workflow.run', { inputsMode: 'json', inputsJson: '={{ JSON.stringify($json.value) }}' }, 'workflow');
const inputs = (value: object, files: Record<string, string> = {}): INodeExecutionData => ({
	...item({ query: 'q', ...value }),
	binary: Object.fromEntries(Object.entries(files).map(([field, name]) => [field, withFile(name, 'x').binary!.data])),
});

describe('inputs of an app', () => {
	test.each<[object, string, RegExp]>([
		[{ query: null }, "The app's input 'Query' is empty", /^It is required\. Fill it in under Inputs\.$/],
		[{ tone: 'rude' }, "The app's input 'Tone' has no option 'rude'", /^Choose one of: formal, casual\.$/],
		[{ city: 'Llanfairpwll' }, "The app's input 'City' is too long: 12 characters", /^The app takes up to 10\. Shorten it/],
		[{ city: { a: 1 } }, `The app's input 'City' must be text, not {"a":1}`, /JSON\.stringify/],
		[{ n: 'many' }, "The app's input 'N' must be a number, not 'many'", /^Enter a number/],
		[{ n: [] }, "The app's input 'N' must be a number, not []", /^Enter a number/],
		[{ loud: 'maybe' }, "The app's input 'Loud' must be true or false, not 'maybe'", /^Enter true or false/],
		[{ cfg: 'x' }, "The app's input 'Cfg' is not a JSON object: 'x'", /^Enter an object/],
		[{ doc: { a: 1 } }, `The app's input 'Doc' takes a file, not {"a":1}`, /binary field, an address, or the output of the operation Upload/],
		[{ doc: 'photo' }, "There is no file in 'photo'", /\w/],
	])('%j', async (bad, says, advice) => {
		await refused(workspace, run(), [inputs({}), inputs(bad), inputs({ loud: 'no', n: '2' })], { route: RUN, says, advice });
	});

	test.each<[object, Record<string, string>, string, RegExp]>([
		[{ doc: 'a' }, { a: 'song.mp3' }, "The app's input 'Doc' does not take 'song.mp3'", /^It takes: document, image\./],
		[{ pics: 'a,b' }, { a: 'a.png', b: 'b.pdf' }, "The app's input 'Pics' does not take 'b.pdf'", /^It takes: image, \.svg, \.xyz\./],
		[{ pics: 'a,a,a' }, { a: 'a.png' }, "The app's input 'Pics' takes 2 files, not 3", /^Send fewer/],
		[{ doc: 'https://example.com/song.mp3' }, {}, "The app's input 'Doc' does not take 'https://example.com/song.mp3'", /^It takes: document, image/],
	])('%j with %j, before anything is uploaded', async (bad, files, says, advice) => {
		const good = () => inputs({ doc: 'a', pics: 'b' }, { a: 'a.pdf', b: 'b.XYZ' });
		await refused(workspace, run(), [good(), inputs(bad, files), good()], { route: RUN, says, advice });
		expect(workspace.sent(UPLOAD)).toHaveLength(4);
	});

	test('an uploaded file is known by the output of its upload', async () => {
		const [uploaded] = await outputOf({ ...operation('dify.file.upload', {}, 'workflow'), input: [withFile('a.pdf', 'x')] });
		const [{ outputs }] = await outputOf({ ...run(), input: [inputs({ doc: uploaded })] });
		expect(outputs).toMatchObject({ doc: { filename: 'a.pdf', type: 'document' } });
		const { error } = await runNode({ ...run(), input: [inputs({ doc: uploaded.id })] });
		expect(error?.message).toBe('File validation failed for file: a.pdf');
		expect(error?.description).toMatch(/give the whole output of the operation Upload instead/);
	});
});

describe('attachments', () => {
	const send = () => operation('difyChat.chat.send', { query: 'x', inputsMode: 'json', inputsJson: '{"city":"Ulm"}', attachments: VALUE }, 'form');
	const attached = (value: string, fileName: string, content: string | Buffer = 'x'): INodeExecutionData => ({ ...item(value), binary: withFile(fileName, content).binary });

	test.each<[string, () => INodeExecutionData, string, RegExp]>([
		['more than allowed', () => attached('data,data,data,data', 'a.md'), 'These are 4 files, the app takes 3', /^Send fewer/],
		['of a type that the app does not take', () => attached('data', 'a.exe'), "The app does not take 'a.exe'", /^It takes: image, document\./],
		['too big', () => attached('data', 'a.pdf', Buffer.alloc(15 * 1024 * 1024 + 1)), "'a.pdf' has 16 MB, this Dify server takes 15 MB", /^Send a smaller file/],
	])('%s', async (_, bad, says, advice) => {
		await refused(workspace, send(), [attached('data', 'a.md'), bad(), attached('data', 'b.png')], { route: SEND, says, advice });
		expect(workspace.sent(UPLOAD)).toHaveLength(2);
	});

	test('of an app that takes none', async () => {
		const options = operation('difyChat.chat.send', { query: 'x', attachments: VALUE }, 'chat');
		await refused(workspace, options, [item(''), attached('data', 'a.md'), item(null)], {
			route: SEND,
			says: 'This app takes no files',
			advice: /^Switch on file upload/,
		});
	});
});

describe('uploads', () => {
	const upload = () => operation('dify.file.upload', {}, 'chat');

	test('too big, by the limits of the server', async () => {
		const input = [withFile('a.pdf', 'x'), withFile('b.pdf', Buffer.alloc(15 * 1024 * 1024 + 1)), withFile('c.png', 'x')];
		await refused(workspace, upload(), input, {
			route: UPLOAD,
			says: "'b.pdf' has 16 MB, this Dify server takes 15 MB",
			advice: /^Send a smaller file, or raise the limit/,
		});
	});

	test('a banned extension', async () => {
		const message = "File extension '.exe' is not allowed for security reasons";
		workspace.emulator.faults.add({ route: UPLOAD, status: 400, body: { code: 'invalid_param', message, status: 400 } });
		const { error } = await runNode({ ...upload(), input: [withFile('a.exe', 'x')] });
		expect(error?.message).toBe(`This Dify server bans files of this type: ${message}`);
		expect(error?.description).toMatch(/UPLOAD_FILE_EXTENSION_BLACKLIST/);
	});
});

test('speech of more than 30 MB', async () => {
	const audio = (size: number): INodeExecutionData => ({ json: {}, binary: { data: { data: Buffer.alloc(size, 1).toString('base64'), mimeType: 'audio/mpeg', fileName: 'a.mp3' } } });
	await refused(workspace, operation('dify.audio.toText', {}, 'form'), [audio(1), audio(30 * 1024 * 1024 + 1), audio(2)], {
		route: 'POST /audio-to-text',
		says: "'a.mp3' has 31 MB, Dify takes speech up to 30 MB",
		advice: /^Cut it into parts/,
	});
});

test.each<[string, IDataObject, Key, string, string]>([
	['difyChat.chat.send', { query: 'x' }, 'workflow', 'workflow', 'Dify Workflow'],
	['difyChat.conversation.getAll', {}, 'completion', 'completion', 'Dify Completion'],
	['difyChatflow.chatflow.send', { query: 'x' }, 'chat', 'chat', 'Dify Chat'],
	['difyChatflow.conversation.rename', { conversation_id: byId('8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15'), name: 'x' }, 'workflow', 'workflow', 'Dify Workflow'],
	['difyCompletion.completion.send', {}, 'chatflow', 'advanced-chat', 'Dify Chatflow'],
	['difyWorkflow.workflow.run', {}, 'agent', 'agent-chat', 'Dify Chat'],
	['difyWorkflow.workflow.runById', { workflow_id: '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15' }, 'chatflow', 'advanced-chat', 'Dify Chatflow'],
])('%s %j with the key of an app of another mode (%s)', async (name, parameters, key, mode, node) => {
	const { error } = await runNode(operation(name, parameters, key));
	expect(error?.message).toBe(`The key belongs to an app of another mode (${mode})`);
	expect(error?.description).toBe(`Use the node '${node}' for this app, or a credential with the key of another app.`);
	for (const route of [SEND, RUN, 'POST /completion-messages', 'POST /workflows/{workflow_id}/run']) expect(workspace.sent(route)).toEqual([]);
});
