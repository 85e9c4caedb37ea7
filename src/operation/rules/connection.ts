import { isBefore } from '../../transport/version';
import { isKnowledgeUrl, server, type Rule } from './rule';

/** Keys, addresses, the network and what stands between n8n and Dify. */
export const connectionRules: Rule[] = [
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
		message: /^A proxy compresses/,
		advice: () => 'Switch compression off in the proxy for the address of the Dify API.',
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
		advice: ({ error: { version }, since, until }) => {
			const is = version ? ` This server is ${version}.` : '';
			if (!since) return `Check the domain of the credential and the IDs.${is}`;
			if (until && isBefore(until, version ?? until)) return `Only Dify ${since} to ${until} has it.${is}`;
			if (!version || isBefore(version, since)) return `It needs Dify ${since} or newer.${is}`;
			return `Dify has it since ${since}.${is} Check the path of the credential's domain, and whether something between n8n and Dify blocks this address.`;
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
];
