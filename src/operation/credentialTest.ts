import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';

import { sendForJson, type Connection } from '../transport/client';
import { DifyError } from '../transport/error';
import { egressIsProtected } from '../transport/pool';
import { advise } from './advice';
import { connectionOf } from './connect';
import type { Json } from './types';

/** `methods.credentialTest`: what the key opens, or what is wrong with it or the domain, in words. */
export async function difyApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	if (egressIsProtected()) {
		const message = "n8n's SSRF protection is on and does not cover this test. Save the credential and run a Dify node to check it.";
		return { status: 'Error', message };
	}
	try {
		const connection = { ...connectionOf(credential.data ?? {}), retries: 0, idleTimeout: 15 };
		const isKnowledgeKey = connection.apiKey.trim().startsWith('dataset-');
		return { status: 'OK', message: await (isKnowledgeKey ? testKnowledgeKey : testAppKey)(connection) };
	} catch (error) {
		return { status: 'Error', message: explained(error) };
	}
}

async function testKnowledgeKey(connection: Connection): Promise<string> {
	const { total } = await get(connection, '/datasets', { page: 1, limit: 1 });
	return `The knowledge key works; it opens ${Number(total)} knowledge bases`;
}

async function testAppKey(connection: Connection): Promise<string> {
	const { name, mode } = await get(connection, '/info');
	return `The app key works; it opens the app '${String(name)}'${mode ? ` (${String(mode)})` : ''}`;
}

async function get(connection: Connection, path: string, query: Json = {}): Promise<Json> {
	return (await sendForJson(connection, { method: 'GET', path, query, timeout: 30 })) as Json;
}

function explained(error: unknown): string {
	if (!(error instanceof DifyError)) return error instanceof Error ? error.message : String(error);
	if (error.status !== undefined && error.version === undefined && !['proxy_cut', 'redirected'].includes(error.code)) {
		return elsewhere(error);
	}
	const { message, description } = advise({ error });
	return `${message}. ${description}`;
}

/** Every Dify answer carries its version, so an answer without one comes from something else. */
function elsewhere({ url = '', status }: DifyError): string {
	const address = url.split(' ')[1]?.replace(/\/(?:info|datasets)$/, '') ?? '';
	return `Something answers at '${address}' (HTTP ${status}), but it is not the Dify API. Enter the address that Dify shows under API Access, up to and including /v1: for the cloud https://api.dify.ai/v1, not https://cloud.dify.ai.`;
}
