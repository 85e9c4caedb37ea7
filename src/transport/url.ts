import { isIP } from 'node:net';

import { DifyError } from './error';

/**
 * The API root (`https://host[:port][/prefix]/v1`) for a domain as people paste it: with or without scheme, `/v1`,
 * trailing slash, port, path prefix, query, or a whole endpoint address. Without a scheme, public names get https;
 * loopback, private addresses and names without a dot (a container's name) get http.
 *
 * @throws {DifyError} `domain_invalid`
 */
export function apiRoot(domain: string): string {
	const text = domain.trim().replace(/^["'<]+|["'>]+$/g, '');
	const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `${isLocal(text) ? 'http' : 'https'}://${text}`;
	const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
	if (!text || !url?.hostname || !/^https?:$/.test(url.protocol) || url.username || url.password) {
		throw new DifyError(`The domain '${text}' is not a web address`, { code: 'domain_invalid' });
	}
	const path = url.pathname.replace(/\/v1(?:\/.*)?$/, '').replace(/\/+$/, '');
	return `${url.origin}${path}/v1`;
}

/** `/datasets/{dataset_id}` with values, each encoded as one segment. Empty, `.` and `..` segments are refused. */
export function expandPath(template: string, values: Record<string, unknown>): string {
	return template.replace(/\{(\w+)\}/g, (_, name: string) => {
		const value = String(values[name] ?? '').trim();
		if (!value || value === '.' || value === '..') {
			throw new DifyError(`The address needs a value for ${name}`, { code: 'invalid_param' });
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

function isLocal(text: string): boolean {
	const host = /^\[.*?\]|^[^/:?#]+/.exec(text)?.[0].replace(/[[\]]/g, '') ?? '';
	if (!isIP(host)) return !host.includes('.') || /\.(?:local|localhost|internal|lan)$/i.test(host);
	return /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd])/i.test(host);
}
