import type { DifyError } from '../transport/error';

/** What is known when something went wrong, beside Dify's answer. */
export interface Facts {
	error: DifyError;
	/** By the key's prefix. */
	keyKind?: 'app' | 'dataset';
	/** The app's mode as `/info` names it, for refusals that depend on it. */
	mode?: string;
	/** First Dify release with this endpoint. */
	since?: string;
}

interface Rule {
	codes: string[];
	/** Tested against Dify's message, where its code alone does not tell. */
	message?: RegExp;
	when?(facts: Facts): boolean;
	/** What happened; default: Dify's own words. */
	says?(facts: Facts): string;
	/** What to do next. */
	advice(facts: Facts): string;
}

const NODE_FOR_MODE: Record<string, string> = {
	chat: 'Dify Chat',
	'agent-chat': 'Dify Chat',
	agent: 'Dify Chat',
	'advanced-chat': 'Dify Chatflow',
	completion: 'Dify Completion',
	workflow: 'Dify Workflow',
};

/** Refusals that mean "this app is of another mode"; the advice names the node that fits. */
export const APP_MODE_CODES = ['not_chat_app', 'not_workflow_app', 'not_completion_app', 'app_unavailable'];

const isKnowledgeUrl = ({ error }: Facts) => /\/v1\/(?:datasets|workspaces)/.test(error.url ?? '');
const server = ({ error }: Facts) => (error.url ? error.url.split(' ')[1] : 'the server');

