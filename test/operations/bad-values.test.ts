import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outputOf, runNode, withFile } from '../engine/harness';
import { item, optionsOf, refused, VALUE, type Key } from './refused';
import { byId } from './row';
import { seededWorkspace, type Workspace } from './workspace';

let workspace: Workspace;
beforeAll(async () => {
	workspace = await seededWorkspace();
	const { call, ids } = workspace;
	const add = async (name: string, type: string) =>
		(await call('POST', `/datasets/${ids.dataset}/metadata`, { name, type })).id as string;
	ids.topic = await add('topic', 'string');
	ids.pages = await add('pages', 'number');
	ids.day = await add('day', 'time');
	ids.tag = (await call('POST', '/datasets/tags', { name: 'Taken' })).id;
	ids.other = (await call('POST', '/datasets', { name: 'Taken' })).id;
});
beforeEach(() => {
	workspace.emulator.faults.clear();
	workspace.watch();
});
afterAll(async () => {
	await workspace.emulator.close();
});

const operation = (name: string, parameters: IDataObject, key: Key = 'dataset') => optionsOf(workspace, name, parameters, key);
const inBase = (more: IDataObject): IDataObject => ({ dataset_id: byId(workspace.ids.dataset), ...more });

describe('ids of another kind', () => {
	test('a document where a knowledge base is due', async () => {
		const { dataset, rivers } = workspace.ids;
		await refused(workspace, operation('difyKnowledge.dataset.get', { dataset_id: byId(VALUE) }), [dataset, rivers, dataset].map(item), {
			route: 'GET /datasets/{dataset_id}',
			asked: true,
			says: 'The knowledge base does not exist',
			advice: /ID is that of something else\. Choose it again/,
		});
	});

	test('a knowledge base where a document is due', async () => {
		const { dataset, rivers } = workspace.ids;
		await refused(workspace, operation('difyKnowledge.document.get', inBase({ document_id: byId(VALUE) })), [rivers, dataset, rivers].map(item), {
			route: 'GET /datasets/{dataset_id}/documents/{document_id}',
			asked: true,
			says: 'The document does not exist',
			advice: /another knowledge base, or the ID is that of something else/,
		});
	});

	test('a document where a metadata field is due', async () => {
		const { pages, rivers } = workspace.ids;
		const options = operation('difyKnowledge.metadata.update', inBase({ metadata_id: byId(VALUE), name: '={{ ["a", "b", "pages"][$itemIndex] }}' }));
		await refused(workspace, options, [pages, rivers, pages].map(item), {
			route: 'PATCH /datasets/{dataset_id}/metadata/{metadata_id}',
			asked: true,
			says: 'The metadata field does not exist',
			advice: /Choose it again from the list/,
		});
	});

	test('a metadata field of a release that answers nulls', async () => {
		const body = { id: null, name: null, type: null };
		workspace.emulator.faults.add({ route: 'PATCH /datasets/{dataset_id}/metadata/{metadata_id}', status: 200, body });
		const { error } = await runNode(operation('difyKnowledge.metadata.update', inBase({ metadata_id: byId(workspace.ids.rivers), name: 'x' })));
		expect(error?.message).toBe('The metadata field does not exist');
	});

	const id = () => byId(workspace.ids.rivers);
	test.each<[string, () => IDataObject, Key, string]>([
		['difyKnowledge.dataset.retrieve', () => ({ dataset_id: id(), query: 'x' }), 'dataset', 'The knowledge base does not exist'],
		['difyKnowledge.tag.delete', () => ({ tag_id: id() }), 'dataset', 'The tag does not exist'],
		['difyKnowledge.segment.get', () => inBase({ document_id: id(), segment_id: id() }), 'dataset', 'The chunk does not exist'],
		['difyKnowledge.chunk.getAll', () => inBase({ document_id: id(), segment_id: id() }), 'dataset', 'The chunk does not exist'],
		['difyKnowledge.document.getIndexingStatus', () => inBase({ batch: workspace.ids.rivers }), 'dataset', 'There are no documents of this batch'],
		['difyKnowledge.document.downloadZip', () => inBase({ document_ids: workspace.ids.dataset }), 'dataset', 'The document does not exist'],
		['difyChat.annotation.delete', () => ({ annotation_id: id() }), 'chat', 'The annotation does not exist'],
		['difyChat.conversation.rename', () => ({ conversation_id: id(), name: 'x' }), 'chat', 'The conversation does not exist for this user'],
		['difyChat.message.getSuggested', () => ({ message_id: id() }), 'chat', 'The message does not exist for this user'],
		['difyWorkflow.workflow.getRun', () => ({ workflow_run_id: id() }), 'workflow', 'The workflow run does not exist'],
		['difyWorkflow.humanInput.get', () => ({ form_token: 'unknown' }), 'workflow', 'The form does not exist'],
		['dify.file.preview', () => ({ file_id: workspace.ids.rivers }), 'chat', 'Dify does not give this file'],
		['dify.endUser.get', () => ({ end_user_id: workspace.ids.rivers }), 'chat', 'The end user does not exist'],
		['difyChat.annotation.getReplyStatus', () => ({ job_id: workspace.ids.rivers }), 'chat', 'The job does not exist'],
	])('%s', async (name, parameters, key, says) => {
		const { error } = await runNode(operation(name, parameters(), key));
		expect(error?.message).toBe(says);
		expect(error?.description).toMatch(/\w{4,}.*\.$/);
		expect(error?.description).not.toMatch(/what Dify says above/);
	});
});

