import type { IDataObject } from 'n8n-workflow';
import { Agent, request } from 'undici';

import type { Connection } from '../../src/transport/client';
import { sendForJson } from '../built';
import { itemsOf, itemsOfInstead } from '../engine';
import { report, serve } from '../processes';
import { inTurn, median, ratesOf, ratio, type Contender } from '../rates';
import { row, times, type Row } from '../table';

const DATASET = '613515c7-e4e1-478d-9f45-3e415417b8af';
const KEY = 'dataset-example';

const optionsFor = (domain: string, count: number, concurrency: number) => ({
	node: 'difyKnowledge',
	parameters: {
		resource: 'dataset',
		operation: 'get',
		dataset_id: { __rl: true, mode: 'id', value: DATASET },
		options: { concurrency },
	},
	credential: { domain, apiKey: KEY, ignoreSslIssues: true },
	input: Array.from({ length: count }, () => ({ json: {} })),
});

/** What a node can do without a transport of its own, in the same engine with the same parameters. */
const byHelper = (url: string): Contender => async (count, inFlight) => {
	await itemsOfInstead(optionsFor(url, count, inFlight), async (n8n) =>
		await inTurn(count, inFlight, async (item) => {
			const id = String(n8n.getNodeParameter('dataset_id', item, '', { extractValue: true }));
			const answer = await n8n.helpers.httpRequestWithAuthentication.call(n8n, 'difyApi', {
				url: `${url}/v1/datasets/${id}`,
				headers: { authorization: `Bearer ${KEY}` },
				skipSslCertificateValidation: true,
			});
			return { json: answer as IDataObject, pairedItem: { item } };
		}),
	);
};

const byNode = (url: string): Contender => async (count, inFlight) => await itemsOf(optionsFor(url, count, inFlight));

/** The least that a pooled request can cost. */
function byUndici(url: string): Contender {
	const dispatcher = new Agent({ connections: 10, connect: { rejectUnauthorized: false } });
	const headers = { authorization: `Bearer ${KEY}` };
	return async (count, inFlight) =>
		await inTurn(count, inFlight, async () => {
			const { body } = await request(`${url}/v1/datasets/${DATASET}`, { dispatcher, headers });
			return await body.json();
		});
}

function byTransport(domain: string): Contender {
	const settings = { maxConnections: 10, keepAlive: 30, ignoreSslIssues: true, idleTimeout: 60, retries: 3 };
	const connection: Connection = { domain, apiKey: KEY, ...settings };
	const path = `/datasets/${DATASET}`;
	return async (count, inFlight) =>
		await inTurn(count, inFlight, async () => await sendForJson(connection, { method: 'GET', path }));
}

async function figure(): Promise<Row[]> {
	const server = await serve('bare');
	const contenders = {
		helper: { count: 50, run: byHelper(server.url) },
		undici: { count: 500, run: byUndici(server.url) },
		transport: { count: 500, run: byTransport(server.url) },
		node: { count: 500, run: byNode(server.url) },
	};
	const rows: Row[] = [];
	for (const [inFlight, where] of [[1, 'in series'], [10, '10 in flight']] as const) {
		const { helper, undici, transport, node } = await ratesOf(contenders, inFlight);
		const rate = (values: number[]) => `${Math.round(median(values))} requests/s`;
		const [gain, cost] = [ratio(node, helper), ratio(undici, transport)];
		rows.push(
			row(`https, ${where}: n8n's own HTTP helper`, rate(helper)),
			row(`https, ${where}: bare \`undici.request\``, rate(undici)),
			row(`https, ${where}: this package's transport`, `${rate(transport)}, ${times(cost)} the time of undici`, {
				bar: '≤ 1.25×',
				met: cost <= 1.25,
			}),
			row(`https, ${where}: *Get Knowledge Base*, an item each`, `${rate(node)}, ${times(gain)} the helper`, {
				bar: '≥ 10×',
				met: gain >= 10,
			}),
		);
	}
	server.stop();
	return rows;
}

void report(figure());
