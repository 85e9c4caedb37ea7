import type { IBinaryData } from 'n8n-workflow';

import { itemsOf } from '../engine';
import { memoryOf, memoryText } from '../memory';
import { report, run, serve } from '../processes';
import { row, type Row } from '../table';

async function upload(domain: string, file: IBinaryData): Promise<void> {
	await itemsOf({
		node: 'difyKnowledge',
		parameters: {
			resource: 'document',
			operation: 'createByFile',
			dataset_id: { __rl: true, mode: 'id', value: '613515c7-e4e1-478d-9f45-3e415417b8af' },
			waitForIndexing: false,
		},
		credential: { domain, apiKey: 'dataset-example', ignoreSslIssues: true },
		input: [{ json: {}, binary: { data: file } }],
	});
}

async function figure(): Promise<Row[]> {
	// In a process of their own: putting them there takes memory too, which would count as idle.
	const { small, big } = await run<Record<'small' | 'big', IBinaryData>>('files');
	const server = await serve('bare');
	await upload(server.url, small);
	const taken = await memoryOf(async () => await upload(server.url, big));
	server.stop();
	const against = { bar: '< 60 MB', met: taken.over < 60 };
	return [row("Peak memory of an upload of 1 GiB from n8n's binary store", memoryText(taken), against)];
}

void report(figure());
