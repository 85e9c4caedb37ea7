import { types } from 'node:util';

import { DifyError, type TransportCode } from './error';

/** Seconds that the messages name. */
export interface Deadlines {
	idle: number;
	connect: number;
}

type Meaning = [code: TransportCode, message: string, unsent?: boolean];

/** What undici, Node or a stream threw as a {@link DifyError}; of the original only words are kept, which are harmless. */
export function networkError(caught: unknown, deadlines: Deadlines): DifyError {
	if (caught instanceof DifyError) return caught;
	const cause = rootCause(caught);
	const [code, message, unsent] = meaning(cause, deadlines);
	return new DifyError(message, { code, unsent });
}

/** Whether a look-up was refused by a rule and did not just find nothing. */
export function isDnsFailure(error: NodeJS.ErrnoException): boolean {
	return error.syscall === 'getaddrinfo' || /^(?:ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL|ETIMEOUT)$/.test(error.code ?? '');
}

function meaning(cause: NodeJS.ErrnoException, deadlines: Deadlines): Meaning {
	const { code = '', message, syscall } = cause;
	if (/^Proxy (?:response|Authentication)/.test(message))
		return ['proxy_refused', `The proxy refused: ${message}`, true];
	if (isDnsFailure(cause)) return ['dns_failed', `The name of the server could not be looked up (${code})`, true];
	if (isTls(code)) return ['tls_failed', `No secure connection: ${tlsReason(code, message)}`];
	if (syscall === 'connect') return connectMeaning(code, message, deadlines);
	if (code === 'UND_ERR_CONNECT_TIMEOUT') return noConnection(deadlines);
	if (code === 'UND_ERR_HEADERS_TIMEOUT')
		return ['idle_timeout', `The server sent nothing for ${deadlines.idle} seconds`];
	if (code === 'UND_ERR_BODY_TIMEOUT') {
		return ['idle_timeout', `The server went silent for ${deadlines.idle} seconds in the middle of its answer`];
	}
	if (/Expected HTTP\/|Invalid HTTP version/.test(message)) return ['not_dify', 'The address answers, but not in HTTP'];
	return ['connection_lost', `The connection broke off (${message})`];
}

function connectMeaning(code: string, message: string, deadlines: Deadlines): Meaning {
	if (code === 'ETIMEDOUT') return noConnection(deadlines);
	return ['connection_refused', `Nothing answers at this address (${message})`, true];
}

function noConnection({ connect }: Deadlines): Meaning {
	return ['connection_timeout', `The server did not accept a connection within ${connect} seconds`, true];
}

function isTls(code: string): boolean {
	return /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/.test(code);
}

function tlsReason(code: string, message: string): string {
	if (/WRONG_VERSION|PACKET_LENGTH/.test(code + message))
		return 'the server does not speak TLS on this port, try http://';
	return /^(?:EPROTO|ERR_SSL)/.test(code) ? code : message;
}

/** The first of several attempts (IPv6, IPv4) speaks for all; wrappers without a code of their own say nothing. */
function rootCause(caught: unknown): NodeJS.ErrnoException {
	const error = asError(caught);
	const inner = error.errors?.[0] ?? (error.code ? undefined : error.cause);
	return types.isNativeError(inner) ? rootCause(inner) : error;
}

/** Not by `instanceof`, which knows only the errors of its own realm. */
export function asError(caught: unknown): NodeJS.ErrnoException & { errors?: unknown[] } {
	return types.isNativeError(caught) ? caught : new Error(String(caught));
}
