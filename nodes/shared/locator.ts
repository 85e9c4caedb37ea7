import type { Field } from '../../src/operation/types';
import { asUuid } from '../../src/operation/values';

export const ID_EXAMPLE = '1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b';

/** A page of Dify's console, whose address has the id after `path`. */
interface ConsolePage {
	path: string;
	placeholder: string;
	errorMessage: string;
}

/** A choice from the list that `search` reads, by the address of its page or by its id. */
export const locator = (
	displayName: string,
	name: string,
	search: string,
	description: string,
	page?: ConsolePage,
): Field => ({
	displayName,
	name,
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	encode: asUuid,
	description,
	modes: [
		{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: search, searchable: true } },
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: `e.g. ${ID_EXAMPLE}` },
		...(page
			? [
					{
						displayName: 'By URL',
						name: 'url',
						type: 'string' as const,
						placeholder: page.placeholder,
						extractValue: { type: 'regex' as const, regex: `${page.path}/([0-9a-fA-F-]{36})` },
						validation: [
							{
								type: 'regex' as const,
								properties: { regex: `.*${page.path}/[0-9a-fA-F-]{36}.*`, errorMessage: page.errorMessage },
							},
						],
					},
				]
			: []),
	],
});

/** The same where Dify has no list. */
export const onlyById = (field: Field): Field => ({
	...field,
	modes: field.modes?.filter(({ name }) => name === 'id'),
	default: { mode: 'id', value: '' },
});
