import { config } from '@n8n/node-cli/eslint';

const cloudOnly = ['@n8n/community-nodes/no-restricted-imports', '@n8n/community-nodes/no-restricted-globals'];
const withoutCloudOnly = Object.fromEntries(cloudOnly.map((rule) => [rule, 'off']));

/** `target` may import from `./src`, `./nodes`, … only what `from` leaves over. */
const wall = (target, from, message) => ({ target, from, message });

export default [
	...config,
	{ ignores: ['.artifacts/**', 'dist/**', '**/*.js', '**/*.mjs'] },
	{
		// n8n's HTTP helper opens a new TCP and TLS connection for every request and cannot be told otherwise, which costs
		// a factor of ten in bulk work; the pool, multipart by stream and the SSE parser are libraries made for that.
		files: ['package.json'],
		rules: { '@n8n/community-nodes/no-runtime-dependencies': 'off' },
	},
	{
		// The only folders that touch Node and libraries; everything else shipped passes n8n's cloud rules.
		files: ['src/transport/**/*.ts', 'src/streaming/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
		rules: withoutCloudOnly,
	},
	{
		files: ['src/streaming/**/*.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{ patterns: [{ regex: '^(?!\\.|eventsource-parser$)', message: 'streaming imports only eventsource-parser' }] },
			],
		},
	},
	{
		files: ['src/transport/**/*.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{ patterns: [{ regex: '^(?!\\.|node:|undici$|form-data$)', message: 'transport knows nothing of n8n' }] },
			],
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'src/**/*.ts'],
		rules: {
			'import-x/no-restricted-paths': [
				'error',
				{
					zones: [
						wall('./src/transport', ['./src/operation', './src/run', './src/conversation', './src/traits', './src/knowledge', './src/streaming', './nodes'], 'transport is the lowest layer'),
						wall('./src/streaming', ['./src/operation', './src/run', './src/conversation', './src/traits', './src/knowledge', './nodes'], 'streaming knows only transport'),
						wall('./src/operation', ['./src/run', './src/conversation', './src/traits', './src/knowledge', './src/streaming', './nodes'], 'the engine never names a trait or a node'),
						wall('./src/run', ['./src/traits', './src/knowledge', './nodes'], 'running an app knows no trait'),
						wall('./src/conversation', ['./src/traits', './nodes'], 'finding conversations knows no trait'),
						wall('./src/knowledge', ['./src/traits', './nodes'], 'the rules of knowledge bases know no trait'),
						wall('./src/traits', './nodes', 'traits know no declaration'),
						wall(['./src', './nodes', './credentials'], ['./test', './bench', './scripts'], 'nothing shipped imports tests'),
						wall('./nodes/shared', './nodes/!(shared)/**', 'shared declarations know no service'),
						...['Dify', 'DifyChat', 'DifyChatflow', 'DifyCompletion', 'DifyKnowledge', 'DifyWorkflow'].map((service) =>
							wall(`./nodes/${service}`, `./nodes/!(${service}|shared)/**`, 'a service never imports another'),
						),
					],
				},
			],
		},
	},
	{
		// Never shipped: they print, start processes and hold example keys.
		files: ['test/**/*.ts', 'bench/**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-dangerous-functions': 'off',
 'no-console': 'off', '@n8n/community-nodes/no-hardcoded-secrets': 'off' },
	},
];
