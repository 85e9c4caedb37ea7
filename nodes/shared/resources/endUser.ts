import type { Resource } from '../../../src/operation/types';
import { asUuid } from '../../../src/operation/values';

export const endUser: Resource = {
	name: 'End User',
	value: 'endUser',
	operations: [
		{
			name: 'Get',
			value: 'get',
			action: 'Get end user',
			description: 'Get an end user of the app by the ID that logs and files name',
			route: 'GET /end-users/{end_user_id}',
			since: '1.13.0',
			fields: [
				{
					displayName: 'End User ID',
					name: 'end_user_id',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
					encode: asUuid,
				},
			],
		},
	],
};
