import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';

import { DifyError } from './error';
import { isDnsFailure } from './network';
import { proxyFor } from './proxy';
import { undici } from './undici';

/** n8n's egress policy (SSRF protection), as its `getSecureEgressFilter()` gives it. */
export interface EgressFilter {
	validateUrl(url: string): Promise<{ ok: true } | { ok: false; error: Error }>;
	createSecureLookup(): LookupFunction;
}

export interface PoolSettings {
	/** Sockets per server; further requests queue. At least 1. */
	maxConnections: number;
	/** Seconds an idle socket stays open. */
	keepAlive: number;
	/** Accept any certificate. */
	ignoreSslIssues: boolean;
	/** Seconds until a connection with its TLS handshake must stand; default {@link CONNECT_TIMEOUT}. */
	connectTimeout?: number;
	/** One object per policy: pools are told apart by its identity. */
	egress?: EgressFilter;
}

export const CONNECT_TIMEOUT = 10;
const pools = new Map<string, Dispatcher>();
const filterIds = new WeakMap<EgressFilter, number>();
let filters = 0;

/**
 * The process-wide pool for these settings and the proxy that the environment names for this address, shared by all nodes
 * and executions. Idle sockets do not keep the process alive, close after `keepAlive`, and leave nothing behind in the pool.
 */
export function poolFor(settings: PoolSettings, url: string): Dispatcher {
	const proxy = proxyFor(url);
	const { maxConnections, keepAlive, ignoreSslIssues, connectTimeout, egress } = settings;
	const name = JSON.stringify([maxConnections, keepAlive, ignoreSslIssues, connectTimeout, filterId(egress), proxy]);
	const existing = pools.get(name);
	if (existing) return existing;

	const pool = proxy ? proxied(proxy, settings) : direct(settings);
	pools.set(name, pool);
	return pool;
}

/** Whether n8n's SSRF protection is on, for contexts in which n8n offers no filter. */
export function egressIsProtected(): boolean {
	return process.env.N8N_SSRF_PROTECTION_ENABLED?.toLowerCase() === 'true';
}

/** Closes every socket at once, those of running calls too; later calls make new pools. */
export async function closePools(): Promise<void> {
	const open = [...pools.values()];
	pools.clear();
	await Promise.all(open.map(async (pool) => await pool.destroy()));
}

function direct(settings: PoolSettings): Dispatcher {
	const { egress } = settings;
	const lookup = egress && refusingLookup(egress.createSecureLookup());
	const { Agent } = undici();
	return new Agent({ ...limits(settings), connect: { ...handshake(settings), lookup } });
}

/** Plain http goes to the proxy as it is, https through a tunnel. The proxy itself is the administrator's choice. */
function proxied(uri: string, settings: PoolSettings): Dispatcher {
	const { Pool, ProxyAgent } = undici();
	const tls = handshake(settings);
	// Without these factories undici drops the limits on the way to the proxy, and waits 300 s for a silent tunnel.
	const pool = (origin: string | URL, own: object) => new Pool(origin, { ...limits(settings), ...own });
	const tunnels = (origin: URL, own: object) => new Pool(origin, { ...own, headersTimeout: Math.ceil(tls.timeout) });
	return new ProxyAgent({
		...limits(settings),
		uri,
		proxyTunnel: false,
		requestTls: tls,
		proxyTls: tls,
		factory: pool,
		clientFactory: tunnels,
	});
}

function limits({ maxConnections, keepAlive }: PoolSettings) {
	const idle = Math.max(1, keepAlive * 1000);
	return { connections: Math.max(1, maxConnections), keepAliveTimeout: idle, keepAliveMaxTimeout: idle };
}

function handshake({ ignoreSslIssues, connectTimeout = CONNECT_TIMEOUT }: PoolSettings) {
	return { rejectUnauthorized: !ignoreSslIssues, timeout: connectTimeout * 1000 };
}

/** Tells a refusal by the policy from a name that is not known. */
function refusingLookup(lookup: LookupFunction): LookupFunction {
	return (hostname, options, callback) =>
		lookup(hostname, options, (error, address, family) =>
			callback(error && !isDnsFailure(error) ? blocked(error) : error, address, family),
		);
}

/** What the policy says of an address it does not allow. */
export function blocked(reason: Error): DifyError {
	return new DifyError(reason.message, { code: 'host_blocked', unsent: true });
}

function filterId(filter?: EgressFilter): number {
	if (!filter) return 0;
	if (!filterIds.has(filter)) filterIds.set(filter, ++filters);
	return filterIds.get(filter) ?? 0;
}
