import { DifyError } from './error';

/**
 * The proxy for an address, as the environment names it at this moment, by n8n's rule: `HTTP_PROXY` or `HTTPS_PROXY` by
 * the address's scheme, else `ALL_PROXY`; `NO_PROXY` lists hosts (with their subdomains), `host:port` or `*`. Lower case wins.
 *
 * @throws {DifyError} `proxy_refused` when it names no proxy address
 */
export function proxyFor(url: string): string | undefined {
	const scheme = url.slice(0, url.indexOf(':'));
	const proxy = read(`${scheme}_proxy`) || read('all_proxy');
	if (!proxy) return undefined;
	const { hostname, port } = new URL(url);
	if (isExempt(hostname, port || (scheme === 'https' ? '443' : '80'))) return undefined;
	const address = proxy.includes('://') ? proxy : `http://${proxy}`;
	if (URL.canParse(address) && /^(?:https?|socks5?):$/.test(new URL(address).protocol)) return address;
	throw new DifyError(`The environment's proxy for ${scheme} is not a proxy address`, {
		code: 'proxy_refused',
		unsent: true,
	});
}

function read(name: string): string {
	return (process.env[name] || process.env[name.toUpperCase()] || '').trim();
}

function isExempt(host: string, port: string): boolean {
	const entries = read('no_proxy')
		.toLowerCase()
		.split(/[,\s]+/)
		.filter(Boolean);
	return entries.some((entry) => {
		const [, name, onlyPort] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? [];
		const domain = name.replace(/^\*?\./, '');
		return entry === '*' || ((!onlyPort || onlyPort === port) && (host === domain || host.endsWith(`.${domain}`)));
	});
}