/** First match wins. */
const RULES: Rule[] = [
	{
		codes: ['unauthorized'],
		when: (facts) => facts.keyKind === 'dataset' && !isKnowledgeUrl(facts),
		says: () => 'This is a knowledge key, but this operation needs an app key',
		advice: () =>
			'Knowledge keys (dataset-…) fit the Dify Knowledge node. Open the app in Dify, go to API Access, create an API key (app-…) and use a credential with that key here.',
	},
	{
		codes: ['unauthorized'],
		when: (facts) => facts.keyKind === 'app' && isKnowledgeUrl(facts),
		says: () => 'This is an app key, but this operation needs a knowledge key',
		advice: () =>
			'App keys (app-…) fit the nodes for apps. In Dify go to Knowledge, open API Access, create a key (dataset-…) and use a credential with that key here.',
	},
	{
		codes: ['unauthorized'],
		says: () => 'Dify does not accept the API key',
		advice: (facts) =>
			`Copy the key from Dify again, and check in the credential that '${server(facts)}' is the server it belongs to.`,
	},
	{
		codes: ['key_invalid'],
		advice: () => 'Copy the key from Dify again and paste it into the credential: app-… for apps, dataset-… for knowledge.',
	},
	{
		codes: ['domain_invalid'],
		advice: () => 'Enter the address of your Dify server in the credential, such as https://api.dify.ai or http://localhost:5001.',
	},
	{
		codes: ['domain_not_allowed'],
		advice: () => "Add this host to 'Allowed Domains' of the credential, or correct the credential's domain.",
	},
	{
		codes: ['host_blocked'],
		says: () => "n8n's SSRF protection does not allow this address",
		advice: ({ error }) =>
			`${error.message}. If your Dify runs on a private address, add it to N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES.`,
	},
	{
		codes: ['connection_refused', 'connection_timeout', 'dns_failed'],
		advice: (facts) =>
			`The address is '${server(facts)}'. Check the domain and port in the credential, whether Dify is running, and whether n8n can reach it: inside a container, localhost is the container itself.`,
	},
	{
		codes: ['tls_failed'],
		advice: () =>
			"If the server has a certificate of its own making, switch on 'Ignore SSL Issues' in the credential. If it speaks plain HTTP, start the domain with http://.",
	},
	{
		codes: ['redirected'],
		advice: ({ error }) => `${error.message.replace('The server redirects', 'The request was sent')}; enter the final address as the domain of the credential.`,
	},
	{
		codes: ['not_dify'],
		message: /^The stream holds/,
		advice: () => 'Something between n8n and Dify changes the answer, such as a proxy. Try the address of the API itself.',
	},
	{
		codes: ['not_dify'],
		says: () => 'A web page answered instead of the Dify API',
		advice: (facts) =>
			`'${server(facts)}' is not the API. Enter the API address that Dify shows under API Access: for the cloud https://api.dify.ai, not https://cloud.dify.ai.`,
	},
	{
		codes: ['proxy_cut'],
		says: ({ error }) => `A proxy in front of Dify cut the call (HTTP ${error.status})`,
		advice: () => 'Dify was too slow for the proxy or is restarting. Try again, or raise the read timeout of the proxy.',
	},
	{
		codes: ['proxy_too_large'],
		says: () => 'A proxy in front of Dify refused the upload as too large',
		advice: () => "Send a smaller file, or raise the proxy's body limit (nginx: client_max_body_size, 100 MB in Dify's own set-up).",
	},
	{
		codes: ['server_page'],
		says: ({ error }) => `The web server in front of Dify answered HTTP ${error.status}`,
		advice: () => "Look into the log of Dify's API container.",
	},
	{
		codes: ['endpoint_missing', 'method_not_allowed'],
		says: () => 'This Dify server does not have this endpoint',
		advice: ({ error, since }) => {
			const is = error.version ? ` This server is ${error.version}.` : '';
			return `${since ? `It needs Dify ${since} or newer.` : 'Check the domain of the credential and the IDs.'}${is}`;
		},
	},
	{
		codes: ['idle_timeout'],
		advice: () => "Dify may be overloaded. Raise 'Idle Timeout' under Options if it needs longer.",
	},
	{ codes: ['total_timeout'], advice: () => "Raise 'Timeout' under Options, or set it to 0 for no limit." },
	{
		codes: ['connection_lost'],
		advice: ({ error }) =>
			error.partial
				? 'The answer up to that point is in the details. Dify gives up an answer when its reader goes away; send the question again if you need it whole.'
				: 'The connection broke off. Nothing was sent twice; check in Dify whether the request was carried out before you repeat it.',
	},
	{
		codes: ['proxy_refused'],
		advice: () => 'Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment of n8n.',
	},
	{
		codes: ['upload_unreadable'],
		advice: () => "The file cannot be read from n8n's storage any more. Run the node that makes it again.",
	},
	{
		codes: ['upload_changed'],
		advice: () => 'Something else writes to this file. Run the node again once it is complete.',
	},
	{
		codes: APP_MODE_CODES,
		when: ({ mode }) => mode !== undefined && mode in NODE_FOR_MODE,
		says: ({ mode }) => `The key belongs to an app of another mode (${mode})`,
		advice: ({ mode = '' }) => `Use the node '${NODE_FOR_MODE[mode]}' for this app, or a credential with the key of another app.`,
	},
	{
		codes: APP_MODE_CODES,
		advice: () => 'Publish the app in Dify, and check that the credential holds the key of an app of this kind.',
	},
	{
		codes: ['forbidden'],
		message: /rate limit/i,
		says: () => "Your Dify plan's request limit for knowledge bases is reached",
		advice: () => 'The limit counts one minute. Wait that long, lower Concurrency, or upgrade the plan.',
	},
	{
		codes: ['forbidden'],
		message: /limit of your subscription|upgrade to a paid plan/i,
		advice: () => 'This is a limit of your Dify plan. Delete what you no longer need, or upgrade the plan.',
	},
	{
		codes: ['forbidden'],
		message: /api access is not enabled/i,
		advice: () => 'Open the knowledge base in Dify and switch on its API access.',
	},
	{
		codes: ['forbidden'],
		message: /API service has been disabled/i,
		advice: () => 'Open the app in Dify and switch on its API under API Access.',
	},
	{
		codes: ['archived_document_immutable'],
		advice: () => 'Un-archive the document in Dify first.',
	},
	{ codes: ['forbidden'], advice: () => 'Check in Dify whether the app or the workspace is active and the key may do this.' },
	{
		codes: ['not_found', 'invalid_param'],
		message: /^Data ?set (?:not found|does not exist|is not exist)/i,
		says: () => 'The knowledge base does not exist',
		advice: () => 'It was deleted, or the key belongs to another workspace. Choose it again from the list.',
	},
	{
		codes: ['not_found'],
		message: /^Document/i,
		says: () => 'The document does not exist',
		advice: () => 'It was deleted, or it is in another knowledge base. Choose it again from the list.',
	},
	{
		codes: ['not_found'],
		message: /^Conversation/i,
		says: () => 'The conversation does not exist for this user',
		advice: () =>
			"A conversation belongs to the 'User' it was started with and to one app; one from Dify's web app or one that was deleted does not count either. Use the same user, or start a new conversation.",
	},
	{ codes: ['not_found'], advice: () => 'It was deleted, or the ID belongs to something else. Choose it again from the list.' },
	{
		codes: ['dataset_name_duplicate'],
		says: () => 'A knowledge base of this name exists already',
		advice: () => 'Choose another name, or find the existing one with the operation Get Many and its filter Keyword.',
	},
	{
		codes: ['invalid_param'],
		message: /^HTTP 400/,
		says: () => 'Dify does not take this file: it is too large, or of a type Dify cannot read',
		advice: () =>
			'The stock limit is 15 MB. Types: txt, md, mdx, pdf, html, xlsx, xls, docx, csv, vtt, properties; more with the Unstructured extractor.',
	},
	{
		codes: ['file_too_large'],
		says: () => 'The file is larger than this Dify server allows',
		advice: () => 'The stock limit is 15 MB (UPLOAD_FILE_SIZE_LIMIT). Send a smaller file or raise the limit.',
	},
	{
		codes: ['unsupported_file_type'],
		advice: () => 'Types: txt, md, mdx, pdf, html, xlsx, xls, docx, csv, vtt, properties; more with the Unstructured extractor.',
	},
	{
		codes: ['invalid_param'],
		message: /relation "embedding_vector_index|dataset_not_initialized/,
		says: () => 'This knowledge base has no vector index',
		advice: () =>
			"It is empty, or of the economy type. Add a document first; ask an economy base with 'Search Method' set to Keyword.",
	},
	{
		codes: ['invalid_param'],
		message: /doc_form is different/,
		says: () => 'The chunking does not fit this knowledge base',
		advice: () => "A base keeps the kind of chunks of its first document. Set 'Chunking' to As in Knowledge Base.",
	},
	{
		codes: ['invalid_param'],
		message: /^Document is not available/,
		says: () => 'The document cannot be changed now',
		advice: () => 'It is still being indexed, disabled or archived. Wait for it to be available, or enable it in Dify.',
	},
	{
		codes: ['invalid_param'],
		message: /is required in input form|in input form must|Invalid value for select/,
		advice: () => "Check the app's inputs: fill in every required field, and choose options from the list.",
	},
	{
		codes: ['too_many_requests', 'invalid_param'],
		message: /^Too many requests/,
		says: () => 'Dify is busy with as many requests as it may run at once',
		advice: () => 'Lower Concurrency, try again later, or raise the limit of the app in Dify (Max Active Requests).',
	},
	{
		codes: ['rate_limit_error'],
		says: () => "Your Dify plan's quota of runs is used up",
		advice: () => 'Wait for the quota to be renewed, or upgrade the plan.',
	},
	{
		codes: ['provider_not_initialize'],
		advice: () => 'Open Settings, Model Provider in Dify and enter valid credentials for the model.',
	},
	{ codes: ['provider_quota_exceeded'], advice: () => "The model provider's quota is used up. Enter your own key in Dify." },
	{
		codes: ['model_currently_not_support'],
		advice: () => 'Choose another model in Dify; this one is not available to the workspace.',
	},
	{
		codes: ['completion_request_error', 'invalid_param'],
		message: /^(?:Run failed: )?\[[\w./-]+\] |API request failed|upstream/i,
		advice: () => "These are the words of the model's provider. Check the model, its quota and its key in Dify.",
	},
	{
		codes: ['invalid_param'],
		message: /^Run failed: /,
		advice: () => 'The chatflow itself ended so. Open its run under Logs in Dify to see which node it was.',
	},
	{
		codes: ['conversation_completed'],
		advice: () => 'Start a new conversation: Dify has closed this one.',
	},
	{
		codes: ['run_not_started'],
		advice: () =>
			'Some Dify versions stay silent when a run cannot start. Check the required inputs, the conversation and the files against the app.',
	},
];

const byStatus = (facts: Facts): string => {
	const { status = 0, version } = facts.error;
	if (status >= 500) return `Dify itself failed to answer${version ? ` (version ${version})` : ''}. Look into the log of its API container.`;
	if (status === 429) return 'Too many requests arrive at once. Lower Concurrency or try again later.';
	return 'Check the values of this operation against what Dify says above.';
};

/** What happened and what to do next, for anything that came from Dify or the network. */
export function advise(facts: Facts): { message: string; description: string } {
	const { code, message } = facts.error;
	const rule = RULES.find(
		(each) => each.codes.includes(code) && (each.message?.test(message) ?? true) && (each.when?.(facts) ?? true),
	);
	return {
		message: rule?.says?.(facts) ?? (message || `Dify answered HTTP ${facts.error.status}`),
		description: rule?.advice(facts) ?? byStatus(facts),
	};
}
