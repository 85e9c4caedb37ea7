import type { Variable } from './appRecords';
import { fixedId, seconds } from './ids';
import type { Value } from './json';
import type { Workspace } from './workspace';

const definitions: Array<[name: string, type: string, value: Value]> = [
	['flag', 'boolean', true],
	['obj', 'object', { a: 1, b: null, q: "it's" }],
	['an', 'array[number]', [1, 2.5]],
	['ao', 'array[object]', [{ k: 'v' }]],
	['ab', 'array[boolean]', [true, false]],
	['s', 'string', 'start'],
	['num', 'number', 1],
	['as_', 'array[string]', ['x', 'y']],
];

/** The variables with which a chatflow's conversation begins. */
export const newVariables = ({ ids }: Workspace): Variable[] => {
	const owner = ids.next();
	return definitions.map(([name, type, value]) => ({
		id: fixedId(`variable ${name} of ${owner}`),
		name,
		type,
		value,
		description: `var ${name}`,
		updatedAt: seconds(),
	}));
};
