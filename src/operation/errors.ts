import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';

import { sendForJson } from '../transport/client';
import { DifyError } from '../transport/error';
import { APP_MODE_CODES, advise, type Facts } from './advice';
import { connect } from './connect';
import { InputError, type Operation } from './types';

interface Where {
	n8n: IExecuteFunctions;
	item: number;
	operation: Operation;
}

/** Anything thrown while an item was worked on, as n8n's own kind: what happened, and what to do next. */
export async function toNodeError(thrown: unknown, { n8n, item, operation }: Where): Promise<NodeApiError | NodeOperationError> {
	if (thrown instanceof NodeApiError || thrown instanceof NodeOperationError) return thrown;
	if (thrown instanceof InputError) {
		const { message, description } = thrown;
		return new NodeOperationError(n8n.getNode(), message, { description, itemIndex: item });
	}
	if (!(thrown instanceof DifyError)) {
		return new NodeOperationError(n8n.getNode(), thrown as Error, {
			itemIndex: item,
			description: 'This should not happen. Please report it with the steps that lead here.',
		});
	}
	const { message, description } = advise(await factsOf(thrown, n8n, item, operation));
	const details = [thrown.message, thrown.code, thrown.url].filter(Boolean);
	const httpCode = thrown.status === undefined ? undefined : String(thrown.status);
	const error = new NodeApiError(n8n.getNode(), detailsOf(thrown) as JsonObject, {
		message,
		description,
		httpCode,
		itemIndex: item,
	});
	// n8n words some network codes itself, and worse.
	error.message = message;
	error.messages = details.map(String);
	return error;
}

/** An error whose description says all: n8n puts nothing else into the trigger's stream. */
export function spoken<E extends NodeApiError | NodeOperationError>(error: E): E {
	error.description = `${error.message.replace(/[.!?]?$/, (end) => end || '.')} ${error.description ?? ''}`.trim();
	return error;
}

/**
 * The item that stands for a failed one under Continue On Fail. n8n takes an item for one of the error output only by an
 * `error` with nothing but `message` and `details` beside it, and throws the rest away where the item has an error object.
 */
export function toErrorItem(
	error: NodeApiError | NodeOperationError,
	thrown: unknown,
	item: number,
): INodeExecutionData {
	const details = { description: error.description, ...(thrown instanceof DifyError && detailsOf(thrown)) };
	return { json: { error: error.message, details }, pairedItem: { item } };
}

function detailsOf({ code, status, version, url, message, partial }: DifyError): IDataObject {
	return { code, status, dify_message: message, dify_version: version, url, ...(partial as IDataObject) };
}

async function factsOf(error: DifyError, n8n: IExecuteFunctions, item: number, { since, until }: Operation): Promise<Facts> {
	const mayDepend = error.code === 'unauthorized' || APP_MODE_CODES.includes(error.code);
	const connection = mayDepend ? await connect(n8n, item).catch(() => undefined) : undefined;
	if (!connection) return { error, since, until };
	const keyKind = /^(app|dataset)-/.exec(connection.apiKey.trim())?.[1] as Facts['keyKind'];
	const asksMode = APP_MODE_CODES.includes(error.code);
	const info = asksMode
		? ((await sendForJson({ ...connection, retries: 0 }, { method: 'GET', path: '/info' }).catch(() => ({}))) as IDataObject)
		: {};
	return { error, since, until, keyKind, mode: typeof info.mode === 'string' ? info.mode : undefined };
}
