import { objectLike, shortened } from '../operation/values';
import { ValueError, type Call, type Json } from '../operation/types';
import { isBefore } from '../transport/version';
import { knowledgeBase } from './base';
import { BUILT_IN, isBuiltIn, typed } from './metadata';

type Condition = Json & { name: string; comparison_operator: string };

/** Operators that compare with nothing. */
export const NO_VALUE = ['empty', 'not empty'];
const NUMERIC = ['=', '≠', '>', '<', '≥', '≤'];
const OPERATORS: Record<string, string[]> = {
	string: ['contains', 'not contains', 'start with', 'end with', 'is', 'is not', 'in', 'not in', ...NO_VALUE],
	number: [...NUMERIC, ...NO_VALUE],
	time: ['before', 'after', ...NUMERIC, ...NO_VALUE],
};
/** Refused by 1.4.3, taken and not heeded by 1.10.1. */
const FOR_LISTS = ['in', 'not in'];
const LISTS_SINCE = '1.11.3';
const ALL = [...new Set(Object.values(OPERATORS).flat())];

/** Other ways to write an operator. */
const SPELLINGS: Record<string, string> = { '==': '=', '!=': '≠', '<>': '≠', '>=': '≥', '<=': '≤' };
const FOR_TEXT: Record<string, string> = { '=': 'is', '≠': 'is not' };
const FOR_NUMBERS: Record<string, string> = { is: '=', 'is not': '≠' };

const asFilter = objectLike('{ "conditions": [{ "name": "topic", "comparison_operator": "is", "value": "safety" }] }');

/**
 * Conditions as Dify wants them: on fields that the base has, with operators and values of their type. Dify finds nothing
 * by an unknown field, ignores a condition without a value and fails over a text that is compared with a number.
 */
export async function metadataFilter(value: unknown, call: Call): Promise<Json | undefined> {
	const { conditions: given, logical_operator: operator = 'and' } = asFilter(value) as Json;
	const conditions = Array.isArray(given) ? (given as Json[]) : [];
	if (!conditions.length) return undefined;
	if (operator !== 'and' && operator !== 'or') {
		throw new ValueError(`has the logical operator ${shortened(operator)}`, 'Dify knows and and or.');
	}
	const complete = conditions.map(assertComplete);
	const base = await knowledgeBase(call);
	assertHeeded(complete, call.version);
	return { logical_operator: operator, conditions: complete.map((condition) => fitting(condition, base)) };
}

/** The same of conditions that a form has. */
export async function conditionsFilter(value: unknown, call: Call): Promise<Json | undefined> {
	const { conditions } = value as { conditions?: Json[] };
	const added = call.param<Json>('additionalFields', {});
	if ('metadata_filtering_conditions' in added) {
		throw new ValueError("and 'Metadata Filter (JSON)' are both set", 'Remove one of them.');
	}
	return await metadataFilter({ logical_operator: added.metadataMatch ?? 'and', conditions }, call);
}

function assertComplete(condition: Json): Condition {
	const { name, comparison_operator: written, value } = (condition ?? {}) as Json;
	const operator = SPELLINGS[String(written)] ?? String(written);
	if (!name || !written || (isNothing(value) && !NO_VALUE.includes(operator))) {
		throw new ValueError(
			'has an incomplete condition',
			'Each needs name, comparison_operator and, unless that is empty or not empty, a value. Without one Dify ignores it.',
		);
	}
	if (!ALL.includes(operator)) {
		throw new ValueError(`has an unknown operator: ${shortened(written)}`, `Dify knows: ${ALL.join(', ')}.`);
	}
	return { ...condition, name: String(name), comparison_operator: operator };
}

function assertHeeded(conditions: Condition[], version: string | undefined) {
	const unheeded = conditions.find(({ comparison_operator: operator }) => FOR_LISTS.includes(operator));
	if (!unheeded || !isBefore(version, LISTS_SINCE)) return;
	throw new ValueError(
		`compares with '${unheeded.comparison_operator}', which this Dify server does not heed`,
		`That needs Dify ${LISTS_SINCE} or newer. This server is ${version}. Compare with is or is not, in one condition for each value.`,
	);
}

function fitting(condition: Condition, base: Json): Json {
	if (!Array.isArray(base.doc_metadata)) return condition;
	const { name, comparison_operator: written, value } = condition;
	const field = knownField(name, base);
	const type = String(field.type);
	const operator = (type === 'string' ? FOR_TEXT : FOR_NUMBERS)[written] ?? written;
	const operators = OPERATORS[type] ?? ALL;
	if (!operators.includes(operator)) {
		throw new ValueError(
			`compares the ${type} field '${name}' with ${shortened(written)}`,
			`A ${type} field can be compared with: ${operators.join(', ')}.`,
		);
	}
	if (NO_VALUE.includes(operator)) return { name, comparison_operator: operator };
	const wanted = Array.isArray(value) && type === 'string' ? value.map(String) : typed(field, value);
	return { name, comparison_operator: operator, value: wanted };
}

function knownField(name: string, base: Json): Json {
	const own = base.doc_metadata as Json[];
	const builtIn = base.built_in_field_enabled === true ? BUILT_IN : [];
	const field = [...own, ...builtIn].find((each) => each.name === name);
	if (field) return field;
	const names = [...own, ...builtIn].map((each) => String(each.name)).join(', ');
	const isOff = isBuiltIn(name);
	throw new ValueError(
		`names a field that the knowledge base does not have: '${name}'`,
		isOff
			? "It is one of the built-in fields, which are off here. Switch them on with the operation Toggle Built-In of 'Metadata'."
			: names ? `It has: ${names}.` : "It has none yet. Make one with the operation Create of 'Metadata'.",
	);
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}
