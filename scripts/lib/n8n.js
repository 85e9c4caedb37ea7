/** A running n8n of our own: loopback only, quiet, and without calls to anyone. */
const { mkdirSync } = require('node:fs');
const { createServer } = require('node:net');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Failure, start, tail } = require('./processes');

/** A free port of this machine, the wanted one if possible. */
async function freePort(wanted = 0) {
	const server = createServer();
	const listening = (port) =>
		new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server.address().port)));
	const port = await listening(wanted).catch(() => listening(0));
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Waits until `url` answers at all, as long as the process that should answer lives. */
async function answering(url, child, { log, seconds = 180, ok = () => true }) {
	let ended = false;
	child.ended.then(() => (ended = true));
	for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline && !ended; await sleep(200)) {
		const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
		if (answer && ok(answer)) return;
	}
	throw new Failure(`${url} does not answer. The last lines of ${log}:\n${tail(log)}`);
}

/** Settings of a person's own n8n must not reach this one. */
const foreign = /^(N8N|DB|EXECUTIONS|QUEUE|WEBHOOK|CREDENTIALS|NODES|GENERIC|NODE_ENV|NODE_OPTIONS|npm_)/;

const settings = (home, port, brokerPort, readable) => ({
	N8N_USER_FOLDER: home,
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_PORT: String(port),
	QUEUE_HEALTH_CHECK_ACTIVE: 'true',
	QUEUE_HEALTH_CHECK_PORT: String(port),
	N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
	N8N_RUNNERS_BROKER_PORT: String(brokerPort),
	N8N_SECURE_COOKIE: 'false',
	N8N_RESTRICT_FILE_ACCESS_TO: readable,
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

/** Starts n8n, or a worker by other `args`, with its data in the folder `home`; its workflows may read files under `readable`. */
async function launch({ node, env, modules }, { home, port, readable = home, args = ['start'], more = {} }) {
	mkdirSync(home, { recursive: true });
	const [ownPort, brokerPort] = [await freePort(port), await freePort()];
	const inherited = Object.fromEntries(Object.entries(env).filter(([key]) => !foreign.test(key)));
	const log = join(home, 'n8n.log');
	const child = start(node, [join(modules, 'n8n', 'bin', 'n8n'), ...args], {
		cwd: home,
		env: { ...inherited, ...settings(home, ownPort, brokerPort, readable), ...more },
		log,
	});
	const url = `http://127.0.0.1:${ownPort}`;
	await answering(`${url}/healthz/readiness`, child, { log, ok: (answer) => answer.ok });
	return { url, child, log };
}

module.exports = { answering, freePort, launch };
