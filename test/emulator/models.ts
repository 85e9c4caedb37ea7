import { invalidParam, json } from './answers';
import { fixedId } from './ids';
import type { Json } from './json';
import type { Routes } from './route';

/** The one model provider of the emulator. */
export const provider = 'langgenius/openai_api_compatible/openai_api_compatible';
/** The same without its plugin, which the server knows, too. */
const bareProvider = 'openai_api_compatible';

interface Model {
	name: string;
	properties: Json;
	features?: string[];
}

const models: Record<string, Model[]> = {
	'text-embedding': ['fake-embed', 'fake-embedding'].map((name) => ({
		name,
		properties: { context_size: 8192, max_chunks: 1 },
	})),
	rerank: [{ name: 'fake-rerank', properties: {} }],
	llm: [
		{
			name: 'fake-llm',
			properties: { context_size: 32768, mode: 'chat' },
			features: ['multi-tool-call', 'stream-tool-call', 'vision'],
		},
	],
	tts: [
		{
			name: 'fake-tts',
			properties: {
				audio_type: 'mp3',
				default_voice: 'alloy',
				voices: [{ language: 'en-US', mode: 'alloy', name: 'alloy' }],
				word_limit: 4096,
			},
		},
	],
	speech2text: [{ name: 'fake-stt', properties: {} }],
	moderation: [],
};

/** The model a base gets when none is named. */
export const defaultEmbedding = 'fake-embed';

/** Refuses a model or a provider that is not there. */
export function checkModel(type: 'text-embedding' | 'rerank', model: string, providerName: string) {
	if (![provider, bareProvider].includes(providerName)) throw invalidParam(`Provider ${providerName} does not exist.`);
	if (!models[type].some(({ name }) => name === model)) {
		throw invalidParam(`Model ${model} credentials is not initialized.`);
	}
}

const bothLanguages = (text: string) => ({ zh_Hans: text, en_US: text });

const item = (type: string, { name, properties, features }: Model) => ({
	model: name,
	label: bothLanguages(name),
	model_type: type,
	features: features ?? null,
	fetch_from: 'customizable-model',
	model_properties: properties,
	deprecated: false,
	status: 'active',
	load_balancing_enabled: false,
	has_invalid_load_balancing_configs: false,
});

const listed = (type: string) => {
	const tenant = fixedId('tenant');
	const icon = `http://127.0.0.1/console/api/workspaces/${tenant}/model-providers/${provider}/icon_small`;
	if (!models[type].length) return [];
	return [
		{
			tenant_id: tenant,
			provider,
			label: bothLanguages('OpenAI-API-compatible'),
			icon_small: { zh_Hans: `${icon}/zh_Hans`, en_US: `${icon}/en_US` },
			icon_small_dark: null,
			status: 'active',
			models: models[type].map((model) => item(type, model)),
		},
	];
};

const aliases: Record<string, string> = { embeddings: 'text-embedding' };

/** The workspace's models. */
export const modelRoutes: Routes = {
	'GET /workspaces/current/models/model-types/{model_type}': {
		key: 'workspace',
		handle: ({ params }) => {
			const type = aliases[params.model_type] ?? params.model_type;
			if (!models[type]) throw invalidParam(`'${params.model_type}' is not a valid ModelType`);
			return json({ data: listed(type) });
		},
	},
};
