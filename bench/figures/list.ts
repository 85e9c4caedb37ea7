import { request } from 'undici';

import { itemsOf } from '../engine';
import { memoryOf, memoryText } from '../memory';
import { report, serve } from '../processes';
import { row, type Row } from '../table';

const TOTAL = 10_000;

/** How many documents come. */
async function listed(domain: string, returnAll: boolean): Promise<number> {
	const items = await itemsOf({
		node: 'difyKnowledge',
		parameters: {
			resource: 'document',
			operation: 'getAll',
			dataset_id: { __rl: true, mode: 'id', value: '613515c7-e4e1-478d-9f45-3e415417b8af' },
			returnAll,
		},
		credential: { domain, apiKey: 'dataset-example' },
	});
	return new Set(items.map(({ json }) => json.id)).size;
}

async function askedOf(url: string): Promise<number> {
	const { body } = await request(`${url}/asked`);
	return ((await body.json()) as { asked: number }).asked;
}

async function figure(): Promise<Row[]> {
	const { url, stop } = await serve('list');
	await listed(url, false);
	const before = await askedOf(url);
	const taken = await memoryOf(async () => {
		if ((await listed(url, true)) !== TOTAL) throw new Error('Not every document was listed');
	});
	const requests = (await askedOf(url)) - before;
	stop();
	return [
		row('10,000 documents with *Return All*: requests', String(requests), { bar: '100', met: requests === 100 }),
		row('10,000 documents with *Return All*: peak memory', memoryText(taken), { bar: '< 50 MB', met: taken.over < 50 }),
	];
}

void report(figure());
