import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { chat } from '../../nodes/DifyChat/chat';
import { dataset } from '../../nodes/DifyKnowledge/dataset';
import { document } from '../../nodes/DifyKnowledge/document';
import { conversation } from '../../nodes/shared/resources/conversation';
import { message } from '../../nodes/shared/resources/message';
import { Multipart, type Operation, type Request, type Resource } from '../../src/operation/types';
import { described, openapi } from './openapi';
import { allPickers, filledRequests } from './sample';

const SERVICES: Record<string, Resource[]> = { chat: [chat, conversation, message], knowledge: [document, dataset] };

interface Listed {
	service: string;
	resource: string;
	operation: string;
	method: string;
	path: string;
	since: string;
}

const listed = readTable(path.join(__dirname, 'operations.tsv')) as unknown as Listed[];
const offered = Object.entries(SERVICES).flatMap(([service, resources]) =>
	resources.flatMap(({ value, operations }) =>
		operations.map((operation) => ({ name: `${service}.${value}.${operation.value}`, operation })),
	),
);

const ajv = new Ajv({ strict: false, coerceTypes: false });

test('the table lists 113 operations, 89 of them the seed', () => {
	expect(listed).toHaveLength(113);
	const seeds = listed.filter((row) => (row as unknown as { origin: string }).origin !== 'extra');
	const bySeed = Object.fromEntries(['chat', 'chatflow', 'completion', 'knowledge', 'workflow', 'dify'].map((service) => [service, seeds.filter((row) => row.service === service).length]));
	expect(bySeed).toEqual({ chat: 18, chatflow: 15, completion: 10, knowledge: 33, workflow: 4, dify: 9 });
});

describe.each(offered.map(({ name, operation }) => [name, operation] as const))('%s', (name, operation) => {
	test('is in the table, under this route and since this version', () => {
		const row = listed.find((each) => `${each.service}.${each.resource}.${each.operation}` === name);
		expect(operation.route).toBe(`${row?.method} ${row?.path}`);
		if (operation.since) expect(operation.since).toBe(row?.since);
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

function faultsOf({ route }: Operation, { method, query, body }: Request): string[] {
	const description = described(method, route.split(' ')[1]);
	if (!description) return ['no such route'];
	const given = body instanceof Multipart ? (JSON.parse(body.fields.data) as object) : (body ?? {});
	const text = described('POST', '/datasets/{dataset_id}/document/create-by-text')?.body;
	const data = { ...text, required: [], properties: { ...(text?.properties as object), duplicate: { type: 'boolean' } } };
	return [
		// Paging traits add these two; they are no fields.
		...faults({ ...description.query, required: (description.query.required as string[]).filter((key) => key !== 'page' && key !== 'limit') }, query ?? {}, 'query'),
		...(description.body ? faults(description.multipart ? data : description.body, given, 'body') : []),
		...(!description.body && Object.keys(given).length ? ['a body where none is described'] : []),
	];
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
