import type { IDataObject, INodeExecutionData, ResourceMapperFields } from 'n8n-workflow';

import { loadOptionsContext, outputOf, runNode, withFile, type Ran } from '../engine/harness';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

const GET = 'GET /form/human_input/{form_token}';
const SUBMIT = 'POST /form/human_input/{form_token}';
const UPLOAD = 'POST /files/upload';

let workspace: Workspace;
beforeEach(async () => {
	workspace = await seededWorkspace();
});
afterEach(async () => {
	await workspace.emulator.close();
});

interface Paused {
	run: string;
	token: string;
}

/** A run that waits for a person; `Human` has a form of every type, `Twice` two forms of one text. */
async function paused(app: 'Human' | 'Twice' = 'Human', query = 'Check this'): Promise<Paused> {
	const [item] = await outputOf({
		node: 'difyWorkflow',
		parameters: { resource: 'workflow', operation: 'run', inputsMode: 'json', inputsJson: JSON.stringify({ query }), user: 'ada' },
		credential: workspace.credential(`workflow${app}`),
	});
	expect(item.status).toBe('paused');
	const [{ form_token: token }] = item.forms as Array<{ form_token: string }>;
	workspace.watch();
	return { run: item.workflow_run_id as string, token };
}

const FILLED = {
	note: 'Fine.',
	from_query: 'Check this',
	choice: 'red',
	afile: 'https://example.com/plan.pdf',
	files: 'https://example.com/a.png, https://example.com/b.txt',
};

interface Submitting {
	app?: 'Human' | 'Twice';
	input?: INodeExecutionData[];
	more?: IDataObject;
}

async function submit(token: string, inputs: object, { app = 'Human', input, more }: Submitting = {}): Promise<Ran> {
	return await runNode({
		node: 'difyWorkflow',
		parameters: {
			resource: 'humanInput',
			operation: 'submit',
			form_token: token,
			action: 'approve',
			inputsMode: 'json',
			inputsJson: JSON.stringify(inputs),
			user: 'ada',
			...more,
		},
		credential: workspace.credential(`workflow${app}`),
		input,
	});
}

const result = async (run: string, app = 'Human') =>
	(
		await outputOf({
			node: 'difyWorkflow',
			parameters: { resource: 'workflow', operation: 'streamEvents', workflow_run_id: byId(run), user: 'ada' },
			credential: workspace.credential(`workflow${app}` as 'workflowHuman'),
		})
	)[0];

const submitted = () => workspace.sent(SUBMIT).map(({ body }) => (body as IDataObject).inputs);

async function formFields(token: unknown, node = 'difyWorkflow'): Promise<ResourceMapperFields> {
	const { context, type } = await loadOptionsContext({
		node,
		parameters: { resource: 'humanInput', operation: 'submit', form_token: token as string },
		credential: workspace.credential('workflowHuman'),
	});
	return await type.methods!.resourceMapping!.getFormInputs.call(context);
}

test('a person fills the form, and the run goes on to its result', async () => {
	const { run, token } = await paused();
	const { items, error } = await submit(token, FILLED);
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json)).toEqual([{ success: true }]);
	const remote = (type: string, name: string) => ({ type, transfer_method: 'remote_url', url: `https://example.com/${name}` });
	expect(submitted()).toEqual([
		{ ...FILLED, afile: remote('document', 'plan.pdf'), files: [remote('image', 'a.png'), remote('document', 'b.txt')] },
	]);
	const { status, outputs } = await result(run);
	expect(status).toBe('succeeded');
	expect(outputs).toMatchObject({ act: 'approve', note: 'Fine.', choice: 'red', afile: { filename: 'plan.pdf' } });
});

test('the form is read from Dify and filled in as fields', async () => {
	const { token } = await paused();
	const { fields } = await formFields(token);
	const red = [{ name: 'red', value: 'red' }, { name: 'green', value: 'green' }];
	expect(fields.map(({ id, type, required, options, defaultValue }) => ({ id, type, required, options, defaultValue }))).toEqual([
		{ id: 'note', type: 'string', required: true, options: undefined, defaultValue: 'preset note' },
		{ id: 'from_query', type: 'string', required: true, options: undefined, defaultValue: 'Check this' },
		{ id: 'choice', type: 'options', required: true, options: red, defaultValue: undefined },
		{ id: 'afile', type: 'string', required: true, options: undefined, defaultValue: undefined },
		{ id: 'files', type: 'string', required: true, options: undefined, defaultValue: undefined },
	]);
	const more = { inputsMode: 'form', inputs: { mappingMode: 'defineBelow', value: { ...FILLED, note: '' } } };
	expect((await submit(token, {}, { more })).error).toBeUndefined();
	expect(submitted()).toEqual([expect.objectContaining({ note: '', choice: 'red' })]);
});

