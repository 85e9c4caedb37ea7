import { ApiError, crash } from './answers';
import type { Dialect } from './dialects';
import { isObject, type Json, type Value } from './json';
import { metadataValues } from './metadata';
import { escaped, sqlPattern } from './paging';
import type { Dataset, Document } from './records';

type Test = (actual: Value, wanted: Value) => boolean;

const list = (value: Value) =>
	Array.isArray(value) ? value.map(String) : String(value).split(',').map((part) => part.trim());
const compare =
	(test: (left: number, right: number) => boolean): Test =>
	(actual, wanted) =>
		test(Number(actual), Number(wanted));

/** Operators that look into a text. */
const patterns: Record<string, (text: string) => RegExp> = {
	contains: (text) => new RegExp(text),
	'not contains': (text) => new RegExp(`^(?![^]*${text})`),
	'start with': (text) => new RegExp(`^${text}`),
	'end with': (text) => new RegExp(`${text}$`),
};

/** Other operators that need a value. */
const tests: Record<string, Test> = {
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

const testsOf = ({ quotedNumbers }: Dialect): Record<string, Test> => ({
	...tests,
	...(quotedNumbers === 'never equal' && { '=': (actual, wanted) => actual === wanted }),
});

const present = (value: Value | undefined): value is Value => value !== undefined && value !== null;

const meets = (values: Record<string, Value>, condition: Json, dialect: Dialect): boolean => {
	const operator = String(condition.comparison_operator);
	const actual = values[String(condition.name)];
	if (operator === 'empty') return !present(actual);
	if (operator === 'not empty') return present(actual);
	if (!present(condition.value)) return true;
	if (!present(actual)) return false;
	const asPattern = dialect.filtersHaveWildcards ? sqlPattern : escaped;
	return patterns[operator]?.(asPattern(String(condition.value))).test(String(actual)) ?? testsOf(dialect)[operator](actual, condition.value);
};

/** Whether a document passes `metadata_filtering_conditions`. */
export function filterOf(filter: Value | undefined, dataset: Dataset, dialect: Dialect) {
	if (!isObject(filter)) return () => true;
	const { conditions } = filter;
	if (conditions === null) throw new ApiError(500, 'internal_server_error', "'NoneType' object is not iterable");
	const heeded = ({ comparison_operator: operator }: Json) => !dialect.ignoredOperators.includes(String(operator));
	const wanted = Array.isArray(conditions) ? conditions.filter(isObject).filter(heeded) : [];
	if (!wanted.length) return () => true;
	const needsNone = ['empty', 'not empty'];
	const lacking = wanted.some(({ comparison_operator: operator, value }) => !present(value) && !needsNone.includes(String(operator)));
	if (lacking && dialect.conditionWithoutValue === 'crashes') throw crash();
	return (document: Document) => {
		const values = metadataValues(dataset, document);
		const test = (condition: Json) => meets(values, condition, dialect);
		return filter.logical_operator === 'or' ? wanted.some(test) : wanted.every(test);
	};
}
