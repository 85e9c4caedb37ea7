import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** A Dify server and a key: an app key opens one app, a knowledge key all knowledge bases of a workspace. */
export class DifyApi implements ICredentialType {
	name = 'difyApi';

	displayName = 'Dify API';

	icon: Icon = { light: 'file:../icons/dify.svg', dark: 'file:../icons/dify.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-dify-oapi/n8n-nodes-dify-oapi#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Domain',
			name: 'domain',
			type: 'string',
			required: true,
			default: 'https://api.dify.ai',
			placeholder: 'e.g. https://dify.example.com',
			description: 'Address of the Dify API, as Dify shows it under API Access; with or without /v1',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. app-… or dataset-…',
			description:
				'An app key (app-…) for the nodes that run an app, a knowledge key (dataset-…) for Dify Knowledge. Each app has keys of its own.',
		},
		{
			displayName: 'Max Connections',
			name: 'maxConnections',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 100,
			description: 'How many connections to this server may be open at once. All nodes share them.',
		},
		{
			displayName: 'Keep-Alive',
			name: 'keepAlive',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 30,
			description: 'Seconds an unused connection stays open for the next call',
		},
		{
			displayName: 'Idle Timeout',
			name: 'idleTimeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 60,
			description: 'Seconds of silence after which a call is given up. Dify sends a sign of life every 10 seconds.',
		},
		{
			displayName: 'Retries',
			name: 'retries',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 10 },
			default: 3,
			description: 'How often a call is repeated when the connection breaks or Dify is busy. Runs are never sent twice.',
		},
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'ignoreSslIssues',
			type: 'boolean',
			default: false,
			description: 'Whether to connect even if SSL certificate validation is not possible',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
	};
}
