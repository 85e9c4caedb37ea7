const project = (name, testMatch, more = {}) => ({
	displayName: name,
	rootDir: __dirname,
	testEnvironment: 'node',
	testMatch: testMatch.map((glob) => `<rootDir>/test/${glob}`),
	transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
	modulePathIgnorePatterns: ['<rootDir>/dist/package.json'],
	...more,
});

const inEngine = { testEnvironment: '<rootDir>/test/engine/environment.js' };

/** Every cut, every kill, every release and what has to wait: minutes, which `npm test` takes and `npm run check` does not. */
const exhaustive = [
	'operations/bad-streams.test.ts',
	'operations/concurrency.test.ts',
	'operations/interrupted.test.ts',
	'operations/recorded.test.ts',
	'operations/stopping.test.ts',
	'operations/versions-*.test.ts',
	'unit/streaming/cuts.test.ts',
	'unit/streaming/fuzz.test.ts',
	'unit/streaming/recordedCuts.test.ts',
];
const others = { testPathIgnorePatterns: exhaustive.map((glob) => `/test/${glob.replace('*', '.*')}$`) };

/** Run one with `npx jest --selectProjects unit`. */
module.exports = {
	// Most suites wait for servers; a core that only starts them would be idle.
	maxWorkers: '100%',
	projects: [
		project('unit', ['unit/**/*.test.ts'], others),
		project('operations', ['operations/**/*.test.ts', 'nodes/**/*.test.ts'], { ...inEngine, ...others }),
		project('exhaustive', exhaustive, inEngine),
		project('contract', ['contract/**/*.test.ts'], inEngine),
		project('replay', ['replay/**/*.test.ts']),
		project('clients', ['clients/**/*.test.ts']),
		project('journeys', ['journeys/**/*.test.ts'], inEngine),
		project('e2e', ['e2e/**/*.test.ts']),
	],
};
