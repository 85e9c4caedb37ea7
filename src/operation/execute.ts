import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { DifyError } from '../transport/error';
import { firstOf } from '../transport/limit';
import { assertMode } from './app';
import { createCall, type Shared } from './call';
import { connect } from './connect';
import { spoken, toErrorItem, toNodeError } from './errors';
import { buildRequest } from './request';
import type { Call, Json, Operation, Output, Request, Resource, Trait } from './types';

/**
 * Runs the chosen operation for every input item: at most `Concurrency` at a time, output in the order of the input.
 * The first failing item stops the others, unless `continueOnFail`: then it yields `{ error, … }` in its place.
 *
 * @throws NodeApiError for what Dify or the network says, NodeOperationError for what the user entered
 */
export async function execute(
	n8n: IExecuteFunctions,
	resources: Resource[],
	continueOnFail: boolean,
): Promise<INodeExecutionData[][]> {
	const operation = chosen(n8n, resources);
	const items = n8n.getInputData();
	const shared: Shared = { made: new Map(), queues: new Map() };
	const failed = new AbortController();
	const cancelled = n8n.getExecutionCancelSignal?.();
	const signal = firstOf(failed.signal, ...(cancelled ? [cancelled] : []));

	const runItem = async (item: number): Promise<INodeExecutionData[]> => {
		try {
			const call = createCall(n8n, item, await connect(n8n, item), signal, shared);
			return paired(await run(operation, call), item);
		} catch (error) {
			const described = await toNodeError(error, { n8n, item, operation });
			if (continueOnFail && !cancelled?.aborted) {
				if (speaks(n8n, operation, item)) n8n.sendChunk('error', item, described.message);
				return [toErrorItem(described, error, item)];
			}
			failed.abort();
			throw n8n.isStreaming?.() ? spoken(described) : described;
		}
	};

	const concurrency = Number(n8n.getNodeParameter('options.concurrency', 0, 1));
	return [(await inOrder(items.length, concurrency, signal, runItem)).flat()];
}

/** The exchange with its traits around it. */
export async function run(operation: Operation, call: Call): Promise<Output> {
	const exchange = async (request: Request): Promise<Output> => {
		const answer = await answerOf(operation, request, call);
		return { json: operation.output ? operation.output(answer) : answer };
	};
	const wrap = (next: typeof exchange, trait: Trait): typeof exchange => {
		return async (request) => await trait.run(call, request, next);
	};
	if (operation.modes) await assertMode(operation.modes, call);
	return await (operation.traits ?? []).reduceRight(wrap, exchange)(await buildRequest(operation, call));
}

/** The answer to the request, or to what an older server has in its place. */
async function answerOf(operation: Operation, request: Request, call: Call): Promise<Json> {
	const answering = call.json(request);
	if (!operation.fallbacks || !(await isMissing(answering))) return await answering;
	for (const route of operation.fallbacks) {
		const { method, path } = await buildRequest({ ...operation, route }, call);
		const fallback = call.json({ ...request, method, path });
		if (!(await isMissing(fallback))) return await fallback;
	}
	return await answering;
}

async function isMissing(answering: Promise<Json>): Promise<boolean> {
	return await answering.then(
		() => false,
		(error) => error instanceof DifyError && ['endpoint_missing', 'method_not_allowed'].includes(error.code),
	);
}

/**
 * Results of `work(0)` … `work(count - 1)`, at most `limit` at a time. Once one fails no further one starts, and the first
 * reason is thrown when all that run have ended.
 */
async function inOrder<T>(
	count: number,
	limit: number,
	signal: AbortSignal,
	work: (index: number) => Promise<T>,
): Promise<T[]> {
	const results = new Array<T>(count);
	const reasons: unknown[] = [];
	let next = 0;
	const worker = async () => {
		while (next < count && !signal.aborted) {
			const index = next++;
			results[index] = await work(index);
		}
	};
	const workers = Array.from({ length: Math.max(1, Math.min(limit, count)) }, worker);
	await Promise.all(workers.map(async (running) => await running.catch((reason) => reasons.push(reason))));
	if (reasons.length) throw reasons[0];
	return results;
}

/** Whether a reader of the trigger's stream waits for this item's text. */
function speaks(n8n: IExecuteFunctions, { traits = [] }: Operation, item: number): boolean {
	const wanted = n8n.isStreaming?.() && traits.some((trait) => trait.speaks);
	return Boolean(wanted && n8n.getNodeParameter('options.enableStreaming', item, true));
}

function paired({ json, binary }: Output, item: number): INodeExecutionData[] {
	const list: Json[] = Array.isArray(json) ? json : [json];
	return list.map((each) => ({ json: each, ...(binary && { binary }), pairedItem: { item } }));
}

function chosen(n8n: IExecuteFunctions, resources: Resource[]): Operation {
	const [resource, operation] = ['resource', 'operation'].map((name) => n8n.getNodeParameter(name, 0));
	const found = resources
		.find(({ value }) => value === resource)
		?.operations.find(({ value }) => value === operation);
	if (found) return found;
	throw new NodeOperationError(n8n.getNode(), `This node has no operation '${String(operation)}' of '${String(resource)}'`, {
		description:
			'Choose a resource and an operation from the lists. The workflow may come from a newer version of this package.',
	});
}
