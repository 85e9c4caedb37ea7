import { annotationSettings } from './annotationReplies';
import { json } from './answers';
import type { Route, Routes } from './route';

const parameters: Route = {
	key: 'app',
	query: { title: 'ParametersQuery', type: 'object', properties: { user: { type: 'string' } } },
	handle: (call) => json({ ...call.app.parameters, annotation_reply: annotationSettings(call) }),
};

/** What an app says about itself. */
export const appInfoRoutes: Routes = {
	'GET /info': {
		key: 'app',
		handle: ({ app: { name, description, tags, mode } }) =>
			json({ name, description, tags, mode, author_name: 'Emulator Owner' }),
	},
	'GET /parameters': parameters,
	'GET /meta': { key: 'app', handle: ({ app }) => json({ tool_icons: app.toolIcons }) },
	'GET /site': {
		key: 'app',
		handle: ({ app }) =>
			json({
				title: app.name,
				chat_color_theme: null,
				chat_color_theme_inverted: false,
				icon_type: 'emoji',
				icon: '🤖',
				icon_background: '#FFEAD5',
				icon_url: null,
				description: null,
				copyright: null,
				privacy_policy: null,
				custom_disclaimer: '',
				default_language: 'en-US',
				show_workflow_steps: true,
				use_icon_as_answer_icon: false,
			}),
	},
};
