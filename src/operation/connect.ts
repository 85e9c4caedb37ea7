import {
	assertUrlAllowed,
	getCredentialOwnRequestAllowedDomains,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
} from 'n8n-workflow';

import type { Connection } from '../transport/client';
import { DifyError } from '../transport/error';

export const CREDENTIAL = 'difyApi';

/** The connection that a node's credential describes, under n8n's egress policy. */
export async function connect(n8n: IExecuteFunctions | ILoadOptionsFunctions, item = 0): Promise<Connection> {
	const credential =
		'getInputData' in n8n
			? await n8n.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL, item)
			: await n8n.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	return { ...connectionOf(credential), egress: n8n.helpers.getSecureEgressFilter?.() };
}

/** What the credential says, with the defaults of fields that older credentials lack, bound to its allowed domains. */
export function connectionOf(credential: ICredentialDataDecryptedObject): Connection {
	const number = (name: string, fallback: number) => Number(credential[name] ?? fallback);
	const allowedDomains = getCredentialOwnRequestAllowedDomains?.(credential);
	return {
		domain: String(credential.domain ?? ''),
		apiKey: String(credential.apiKey ?? ''),
		maxConnections: number('maxConnections', 100),
		keepAlive: number('keepAlive', 30),
		idleTimeout: number('idleTimeout', 60),
		retries: number('retries', 3),
		ignoreSslIssues: credential.ignoreSslIssues === true,
		assertAllowed(url) {
			try {
				assertUrlAllowed?.({ url, allowedDomains });
			} catch (error) {
				throw notAllowed(url, error);
			}
		},
	};
}

function notAllowed(url: string, cause: unknown): DifyError {
	const message = `The credential does not allow requests to ${new URL(url).host}`;
	return new DifyError(message, { code: 'domain_not_allowed', url, unsent: true, cause });
}
