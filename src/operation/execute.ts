import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { DifyError } from '../transport/error';
import { firstOf } from '../transport/limit';
import { concernsAll } from './advice';
import { assertMode } from './app';
import { createCall, type Shared } from './call';
import { connect } from './connect';
import { spoken, toErrorItem, toNodeError } from './errors';
import { inOrder } from './inOrder';
import { assertHeeded, buildRequest, splitRoute } from './request';
import type { Call, Json, Next, Operation, Output, OutputOf, Request, Resource, Trait } from './types';

/**
 * Runs the chosen operation for every input item: at most `Concurrency` at a time, output in the order of the input.
 * The first failing item stops the others, unless `continueOnFail`: then it yields `{ error, … }` in its place, and so do
 * those after it where the reason concerns all, without a request.
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

	let done = 0;
	let ended: { described: Awaited<ReturnType<typeof toNodeError>>; error: unknown } | undefined;
	const guarded = async (item: number, work: () => Promise<INodeExecutionData[]>): Promise<INodeExecutionData[]> => {
		if (ended) return [toErrorItem(ended.described, ended.error, item)];
		try {
			return await work();
		} catch (error) {
			const described = await toNodeError(error, { n8n, item, operation });
			if (concernsAll(error)) {
				described.description = `${described.description ?? ''} ${done} of ${items.length} items were done before.`.trim();
				ended ??= { described, error };
			}
			if (continueOnFail && !cancelled?.aborted) {
				if (speaks(n8n, operation, item)) n8n.sendChunk('error', item, described.message);
				return [toErrorItem(described, error, item)];
			}
			failed.abort();
			throw n8n.isStreaming?.() ? spoken(described) : described;
		}
	};
	const { runAll } = operation;
	if (runAll) {
		let outputs: OutputOf[] = [];
		const results = await guarded(0, async () => {
			const connection = await connect(n8n);
			outputs = await runAll(items.map((_, item) => createCall(n8n, item, connection, signal, shared)));
			return [];
		});
		done = outputs.filter(({ error }) => error === undefined).length;
		for (const { item, error, ...output } of outputs) {
			const list = error === undefined ? paired(output, item) : await guarded(item, async () => await Promise.reject(error));
			results.push(...list);
		}
		return [results];
	}

	const runItem = async (item: number): Promise<INodeExecutionData[]> => {
		return await guarded(item, async () => {
			const call = createCall(n8n, item, await connect(n8n, item), signal, shared);
			const output = await run(operation, call);
			done += 1;
			return paired(output, item);
		});
	};

	const concurrency = Number(n8n.getNodeParameter('options.concurrency', 0, 1));
	return [(await inOrder(items.length, concurrency, signal, runItem)).flat()];
}

/** The exchange, or what stands in its place, with the traits around it. */
export async function run(operation: Operation, call: Call): Promise<Output> {
	const exchange = async (request: Request): Promise<Output> => {
		if (operation.run) return await operation.run(call);
		const answer = await answerOf(operation, request, call);
		assertHeeded(operation, call);
		return { json: operation.output ? operation.output(answer) : answer };
	};
	const wrap = (next: Next, trait: Trait): Next => {
		return async (request, started) => await trait.run(call, request, next, started);
	};
	if (operation.modes) await assertMode(operation.modes, call);
	const [method, path] = splitRoute(operation.route);
	const request = operation.run ? { method, path } : await buildRequest(operation, call);
	assertHeeded(operation, call);
	return await (operation.traits ?? []).reduceRight<Next>(wrap, exchange)(request);
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
