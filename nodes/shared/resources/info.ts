import type { Resource } from '../../../src/operation/types';

export const info: Resource = {
	name: 'Info',
	value: 'info',
	operations: [
		{
			name: 'Get',
			value: 'get',
			action: 'Get app info',
			description: 'Get name, description, tags and mode of the app behind the key',
			route: 'GET /info',
		},
		{
			name: 'Get Meta',
			value: 'getMeta',
			action: 'Get app meta',
			description: "Get the icons of the app's tools",
			route: 'GET /meta',
		},
		{
			name: 'Get Parameters',
			value: 'getParameters',
			action: 'Get app parameters',
			description: "Get the app's input form, features and limits",
			route: 'GET /parameters',
		},
		{
			name: 'Get Site',
			value: 'getSite',
			action: 'Get app site',
			description: "Get title, icon and texts of the app's web page",
			route: 'GET /site',
			since: '1.4.0',
		},
	],
};
