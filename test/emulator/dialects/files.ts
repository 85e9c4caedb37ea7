import { isObject, type Json } from '../json';
import type { KeyChange } from '../keyChanges';

const isFile = ({ dify_model_identity: identity }: Json) => identity === '__dify__file__';

const changed = (value: Json[string], change: Pick<KeyChange, 'without' | 'with'>): Json[string] => {
	if (Array.isArray(value)) return value.map((item) => changed(item, change) ?? null);
	if (!isObject(value)) return value;
	const kept = Object.entries(value)
		.filter(([key]) => !isFile(value) || !change.without?.includes(key))
		.map(([key, item]) => [key, changed(item, change)]);
	return { ...Object.fromEntries(kept), ...(isFile(value) && (change.with as Json)) };
};

/** A change of keys in every file among the values of runs. */
export const fileChanges = (change: Pick<KeyChange, 'without' | 'with'>): KeyChange[] => [
	{ of: ['POST /workflows/run'], with: (answer) => changed(answer, change) as Json },
	{ at: [''], with: (event) => changed(event, change) as Json },
];