test.each([
	['nothing yet', '', /not known yet/],
	['an unresolved expression', null, /not known yet/],
	['a token that does not exist', 'nope', /^The form cannot be read: The form does not exist$/],
])('the fields say why they are not there: %s', async (_, token, words) => {
	expect(await formFields(token)).toEqual({ fields: [], emptyFieldsNotice: expect.stringMatching(words) });
});

test('files come from binary fields, uploads, URLs and mappings', async () => {
	const { run, token } = await paused();
	const file = withFile('note.txt', 'some bytes');
	const form = new FormData();
	form.append('file', new Blob(['x'], { type: 'text/plain' }), 'old.txt');
	form.append('user', 'ada');
	const headers = { authorization: `Bearer ${workspace.emulator.keys.workflowHuman}` };
	const upload = await fetch(`${workspace.emulator.url}/v1/files/upload`, { method: 'POST', headers, body: form });
	const { id } = (await upload.json()) as { id: string };
	const mapping = { type: 'document', transfer_method: 'local_file', upload_file_id: id };
	workspace.watch();
	const { error } = await submit(token, { ...FILLED, afile: 'data', files: [mapping, 'data'] }, { input: [file] });
	expect(error).toBeUndefined();
	expect(workspace.sent(UPLOAD).map(({ multipart }) => multipart?.fields)).toEqual([{ user: 'ada' }, { user: 'ada' }]);
	expect((await result(run)).outputs).toMatchObject({ afile: { filename: 'note.txt' }, files: [{ filename: 'old.txt' }, { filename: 'note.txt' }] });
});

describe('is told before anything is submitted', () => {
	const id = '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15';
	const { note, from_query } = FILLED;
	test.each<[string, object, string, RegExp]>([
		['nothing filled in', {}, "The form's inputs are incomplete: 'note', 'from_query', 'choice', 'afile', 'files'", /defaults do not count/],
		['nulls and empty choices', { note, from_query, choice: '', afile: null, files: '' }, "The form's inputs are incomplete: 'choice', 'afile', 'files'", /every input/],
		['an object for a text', { ...FILLED, note: { a: 1 } }, `The form's input 'note' must be text, not {"a":1}`, /JSON\.stringify/],
		['another option', { ...FILLED, choice: 'blue' }, "The form's input 'choice' has no option 'blue'", /red, green/],
		['a list of options', { ...FILLED, choice: ['red'] }, `The form's input 'choice' has no option ["red"]`, /red, green/],
		['a binary field that is not there', { ...FILLED, afile: 'x' }, "There is no file in 'x'", /\w/],
		['a list for one file', { ...FILLED, afile: ['https://example.com/a.png'] }, "The form's input 'afile' takes one file, not a list", /one/],
		['too many files', { ...FILLED, files: [1, 2, 3].map((n) => `https://example.com/${n}.png`) }, "The form's input 'files' takes 2 files, not 3", /fewer/],
		['a type that it does not take', { ...FILLED, afile: 'https://example.com/a.mp3' }, "The form's input 'afile' does not take 'https://example.com/a.mp3'", /document, image/],
		['an upload of an unknown type', { ...FILLED, afile: id }, `The form's input 'afile' does not know the type of the upload ${id}`, /"type": "document"/],
		['a mapping without a file', { ...FILLED, afile: { type: 'image', transfer_method: 'local_file' } }, `The form's input 'afile' takes a file, not {"type":"image","transfer_method":"local_file"}`, /upload_file_id/],
		['a mapping of another type', { ...FILLED, afile: { type: 'audio', transfer_method: 'local_file', upload_file_id: id } }, "The form's input 'afile' takes no file of the type audio", /document, image/],
		['something that is no file', { ...FILLED, files: { a: 1 } }, `The form's input 'files' takes a file, not {"a":1}`, /\w/],
		['a way that it does not take', { ...FILLED, afile: { transfer_method: 'tool_file', tool_file_id: id } }, "The form's input 'afile' takes no file by tool_file", /local_file, remote_url/],
		['no object', [1], "'Inputs' is not a JSON object: '[1]'", /object/],
	])('%s', async (_, inputs, message, advice) => {
		const { token } = await paused();
		const { error } = await submit(token, inputs);
		expect(error?.message).toBe(message);
		expect(error?.description).toMatch(advice);
		expect(submitted()).toEqual([]);
		expect(workspace.sent(UPLOAD)).toEqual([]);
		expect((await submit(token, FILLED)).error).toBeUndefined();
	});

	test('a wrong action, with the ones there are', async () => {
		const { token } = await paused();
		const { error } = await submit(token, FILLED, { more: { action: 'Approve' } });
		expect(error?.message).toBe("The form has no action 'Approve'");
		expect(error?.description).toMatch(/approve \(Approve ✅\), reject \(Reject\)/);
		expect(submitted()).toEqual([]);
	});
});

