import type { IDataObject } from 'n8n-workflow';

import { Lacking } from './lacking';

interface Definition {
	variable: string;
	required?: boolean;
	default?: unknown;
	options?: string[] | null;
	max_length?: number | null;
}

/** An entry of an app's `user_input_form`: its type of control, and its definition. */
export type Control = Record<string, Definition>;

const VALUES: Record<string, (definition: Definition, question: string) => unknown> = {
	'text-input': ({ default: preset, max_length: most }, question) => preset || question.slice(0, most || undefined),
	paragraph: ({ max_length: most }, question) => question.slice(0, most || undefined),
	select: ({ default: preset, options }) => preset || options?.[0],
	number: ({ default: preset }) => preset ?? 1,
	checkbox: ({ default: preset }) => preset ?? false,
	json_object: () => ({}),
};

/** A value for each required variable, as an app's form takes it. */
export function filledForm(form: Control[], question: string): IDataObject {
	const required = form.flatMap((entry) => Object.entries(entry)).filter(([, definition]) => definition.required);
	return Object.fromEntries(
		required.map(([control, definition]) => {
			const value = VALUES[control];
			if (!value) throw new Lacking(`the app's required input '${definition.variable}' is a ${control}`);
			return [definition.variable, value(definition, question) as string];
		}),
	);
}

/** An input of a form that a person fills in. */
export interface FormInput {
	output_variable_name: string;
	type: string;
	option_source?: { value?: string[] };
}

/** A value for each of them; files are the binary field `data`. */
export function filledByPerson(inputs: FormInput[]): IDataObject {
	const value = ({ type, option_source: source }: FormInput) => {
		if (type === 'select') return source?.value?.[0];
		return type.startsWith('file') ? 'data' : 'Fine.';
	};
	return Object.fromEntries(inputs.map((input) => [input.output_variable_name, value(input)]));
}
