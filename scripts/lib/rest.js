/** n8n's REST interface as its editor uses it. */
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Failure } = require('./processes');

class Rest {
	#cookie = '';
	#flatted;

	constructor(url, modules) {
		this.url = url;
		this.#flatted = createRequire(join(modules, 'n8n', 'package.json'))('flatted');
	}

	/** The `data` of an answer; a `Failure` with n8n's own words otherwise. */
	async call(method, path, body) {
		const answer = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { 'content-type': 'application/json', 'browser-id': 'n8n-nodes-dify-oapi', cookie: this.#cookie },
			body: body && JSON.stringify(body),
		});
		const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
		if (cookies.length > 0) this.#cookie = cookies.join('; ');
		const text = await answer.text();
		if (!answer.ok) throw new Failure(`n8n refused ${method} ${path} (${answer.status}): ${wordsOf(text)}`);
		const { data, ...rest } = JSON.parse(text);
		return data ?? rest;
	}

	/** Makes the owner of a new n8n, or signs in to a known one. */
	async signIn({ email, password }) {
		const { userManagement } = await this.call('GET', '/settings');
		if (userManagement.showSetupOnFirstLoad) {
			await this.call('POST', '/owner/setup', { email, password, firstName: 'Demo', lastName: 'Owner' });
		}
		await this.call('POST', '/login', { emailOrLdapLoginId: email, password });
	}

	/** Creates the credential or brings the one of that name up to date. Its id. */
	async saveCredential(credential) {
		const known = (await this.call('GET', '/credentials')).find(({ name }) => name === credential.name);
		const { id } = known ? await this.call('PATCH', `/credentials/${known.id}`, credential) : await this.call('POST', '/credentials', credential);
		return id;
	}

	async hasWorkflow(id) {
		return await this.call('GET', `/workflows/${id}`).then(
			() => true,
			() => false,
		);
	}

	/** Creates the workflow or replaces the one with its id. */
	async saveWorkflow(workflow) {
		if (await this.hasWorkflow(workflow.id)) await this.call('PATCH', `/workflows/${workflow.id}?forceSave=true`, workflow);
		else await this.call('POST', '/workflows', workflow);
	}

	/** Puts a saved workflow's triggers to work. */
	async publish(id) {
		const { versionId } = await this.call('GET', `/workflows/${id}`);
		await this.call('POST', `/workflows/${id}/activate`, { versionId });
	}

	/** Runs a workflow as the editor's button does. What each node gave: `{ nodeName: items[] }`. */
	async runWorkflow(id, trigger, seconds = 600) {
		const { executionId } = await this.call('POST', `/workflows/${id}/run`, { triggerToStartFrom: { name: trigger } });
		return await this.executionResult(executionId, seconds);
	}

	/** What the nodes gave when the workflow ran last; the reason as a `Failure` if that did not succeed. */
	async lastRun(workflowId) {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.call('GET', `/executions?filter=${filter}&limit=1`);
		return await this.executionResult(results[0].id);
	}

	async executionResult(id, seconds = 60) {
		for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(300)) {
			const execution = await this.call('GET', `/executions/${id}`);
			if (['new', 'running', 'waiting'].includes(execution.status)) continue;
			const { resultData } = this.#flatted.parse(execution.data);
			if (execution.status !== 'success') throw new Failure(explain(execution, resultData));
			return Object.fromEntries(
				Object.entries(resultData.runData).map(([node, runs]) => [node, runs.flatMap((each) => each.data?.main?.flat() ?? []).filter(Boolean)]),
			);
		}
		throw new Failure(`Execution ${id} did not end within ${seconds} s.`);
	}
}

function wordsOf(text) {
	try {
		return JSON.parse(text).message;
	} catch {
		return text.slice(0, 300);
	}
}

function explain({ id, status }, { error, lastNodeExecuted }) {
	const words = [error?.message, error?.description].filter(Boolean).join(' ');
	return `Execution ${id} ended with status "${status}" at the node "${lastNodeExecuted}": ${words}`;
}

module.exports = { Rest };
