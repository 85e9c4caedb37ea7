import type { Resource } from '../../../src/operation/types';
import { byLastId } from '../../../src/traits/paging';
import { user } from '../fields';

export const conversation: Resource = {
	name: 'Conversation',
	value: 'conversation',
	operations: [
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many conversations',
			description: "List a user's conversations with the app, with their ID, name, inputs and times",
			route: 'GET /conversations',
			fields: [user],
			optional: [
				{
					displayName: 'Sort By',
					name: 'sort_by',
					type: 'options',
					options: [
						{ name: 'Created, Newest First', value: '-created_at' },
						{ name: 'Created, Oldest First', value: 'created_at' },
						{ name: 'Updated, Newest First', value: '-updated_at' },
						{ name: 'Updated, Oldest First', value: 'updated_at' },
					],
					default: '-updated_at',
				},
			],
			traits: [byLastId],
		},
	],
};
