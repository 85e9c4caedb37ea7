import { itemsOf, withFile } from '../engine';
import { report, serve } from '../processes';
import { row, times, type Row } from '../table';

const COUNT = 200;
const TEXT = 'The Rhine flows from the Alps to the North Sea. It is 1233 kilometres long.\n'.repeat(50);

/** Seconds to write the documents into a new knowledge base, so many at a time. */
async function secondsAt(concurrency: number, domain: string): Promise<number> {
	const on = { node: 'difyKnowledge', credential: { domain, apiKey: 'dataset-example' } };
	const name = `At ${concurrency}`;
	const [base] = await itemsOf({ ...on, parameters: { resource: 'dataset', operation: 'create', name } });
	const input = Array.from({ length: COUNT }, (_, index) => withFile(`${index}.md`, TEXT));
	const parameters = {
		resource: 'document',
		operation: 'createByFile',
		dataset_id: { __rl: true, mode: 'id', value: base.json.id as string },
		waitForIndexing: false,
		options: { concurrency },
	};
	const begun = performance.now();
	const written = await itemsOf({ ...on, parameters, input });
	const seconds = (performance.now() - begun) / 1000;
	if (new Set(written.map(({ json }) => json.id)).size !== COUNT) throw new Error('Not every document was written');
	return seconds;
}

async function figure(): Promise<Row[]> {
	const server = await serve('emulator');
	const alone = await secondsAt(1, server.url);
	const together = await secondsAt(8, server.url);
	server.stop();
	const gain = alone / together;
	const measured = `${alone.toFixed(1)} s against ${together.toFixed(1)} s, ${times(gain)}`;
	return [row(`${COUNT} documents at Concurrency 1 and 8`, measured, { bar: '≥ 6×', met: gain >= 6 })];
}

void report(figure());
