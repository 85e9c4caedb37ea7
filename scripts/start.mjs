/** `npm start`: n8n with these nodes, the example workflows and a Dify to talk to, from nothing. `-- --once` ends after the answer. */
import { n8n } from './lib/cache.js';
import { claimHome, difyOfEnvironment, documents, emulatedDify, importAll, memory } from './lib/demo.js';
import { launch } from './lib/n8n.js';
import { installInto, prepare } from './lib/package.js';
import { Failure, main } from './lib/processes.js';
import { Rest } from './lib/rest.js';

const question = 'How can I retry failed requests automatically?';
const chat = '/webhook/dify-chatbot-with-citations/chat';
const form = '/form/dify-human-approval';
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Runs the ingestion; says what became of the files, and what that took. */
async function ingest(rest, dify, title) {
	const before = await dify.requests();
	const began = Date.now();
	const nodes = await rest.runWorkflow('dify-scheduled-ingestion', 'Run Now');
	const took = seconds(began);
	const { knowledge_base: base, chunks, ...counts } = nodes.Summary[0].json;
	const outcomes = ['created', 'updated', 'skipped', 'failed'].map((outcome) => `${counts[outcome]} ${outcome}`).join(', ');
	const requests = before === undefined ? '' : `${(await dify.requests()) - before} requests, `;
	console.log(`${title} Markdown manuals of undici into "${base}": ${outcomes}; ${chunks} chunks written (${requests}${took})`);
}

async function ask(rest) {
	const answer = await fetch(rest.url + chat, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ action: 'sendMessage', sessionId: `demo-${Date.now()}`, chatInput: question }),
	});
	if (!answer.ok) await rest.lastRun('dify-chatbot-with-citations');
	const { output, citations = [] } = await answer.json();
	console.log(`\nQuestion   ${question}\nAnswer     ${output.replaceAll('\n', '\n           ')}`);
	for (const { position, document_name: name, score, content } of citations) {
		const excerpt = content.replace(/\s+/g, ' ').slice(0, 90);
		console.log(`${position === 1 ? 'Citations ' : '          '} ${position}. ${name}, score ${score?.toFixed(2)}: ${excerpt} …`);
	}
	if (citations.length === 0) {
		console.log('Citations  none. In Dify, attach the knowledge base to the app and switch on "Citations and Attributions" for it.');
	}
}

async function demonstrate() {
	const began = Date.now();
	if (process.platform === 'win32') throw new Failure('On Windows, run this inside WSL.');
	const named = difyOfEnvironment();
	await prepare();
	const installation = await n8n();
	const { home, port } = claimHome();
	await installInto(home);
	const owner = memory(home);
	console.log(`Starting n8n and ${named ? 'connecting it to' : 'an emulator of'} Dify …`);
	const [dify, server] = await Promise.all([
		named ?? emulatedDify(home),
		launch(installation, { home, port, readable: documents() }),
	]);
	const rest = new Rest(server.url, installation.modules);
	await rest.signIn(owner);
	await importAll(rest, dify, owner);
	console.log(`n8n is ready after ${seconds(began)}; running two of the workflows against ${dify.name}.`);
	await ingest(rest, dify, '\nFirst run ');
	await ingest(rest, dify, 'Second run');
	await ask(rest);
	console.log(`\nEditor     ${server.url}\nLogin      ${owner.email}\nPassword   ${owner.password}\nChat page  ${server.url}${chat}\nForm page  ${server.url}${form}`);
	if (!named) console.log(`Dify       ${dify.url} (emulator; keys ${dify.datasetKey} and ${dify.chatKey})`);
	if (process.argv.includes('--once')) return 0;
	console.log('\nCtrl-C ends everything.');
	await server.child.ended;
	throw new Failure(`n8n has ended. Its log: ${server.log}`);
}

await main(demonstrate, { interrupted: 0 });
