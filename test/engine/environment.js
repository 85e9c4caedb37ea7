const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest's own module loader crashes on n8n-core (V8 "invalid size error"), and would load it anew for every test file.
 * Tests take n8n from here, where it is Node's, as in n8n itself.
 */
module.exports = class EngineEnvironment extends TestEnvironment {
	async setup() {
		await super.setup();
		this.global.requireFromNode = require;
	}
};
