import { internalError, invalidParam } from './answers';
import { isObject, type Json, type Value } from './json';
import type { Dataset, Document } from './records';

type Test = (actual: Value, wanted: Value) => boolean;

const text = (value: Value) => String(value).toLowerCase();
const list = (value: Value) => (Array.isArray(value) ? value.map(String) : String(value).split(',').map((part) => part.trim()));
const compare =
	(test: (left: number, right: number) => boolean): Test =>
	(actual, wanted) =>
		test(Number(actual), Number(wanted));

/** Operators that need a value. */
const tests: Record<string, Test> = {
	contains: (actual, wanted) => text(actual).includes(text(wanted)),
	'not contains': (actual, wanted) => !text(actual).includes(text(wanted)),
	'start with': (actual, wanted) => text(actual).startsWith(text(wanted)),
	'end with': (actual, wanted) => text(actual).endsWith(text(wanted)),
	is: (actual, wanted) => String(actual) === String(wanted),
	'is not': (actual, wanted) => String(actual) !== String(wanted),
	in: (actual, wanted) => list(wanted).includes(String(actual)),
	'not in': (actual, wanted) => !list(wanted).includes(String(actual)),
	'=': compare((left, right) => left === right),
	'≠': compare((left, right) => left !== right),
	'>': compare((left, right) => left > right),
	'<': compare((left, right) => left < right),
	'≥': compare((left, right) => left >= right),
	'≤': compare((left, right) => left <= right),
	before: compare((left, right) => left < right),
	after: compare((left, right) => left > right),
};

const present = (value: Value | undefined): value is Value => value !== undefined && value !== null;

const meets = (values: Record<string, Value>, condition: Json): boolean => {
	const operator = String(condition.comparison_operator);
	const actual = values[String(condition.name)];
	if (operator === 'empty') return !present(actual);
	if (operator === 'not empty') return present(actual);
	if (!tests[operator]) throw invalidParam(`Input should be a known comparison operator, not '${operator}'`);
	// Dify ignores a condition that brings no value.
	if (!present(condition.value)) return true;
	return present(actual) && tests[operator](actual, condition.value);
};

const builtIn = ({ name, createdAt, updatedAt }: Document): Record<string, Value> => ({
	document_name: name,
	uploader: 'Emulator Owner',
	upload_date: createdAt,
	last_update_date: updatedAt,
	source: 'file_upload',
});

/** Whether a document passes `metadata_filtering_conditions`. */
export function filterOf(conditions: Value | undefined, dataset: Dataset) {
	if (!isObject(conditions)) return () => true;
	if (conditions.conditions === null) throw internalError();
	const wanted = Array.isArray(conditions.conditions) ? conditions.conditions.filter(isObject) : [];
	if (!wanted.length) return () => true;
	return (document: Document) => {
		const values = { ...(dataset.builtInFieldEnabled && builtIn(document)), ...document.metadata };
		const test = (condition: Json) => meets(values, condition);
		return conditions.logical_operator === 'or' ? wanted.some(test) : wanted.every(test);
	};
}
