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

/** Run one with `npx jest --selectProjects unit`. */
module.exports = {
	// Most suites wait for servers; a core that only starts them would be idle.
	maxWorkers: '100%',
	projects: [
		project('unit', ['unit/**/*.test.ts']),
		project('operations', ['operations/**/*.test.ts', 'nodes/**/*.test.ts'], inEngine),
		project('contract', ['contract/**/*.test.ts'], inEngine),
		project('replay', ['replay/**/*.test.ts']),
		project('clients', ['clients/**/*.test.ts']),
		project('journeys', ['journeys/**/*.test.ts'], inEngine),
		project('e2e', ['e2e/**/*.test.ts']),
	],
};
