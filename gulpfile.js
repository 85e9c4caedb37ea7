const { rm } = require('node:fs/promises');
const { dest, parallel, src } = require('gulp');

/** Codex files: tsc emits none that nothing imports. */
const codex = () => src('nodes/**/*.node.json', { base: 'nodes' }).pipe(dest('dist/nodes'));

/** What the build leaves in dist and nobody should install. */
const clean = async () => {
	const unwanted = ['dist/docs', 'dist/package.json', 'dist/tsconfig.tsbuildinfo'];
	await Promise.all(unwanted.map((path) => rm(path, { force: true, recursive: true })));
};

exports.default = parallel(codex, clean);
