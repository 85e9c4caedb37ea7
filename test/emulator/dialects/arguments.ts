import type { Refused } from '../refusals';
import { pythonRepr, type Schema } from '../validation';

const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'not', 'anyOf', 'x-message', 'x-single'];

/** Texts and truths are made of whatever comes, lists and objects are not looked into. */
const loosely = (name: string, property: Schema): Schema => {
	const types = [property.type ?? []].flat();
	const number = types.find((type) => type === 'integer' || type === 'number');
	const kept = Object.fromEntries(Object.entries(property).filter(([key]) => bounds.includes(key)));
	const choices = property.enum as unknown[] | undefined;
	return {
		...kept,
		...(number && { type: [number, 'null'] }),
		...(types.includes('string') && { 'x-text': true }),
		...(types.includes('boolean') && { 'x-truth': true }),
		...(choices && !property['x-inside'] && { enum: name === 'response_mode' ? choices.filter((choice) => choice !== null) : choices }),
	};
};

/** A schema as versions before 1.11 check by it: one argument after the other, by loose types, nothing inside. */
export const asArguments = (schema: Schema): Schema => ({
	...schema,
	properties: Object.fromEntries(
		Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(([name, property]) => [
			name,
			loosely(name, property),
		]),
	),
});

/** Texts by the type of a complaint about an argument. */
type Words = (name: string, given: string, route: string) => Record<string, string>;

/** What is wrong with the first wrong argument; some routes have texts of their own, some versions words. */
export function wrongArgument({ complaints, place, route }: Refused, texts: Record<string, string>, own: Words = () => ({})) {
	const { at, type, input, schema } = complaints.find((complaint) => complaint.type === 'any_of') ?? complaints[0];
	const name = at.split('.')[0];
	const given = typeof input === 'string' ? input : pythonRepr(input);
	const words: Record<string, string> = {
		missing: `Missing required parameter in the ${place === 'query' ? 'query string' : 'JSON body'}`,
		int_parsing: `${String(input)} is not a valid integer`,
		literal_error: `${given} is not a valid choice`,
		value_error: `${String(input)} is not a valid uuid.`,
		none_not_allowed: 'Must not be null!',
		any_of: `${given} is not valid under any of the given schemas`,
		...own(name, given, route),
	};
	const range = `Invalid argument: ${String(input)}. argument must be within the range ${schema?.minimum} - ${schema?.maximum}`;
	return { name, text: texts[`${route} ${name}`] ?? words[type] ?? range };
}