describe('ids that are none', () => {
	test.each<[unknown, string]>([
		[null, "'Knowledge Base' is empty"],
		[42, "'Knowledge Base' is not a Dify ID: 42"],
		[{ a: 1 }, `'Knowledge Base' is not a Dify ID: {"a":1}`],
		['rivers.md', "'Knowledge Base' is not a Dify ID: 'rivers.md'"],
	])('%j for a knowledge base', async (value, says) => {
		const { dataset } = workspace.ids;
		await refused(workspace, operation('difyKnowledge.dataset.get', { dataset_id: byId(VALUE) }), [dataset, value, ` ${dataset}\n`].map(item), {
			route: 'GET /datasets/{dataset_id}',
			says,
			advice: /expression/,
		});
	});

	test('blanks around an id do no harm anywhere', async () => {
		const options = operation('difyKnowledge.document.createByText', { dataset_id: byId(VALUE), name: 'blanks.txt', text: 'x y' });
		const [document] = await outputOf({ ...options, input: [item(` ${workspace.ids.dataset}\n`)] });
		expect(document).toMatchObject({ name: 'blanks.txt', indexing_status: 'completed' });
	});

	test.each<[string, unknown, string]>([
		['null', null, "'Document IDs' is empty"],
		['an empty list', [], "'Document IDs' holds no ID"],
		['a comma', ' , ', "'Document IDs' holds no ID"],
		['a number', 42, "'Document IDs' is not a Dify ID: 42"],
		['a list of objects', [{ id: 1 }], `'Document IDs' is not a Dify ID: {"id":1}`],
		['101 ids', Array.from({ length: 101 }, () => '8f4a1c2e-5b7d-4e21-9c3a-0d6f2b8e7a15'), "'Document IDs' holds 101 IDs"],
	])('%s for documents', async (_, value, says) => {
		const { rivers, apples } = workspace.ids;
		await refused(workspace, operation('difyKnowledge.document.downloadZip', inBase({ document_ids: VALUE })), [`${rivers},${apples}`, value, [rivers]].map(item), {
			route: 'POST /datasets/{dataset_id}/documents/download-zip',
			says,
			advice: /expression|at least one ID|up to 100 in one call/,
		});
	});

	test('no tags', async () => {
		await refused(workspace, operation('difyKnowledge.tag.bind', inBase({ tag_ids: VALUE })), [workspace.ids.tag, [], [workspace.ids.tag]].map(item), {
			route: 'POST /datasets/tags/binding',
			says: "'Tag IDs' holds no ID",
			advice: /^Enter at least one ID/,
		});
	});
});