test('numbers become text, and what the form does not ask for stays here', async () => {
	const { token } = await paused('Twice');
	expect((await submit(token, { note: 5, extra: 1 }, { app: 'Twice' })).error).toBeUndefined();
	expect(submitted()).toEqual([{ note: '5' }]);
});

describe('a form that cannot be submitted any more', () => {
	test('was submitted before', async () => {
		const { token } = await paused();
		await submit(token, FILLED);
		const { error } = await submit(token, FILLED);
		expect(error?.message).toBe('The form was submitted already');
		expect(error?.description).toMatch(/once/);
		expect(submitted()).toHaveLength(1);
	});

	test('twice in one execution', async () => {
		const { token } = await paused();
		const ran = await submit(token, FILLED, { input: [{ json: {} }, { json: {} }] });
		expect(ran.error?.message).toBe('The form was submitted already');
	});

	test('has expired', async () => {
		const { token } = await paused('Twice', 'MAGIC_EXPIRED');
		const { error } = await submit(token, { note: 'late' }, { app: 'Twice' });
		expect(error?.message).toBe('The form has expired');
		expect(error?.description).toMatch(/again/);
	});

	test.each(['nope', '../../datasets'])('does not exist: %s', async (token) => {
		const { error } = await submit(token, FILLED);
		expect(error?.message).toBe('The form does not exist');
		expect(error?.description).toMatch(/form_token/);
		expect(submitted()).toEqual([]);
	});

	test('belongs to another app', async () => {
		const { token } = await paused();
		const { error } = await submit(token, { note: 'x' }, { app: 'Twice' });
		expect(error?.message).toBe('The form does not exist');
		expect(error?.description).toMatch(/key of the same app/);
	});
});

test('Get Form gives the form as Dify has it', async () => {
	const { token } = await paused();
	const direct = await workspace.call('GET', `/form/human_input/${token}`, undefined, 'workflowHuman');
	const parameters = { resource: 'humanInput', operation: 'get', form_token: ` ${token} ` };
	expect(await outputOf({ node: 'difyWorkflow', parameters, credential: workspace.credential('workflowHuman') })).toEqual([direct]);
	expect(workspace.sent(GET)).toHaveLength(2);
});

test.each(['1.14.2', 'main-2026-06'])('%s: a chatflow that answered before it waited gives both answers in the end', async (version) => {
	await workspace.emulator.close();
	workspace = await seededWorkspace({ version });
	const credential = workspace.credential('chatflowHuman');
	const run = async (parameters: IDataObject) => (await outputOf({ node: 'difyChatflow', credential, parameters: { user: 'ada', ...parameters } }))[0];
	const asked = await run({ resource: 'chatflow', operation: 'send', query: 'May I?' });
	expect(asked).toMatchObject({ status: 'paused', output: 'First Echo: May I? | ' });
	const [{ form_token }] = asked.forms as IDataObject[];
	await run({ resource: 'humanInput', operation: 'submit', form_token, action: 'approve', inputsMode: 'json', inputsJson: { note: 'Yes.' } });
	const ended = await run({ resource: 'chatflow', operation: 'streamEvents', workflow_run_id: byId(asked.workflow_run_id as string) });
	expect(ended).toMatchObject({ output: 'First Echo: May I? | Then Echo: after approve Yes. note=Yes. act=approve' });
});
