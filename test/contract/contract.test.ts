import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { resources as dify } from '../../nodes/Dify/Dify.node';
import { resources as chat } from '../../nodes/DifyChat/DifyChat.node';
import { resources as chatflow } from '../../nodes/DifyChatflow/DifyChatflow.node';
import { resources as completion } from '../../nodes/DifyCompletion/DifyCompletion.node';
import { resources as knowledge } from '../../nodes/DifyKnowledge/DifyKnowledge.node';
import { resources as workflow } from '../../nodes/DifyWorkflow/DifyWorkflow.node';
import { Multipart, type Operation, type Request, type Resource } from '../../src/operation/types';
import { described, openapi } from './openapi';
import { allPickers, filledRequests } from './sample';

const SERVICES: Record<string, Resource[]> = { chat, chatflow, completion, knowledge, workflow, dify };

interface Listed {
	service: string;
	resource: string;
	operation: string;
	method: string;
	path: string;
	since: string;
}

const listed = readTable(path.join(__dirname, 'operations.tsv')) as unknown as Listed[];
const all = Object.entries(SERVICES).flatMap(([service, resources]) =>
	resources.flatMap(({ value, operations }) =>
		operations.map((operation) => ({ name: `${service}.${value}.${operation.value}`, operation })),
	),
);
const isComposed = ({ operation: { run, runAll } }: (typeof all)[number]) => run !== undefined || runAll !== undefined;
const offered = all.filter((each) => !isComposed(each));
const composed = all.filter(isComposed);

const ajv = new Ajv({ strict: false, coerceTypes: false });

test('the table lists 113 operations, 89 of them the seed', () => {
	expect(listed).toHaveLength(113);
	const seeds = listed.filter((row) => (row as unknown as { origin: string }).origin !== 'extra');
	const bySeed = Object.fromEntries(['chat', 'chatflow', 'completion', 'knowledge', 'workflow', 'dify'].map((service) => [service, seeds.filter((row) => row.service === service).length]));
	expect(bySeed).toEqual({ chat: 18, chatflow: 15, completion: 10, knowledge: 33, workflow: 4, dify: 9 });
});

test('the nodes offer all of them', () => {
	const wanted = listed.map(({ service, resource, operation }) => `${service}.${resource}.${operation}`);
	expect(offered.map(({ name }) => name).sort()).toEqual(wanted.sort());
});

test.each(composed.map(({ name, operation }) => [name, operation] as const))('%s, beside them, is composed of their routes', (name, { route, also = [] }) => {
	const routes = listed.filter(({ service }) => service === name.split('.')[0]).map(({ method, path: template }) => `${method} ${template}`);
	expect(routes).toEqual(expect.arrayContaining([route, ...also]));
	expect(listed.map(({ service, resource, operation }) => `${service}.${resource}.${operation}`)).not.toContain(name);
});

describe.each(offered.map(({ name, operation }) => [name, operation] as const))('%s', (name, operation) => {
	test('is in the table, under this route and since this version', () => {
		const row = listed.find((each) => `${each.service}.${each.resource}.${each.operation}` === name);
		expect(operation.route).toBe(`${row?.method} ${row?.path}`);
		if (operation.since) expect(row?.since).toContain(operation.since);
	});

	const check = openapi ? test : test.skip;
	check('sends what the vendor describes, whatever is filled in', async () => {
		const requests = await filledRequests(operation);
		expect(requests.length).toBeGreaterThan(0);
		for (const { label, request } of requests) expect({ label, faults: faultsOf(operation, request) }).toEqual({ label, faults: [] });
	});
});

test.each(Object.entries(allPickers))('the picker %s reads a route of the table', (_, picker) => {
	const routes = listed.map(({ method, path: route }) => `${method} ${route}`);
	const generic = picker.route.replace(/model-types\/[\w-]+$/, 'model-types/{model_type}');
	expect(routes).toContain(generic);
});

/** What the vendor describes otherwise than servers behave, or not at all. */
const NOT_DESCRIBED = ['GET /datasets/{dataset_id}/documents/{document_id}/upload-file'];
/** Any text counts as true there, so that the draft is asked for by an empty one. */
const BY_TEXT = ['is_published'];

function faultsOf({ route, traits = [] }: Operation, { method, query = {}, body: built }: Request): string[] {
	if (NOT_DESCRIBED.includes(route)) return [];
	const taken = traits.flatMap(({ takes = [] }) => takes);
	const body = taken.length ? Object.fromEntries(Object.entries(built ?? {}).filter(([name]) => !taken.includes(name))) : built;
	const description = described(method, route.split(' ')[1].replace('/text-embedding', '/{model_type}'));
	if (!description) return ['no such route'];
	// Paging traits add these two; they are no fields.
	const required = (description.query.required as string[]).filter((key) => key !== 'page' && key !== 'limit');
	const asked = Object.fromEntries(Object.entries(query).filter(([name]) => !BY_TEXT.includes(name)));
	return [...faults({ ...description.query, required }, asked, 'query'), ...bodyFaults(description, body)];
}

function bodyFaults({ body: schema, multipart }: NonNullable<ReturnType<typeof described>>, body: Request['body']): string[] {
	if (!schema) return body && !(body instanceof Multipart) && !Object.keys(body).length ? [] : body ? ['a body where none is described'] : [];
	if (!(body instanceof Multipart)) return multipart ? ['no multipart body'] : faults(schema, body ?? {}, 'body');
	const { data, ...fields } = body.fields;
	const parts = { ...fields, ...(data && { data }), ...Object.fromEntries(Object.keys(body.files).map((name) => [name, 'bytes'])) };
	return [...faults(schema, parts, 'parts'), ...(data ? dataFaults(JSON.parse(data) as object) : [])];
}

/** The settings of a document, which the vendor describes only for creating it by text. */
function dataFaults(data: object): string[] {
	const text = described('POST', '/datasets/{dataset_id}/document/create-by-text')?.body;
	const properties = { ...(text?.properties as object), duplicate: { type: 'boolean' } };
	return faults({ ...text, required: [], properties }, data, 'data');
}

function faults(schema: object, value: unknown, where: string): string[] {
	const validate = ajv.compile(schema);
	if (validate(JSON.parse(JSON.stringify(value)))) return [];
	return (validate.errors ?? []).map(({ instancePath, message: text, params }) => `${where}${instancePath} ${text} ${JSON.stringify(params)}`);
}

function readTable(file: string): Array<Record<string, string>> {
	const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
	const names = head.split('\t');
	return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, index) => [names[index], cell])));
}