describe('lists and objects', () => {
	test.each<[unknown, string, RegExp]>([
		[[], "'Chunks (JSON)' is an empty list", /^Enter at least one entry/],
		[{}, "'Chunks (JSON)' is not a JSON list: {}", /^Enter a list such as \[/],
		['[{', "'Chunks (JSON)' is not a JSON list: '[{'", /^Enter a list such as \[/],
		[[{ content: 'x' }, { answer: 'y' }], "'Chunks (JSON)' has no content in entry 2", /object with text in content/],
		[['x'], "'Chunks (JSON)' has no content in entry 1", /object with text in content/],
		[[{ content: 'x', keywords: 'y' }], "'Chunks (JSON)' has keywords that are no list in entry 1", /\["opening", "hours"\]/],
	])('%j as chunks', async (value, says, advice) => {
		const { counts } = workspace.emulator;
		const before = counts().segments;
		const parameters = inBase({ document_id: byId(workspace.ids.rivers), segmentsMode: 'json', segments: VALUE });
		await refused(workspace, operation('difyKnowledge.segment.create', parameters), [[{ content: 'a' }], value, '[{"content":"b"}]'].map(item), {
			route: 'POST /datasets/{dataset_id}/documents/{document_id}/segments',
			says,
			advice,
		});
		expect(counts().segments).toBe(before + 2);
	});

	test('no sources for a pipeline', async () => {
		const { error } = await runNode(operation('difyKnowledge.pipeline.run', inBase({ start_node_id: byId('n'), datasource_info_list: '[]' })));
		expect(error?.message).toBe("'Sources (JSON)' is an empty list");
		expect(workspace.sent('POST /datasets/{dataset_id}/pipeline/run')).toEqual([]);
	});

	test.each(['[1]', 'nonsense', 'null'])('%s as inputs', async (value) => {
		const options = operation('difyWorkflow.workflow.run', { inputsMode: 'json', inputsJson: VALUE }, 'workflow');
		await refused(workspace, options, ['{"query":"a"}', value, '{"query":"b"}'].map(item), {
			route: 'POST /workflows/run',
			says: `'Inputs' is not a JSON object: '${value}'`,
			advice: /^Enter an object such as \{/,
		});
	});
});

describe('names', () => {
	const long = (length: number) => 'é'.repeat(length);
	test.each<[string, string, () => IDataObject, string, string, string, boolean]>([
		['a name that is taken', 'dataset.create', () => ({}), 'Taken', 'POST /datasets', 'A knowledge base of this name exists already', true],
		['a long name', 'dataset.create', () => ({}), long(41), 'POST /datasets', "'Name' has 41 characters", false],
		['a name that is taken', 'tag.create', () => ({}), 'Taken', 'POST /datasets/tags', 'A tag of this name exists already', true],
		['a long name', 'tag.create', () => ({}), long(51), 'POST /datasets/tags', "'Name' has 51 characters", false],
		['a name that is taken', 'metadata.create', () => inBase({}), 'day', 'POST /datasets/{dataset_id}/metadata', 'A metadata field of this name exists already', true],
		['a name of Dify itself', 'metadata.create', () => inBase({}), 'source', 'POST /datasets/{dataset_id}/metadata', 'This name belongs to a metadata field that Dify fills in itself', true],
		['a long name', 'metadata.create', () => inBase({}), long(256), 'POST /datasets/{dataset_id}/metadata', "'Name' has 256 characters", false],
	])('%s: %s', async (_, name, parameters, bad, route, says, asked) => {
		const unique = `${name} ${bad.length} ${bad[0]}`;
		await refused(workspace, operation(`difyKnowledge.${name}`, { ...parameters(), name: VALUE }), [`1 ${unique}`, bad, `2 ${unique}`].map(item), {
			route,
			asked,
			says,
			advice: asked ? /^Choose another name/ : /^Dify takes up to \d+\. Shorten it\.$/,
		});
	});

	test('a knowledge base that is renamed', async () => {
		const options = operation('difyKnowledge.dataset.update', inBase({ updateFields: { name: VALUE } }));
		await refused(workspace, options, ['Handbooks', 'Taken', 'Manuals'].map(item), {
			route: 'PATCH /datasets/{dataset_id}',
			asked: true,
			says: 'A knowledge base of this name exists already',
			advice: /^Choose another name/,
		});
	});

	test('a user of more than 255 characters', async () => {
		await refused(workspace, operation('difyChat.conversation.getAll', { user: VALUE }, 'chat'), ['n8n', long(256), long(255)].map(item), {
			route: 'GET /conversations',
			says: "'User' has 256 characters",
			advice: /^Dify takes up to 255/,
		});
	});
});

test.each<[unknown]>([[0], [-1], [1.5], ['ten']])('a limit of %j', async (value) => {
	const says = "'Limit' must be a whole number from 1";
	for (const [name, route, key, parameters] of [
		['difyKnowledge.document.getAll', 'GET /datasets/{dataset_id}/documents', 'dataset', inBase({})],
		['difyKnowledge.metadata.getAll', 'GET /datasets/{dataset_id}/metadata', 'dataset', inBase({})],
		['difyChat.conversation.getAll', 'GET /conversations', 'chat', {}],
		['dify.feedback.getAll', 'GET /app/feedbacks', 'chat', {}],
		['difyWorkflow.workflow.getLogs', 'GET /workflows/logs', 'workflow', {}],
	] as const) {
		await refused(workspace, operation(name, { ...parameters, limit: VALUE }, key), [1, value, 1e9].map(item), {
			route,
			says,
			advice: /^Enter 1 or more, or switch on 'Return All'/,
		});
	}
});

test.each<[string, string, unknown, string]>([
	['top_k', 'base', 0, "'Max Chunks' must be a whole number from 1 to 100, not 0"],
	['top_k', 'base', 1e9, "'Max Chunks' must be a whole number from 1 to 100, not 1000000000"],
	['top_k', 'semantic_search', 0.5, "'Max Chunks' must be a whole number from 1 to 100, not 0.5"],
	['score_threshold', 'base', 'low', "'Score Threshold' must be a number from 0 to 1, not 'low'"],
	['score_threshold', 'semantic_search', -1, "'Score Threshold' must be a number from 0 to 1, not -1"],
])('%s of the search %s: %j', async (field, search_method, value, says) => {
	const options = operation('difyKnowledge.dataset.retrieve', inBase({ query: 'Rhine', search_method, additionalFields: { [field]: VALUE } }));
	await refused(workspace, options, ['1', value, 1].map(item), {
		route: 'POST /datasets/{dataset_id}/retrieve',
		says,
		advice: /^Enter a (whole )?number in this range\.$/,
	});
});

test('audio without a byte, and of every odd MIME type that can be repaired', async () => {
	const audio = (fileName: string, mimeType: string, data = 'eA=='): INodeExecutionData => ({ json: {}, binary: { data: { data, mimeType, fileName } } });
	const options = operation('dify.audio.toText', {}, 'form');
	await refused(workspace, options, [audio('a.mp3', 'audio/mpeg'), audio('b.mp3', 'audio/mpeg', ''), audio('c.wav', 'audio/x-wav')], {
		route: 'POST /audio-to-text',
		says: "The file 'b.mp3' is empty",
		advice: /^Record or download it again/,
	});
	workspace.watch();
	const odd = [
		['a.mp3', 'audio/mpeg', 'audio/mp3'],
		['a.m4a', 'audio/x-m4a; codecs=mp4a', 'audio/m4a'],
		['a.mp4', 'audio/mp4', 'audio/m4a'],
		['a.wav', 'audio/vnd.wave', 'audio/wav'],
		['a.wav', 'audio/wave', 'audio/wav'],
		['a.mp3', 'application/octet-stream', 'audio/mp3'],
	];
	const texts = await outputOf({ ...options, input: odd.map(([name, type]) => audio(name, type)) });
	expect(texts.map(({ text }) => text)).toEqual(odd.map(() => expect.stringContaining('1 bytes')));
	expect(workspace.sent('POST /audio-to-text').map(({ multipart }) => multipart?.files[0].contentType)).toEqual(odd.map(([, , sent]) => sent));
	workspace.watch();
	await refused(workspace, options, [audio('a.mp3', 'audio/mpeg'), audio('a.ogg', 'audio/ogg'), audio('a.mp3', 'audio/mpeg')], {
		route: 'POST /audio-to-text',
		says: 'Dify does not take audio/ogg as speech',
		advice: /^Convert it to mp3, m4a, wav or amr/,
	});
});

test('JSON null instead of speech', async () => {
	const { call, ids } = workspace;
	const { message_id: message } = await call('POST', '/chat-messages', { query: 'Hi', inputs: { city: 'Ulm' }, user: 'n8n', response_mode: 'blocking' }, 'form');
	await refused(workspace, operation('dify.audio.fromText', { source: 'message', message_id: byId(VALUE) }, 'form'), [message, ids.rivers, message].map(item), {
		route: 'POST /text-to-audio',
		asked: true,
		says: 'Dify gave no file',
		advice: /^The message or file does not exist/,
	});
});

test('a feature that is off', async () => {
	for (const [name, parameters, says] of [
		['dify.audio.toText', {}, 'Speech to text is off in this app'],
		['dify.audio.fromText', { text: 'x' }, 'Text to speech is off in this app'],
		['difyChat.message.getSuggested', { message_id: byId(workspace.ids.message) }, 'Suggested questions are off in this app'],
	] as const) {
		const { error } = await runNode({ ...operation(name, parameters, 'chat'), input: [withFile('a.mp3', 'x')] });
		expect(error?.message).toBe(says);
		expect(error?.description).toMatch(/^Switch on '.*' in the features of the app in Dify, and publish it\.$/);
	}
});
