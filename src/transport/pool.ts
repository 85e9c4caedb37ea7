import type { LookupFunction } from 'node:net';
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** n8n's egress policy (SSRF protection), as its `getSecureEgressFilter()` gives it. */
export interface EgressFilter {
	validateUrl(url: string): Promise<{ ok: true } | { ok: false; error: Error }>;
	createSecureLookup(): LookupFunction;
}

export interface PoolSettings {
	/** Sockets per server; further requests queue. */
	maxConnections: number;
	/** Seconds an idle socket stays open. */
	keepAlive: number;
	/** Accept any certificate. */
	ignoreSslIssues: boolean;
	egress?: EgressFilter;
}

const CONNECT_TIMEOUT_MS = 10_000;
const pools = new Map<string, Dispatcher>();
const filterIds = new WeakMap<EgressFilter, number>();
let filters = 0;

/**
 * The process-wide pool for these settings, shared by all nodes and executions. Idle sockets do not keep the process
 * alive, close after `keepAlive`, and leave nothing behind in the pool.
 */
export function poolFor(settings: PoolSettings): Dispatcher {
	const proxy = proxyFromEnvironment();
	const { maxConnections, keepAlive, ignoreSslIssues, egress } = settings;
	const name = JSON.stringify([maxConnections, keepAlive, ignoreSslIssues, filterId(egress), proxy]);
	const existing = pools.get(name);
	if (existing) return existing;

	const tls = { rejectUnauthorized: !ignoreSslIssues };
	const options = {
		connections: maxConnections,
		keepAliveTimeout: keepAlive * 1000,
		keepAliveMaxTimeout: keepAlive * 1000,
		connect: { ...tls, timeout: CONNECT_TIMEOUT_MS, lookup: egress?.createSecureLookup() },
	};
	const pool = proxy
		? new EnvHttpProxyAgent({ ...options, ...proxy, requestTls: tls, proxyTunnel: false })
		: new Agent(options);
	pools.set(name, pool);
	return pool;
}

/** Whether n8n's SSRF protection is on, for contexts in which n8n offers no filter. */
export function egressIsProtected(): boolean {
	return process.env.N8N_SSRF_PROTECTION_ENABLED?.toLowerCase() === 'true';
}

/** Closes every pool at once; later requests make new ones. */
export async function closePools(): Promise<void> {
	const open = [...pools.values()];
	pools.clear();
	await Promise.all(open.map(async (pool) => await pool.close()));
}

function filterId(filter?: EgressFilter): number {
	if (!filter) return 0;
	if (!filterIds.has(filter)) filterIds.set(filter, ++filters);
	return filterIds.get(filter) ?? 0;
}

/** n8n's rule: scheme variables first, `ALL_PROXY` for both; lower case wins, as in curl. */
function proxyFromEnvironment() {
	const read = (name: string) => process.env[name.toLowerCase()] ?? process.env[name];
	const httpProxy = read('HTTP_PROXY') || read('ALL_PROXY');
	const httpsProxy = read('HTTPS_PROXY') || read('ALL_PROXY');
	return httpProxy || httpsProxy ? { httpProxy, httpsProxy, noProxy: read('NO_PROXY') ?? '' } : undefined;
}
