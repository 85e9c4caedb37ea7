import { isIP, isIPv6 } from 'node:net';

import { DifyError } from './error';

/** Bulk work asks for the same one with every request. */
const roots = new Map<string, string>();

/**
 * The API root (`https://host[:port][/prefix]/v1`) for a domain as people paste it: with or without scheme, `/v1`,
 * trailing slash, port, path prefix, query, or a whole endpoint address. Without a scheme, public names get https;
 * loopback, private addresses and names without a dot (a container's name) get http.
 *
 * @throws {DifyError} `domain_invalid`
 */
export function apiRoot(domain: string): string {
	const known = roots.get(domain);
	if (known) return known;
	const root = rootOf(domain);
	roots.set(domain, root);
	return root;
}

function rootOf(domain: string): string {
	const text = domain.replace(/^[\s"'`“”<]+|[\s"'`“”>]+$/g, '');
	if (!text) throw unusable('The domain is empty');
	const url = parse(text);
	if (url?.username || url?.password) throw unusable('The domain holds a user name or password; enter it without');
	if (!url?.hostname || !/^https?:$/.test(url.protocol)) throw unusable(`The domain '${text}' is not a web address`);
	const path = url.pathname.replace(/(.*)\/v1(?:\/.*)?$/, '$1').replace(/\/+$/, '');
	return `${url.origin}${path}/v1`;
}

/**
 * `/datasets/{dataset_id}` with values, each encoded as one segment. Empty, `.` and `..` segments are refused.
 *
 * @throws {DifyError} `invalid_param`
 */
export function expandPath(template: string, values: Record<string, unknown>): string {
	return template.replace(/\{(\w+)\}/g, (_, name: string) => {
		const value = String(values[name] ?? '').trim();
		if (!value || value === '.' || value === '..' || /\p{Surrogate}/u.test(value)) {
			throw new DifyError(`The address needs a value for ${name}`, { code: 'invalid_param', unsent: true });
		}
		return encodeURIComponent(value);
	});
}

/** Query text with arrays as repeated keys, as Dify reads them; null and undefined are left out. */
export function queryString(query: Record<string, unknown>): string {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		for (const each of Array.isArray(value) ? value : [value]) {
			if (each !== undefined && each !== null) search.append(name, String(each));
		}
	}
	const text = search.toString();
	return text && `?${text}`;
}

function parse(text: string): URL | undefined {
	const address = isIPv6(text) ? `[${text}]` : text.replace(/^\/+/, '');
	if (/^[a-z][a-z\d+.-]*:\/[^/]/i.test(address)) return undefined;
	const complete = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `${schemeFor(address)}://${address}`;
	return URL.canParse(complete) ? new URL(complete) : undefined;
}

function schemeFor(address: string): 'http' | 'https' {
	const [, bracketed, name = '', port] = /^(?:\[(.*?)\]|([^/:?#]+))(?::(\d+))?/.exec(address) ?? [];
	if (port === '443') return 'https';
	return port === '80' || isLocal(bracketed ?? name) ? 'http' : 'https';
}

function isLocal(host: string): boolean {
	if (!isIP(host)) return !host.includes('.') || /\.(?:local|localhost|internal|lan|home|corp)$/i.test(host);
	return /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0$|::1$|f[cd]|fe80)/i.test(host);
}

function unusable(message: string): DifyError {
	return new DifyError(message, { code: 'domain_invalid', unsent: true });
}
