/** What `npm start` shows: where it lives, which Dify it talks to, and what it imports into n8n. */
const { createHash, randomBytes } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { cache } = require('./cache');
const { tryLock } = require('./lock');
const { answering, freePort } = require('./n8n');
const { root } = require('./package');
const { Failure, start } = require('./processes');

const documents = () => realpathSync(join(root, 'node_modules', 'undici', 'docs'));

/** An n8n home that is kept from start to start, and its port; others while the first are in use. */
function claimHome(number = 1) {
	const home = join(cache, number === 1 ? 'home' : `home-${number}`);
	const release = tryLock(`${home}.lock`);
	if (!release) return claimHome(number + 1);
	process.on('exit', release);
	return { home, port: 15677 + number };
}

/** What is remembered in a home: the owner's login and which workflows were imported. */
function memory(home) {
	const file = join(home, 'demo.json');
	const values = existsSync(file)
		? JSON.parse(readFileSync(file, 'utf8'))
		: { email: 'demo@example.com', password: `Demo-${randomBytes(6).toString('hex')}`, imported: {} };
	const save = () => {
		mkdirSync(home, { recursive: true });
		writeFileSync(file, JSON.stringify(values, null, 2), { mode: 0o600 });
	};
	save();
	return { ...values, save };
}

/** The Dify server named in the environment, if one is. Nobody tells how many requests it has received. */
function difyOfEnvironment() {
	const names = ['DIFY_URL', 'DIFY_DATASET_KEY', 'DIFY_CHAT_KEY'];
	const missing = names.filter((name) => !process.env[name]);
	if (missing.length === names.length) return undefined;
	if (missing.length > 0) throw new Failure(`To use your own Dify, set ${names.join(', ')}. Missing: ${missing.join(', ')}.`);
	const [url, datasetKey, chatKey] = names.map((name) => process.env[name]);
	const keys = { datasetKey, chatKey, chatflowKey: process.env.DIFY_HUMAN_KEY ?? chatKey };
	return { url, ...keys, name: `Dify at ${url}`, requests: async () => undefined };
}

async function emulatedDify(home) {
	const port = await freePort();
	const log = join(home, 'emulator.log');
	const flags = ['--port', String(port), '--indexing-ms', '100', '--token-ms', '15'];
	const child = start(process.execPath, ['--import', 'tsx', join(root, 'test', 'emulator', 'main.ts'), ...flags], { cwd: root, log });
	const url = `http://127.0.0.1:${port}`;
	await answering(url, child, { log });
	const keys = { datasetKey: 'dataset-example', chatKey: 'app-chat-example', chatflowKey: 'app-chatflow-human-example' };
	const requests = async () => (await (await fetch(`${url}/_emulator/requests`)).json()).length;
	return { url, ...keys, name: 'the Dify emulator of this repository', requests };
}

/** n8n publishes no workflow that waits for a choice: the key of another service, or an entry of a list. */
const isComplete = ({ nodes }) =>
	nodes.every(({ credentials = {}, parameters }) => {
		const isChosen = Object.values(parameters).every((value) => value?.__rl !== true || value.value !== '');
		return isChosen && Object.keys(credentials).every((type) => type === 'difyApi');
	});

/** Brings credentials and workflows into n8n. A workflow that was edited there stays as it is until its file changes. */
async function importAll(rest, dify, { imported, save }) {
	const credential = (name, apiKey) => rest.saveCredential({ name, type: 'difyApi', data: { domain: dify.url, apiKey } });
	await credential('Dify knowledge key', dify.datasetKey);
	await credential('Dify app key', dify.chatKey);
	await credential('Dify chatflow key', dify.chatflowKey);
	const secret = { name: 'x-ingestion-secret', value: randomBytes(16).toString('hex') };
	await rest.saveCredential({ name: 'Ingestion secret', type: 'httpHeaderAuth', data: secret });
	const own = { folder: documents(), n8n: rest.url };
	for (const file of readdirSync(join(root, 'workflows')).filter((name) => name.endsWith('.json'))) {
		const workflow = JSON.parse(readFileSync(join(root, 'workflows', file), 'utf8'));
		const settings = workflow.nodes.find(({ name }) => name === 'Settings');
		for (const setting of settings?.parameters.assignments.assignments ?? []) {
			if (setting.name in own) setting.value = own[setting.name];
		}
		const version = createHash('sha256').update(JSON.stringify(workflow)).digest('hex');
		if (imported[workflow.id] === version && (await rest.hasWorkflow(workflow.id))) continue;
		await rest.saveWorkflow(workflow);
		if (isComplete(workflow)) await rest.publish(workflow.id);
		imported[workflow.id] = version;
	}
	save();
}

module.exports = { claimHome, difyOfEnvironment, documents, emulatedDify, importAll, memory };
