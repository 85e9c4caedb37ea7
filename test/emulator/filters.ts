import { ApiError, internalError } from './answers';
import type { Dialect } from './dialects';
import { isObject, type Json, type Value } from './json';
import { metadataValues } from './metadata';
import type { Dataset, Document } from './records';

type Test = (actual: Value, wanted: Value) => boolean;

const list = (value: Value) =>
	Array.isArray(value) ? value.map(String) : String(value).split(',').map((part) => part.trim());
const compare =
	(test: (left: number, right: number) => boolean): Test =>
	(actual, wanted) =>
		test(Number(actual), Number(wanted));

/** Operators that need a value. */
const tests: Record<string, Test> = {
	contains: (actual, wanted) => String(actual).includes(String(wanted)),
	'not contains': (actual, wanted) => !String(actual).includes(String(wanted)),
	'start with': (actual, wanted) => String(actual).startsWith(String(wanted)),
	'end with': (actual, wanted) => String(actual).endsWith(String(wanted)),
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
	if (!present(condition.value)) return true;
	return present(actual) && tests[operator](actual, condition.value);
};

/** Whether a document passes `metadata_filtering_conditions`. */
export function filterOf(filter: Value | undefined, dataset: Dataset, { conditionWithoutValue }: Dialect) {
	if (!isObject(filter)) return () => true;
	const { conditions } = filter;
	if (conditions === null) throw new ApiError(500, 'internal_server_error', "'NoneType' object is not iterable");
	const wanted = Array.isArray(conditions) ? conditions.filter(isObject) : [];
	if (!wanted.length) return () => true;
	const needsNone = ['empty', 'not empty'];
	const lacking = wanted.some(({ comparison_operator: operator, value }) => !present(value) && !needsNone.includes(String(operator)));
	if (lacking && conditionWithoutValue === 'crashes') throw internalError();
	return (document: Document) => {
		const values = metadataValues(dataset, document);
		const test = (condition: Json) => meets(values, condition);
		return filter.logical_operator === 'or' ? wanted.some(test) : wanted.every(test);
	};
}
