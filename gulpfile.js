const { rm } = require('node:fs/promises');
const { dest, parallel, src } = require('gulp');

/** Codex files: tsc emits none that nothing imports. */
const codex = () => src('nodes/**/*.node.json', { base: 'nodes' }).pipe(dest('dist/nodes'));

/** What the build leaves in dist and nobody should install. */
const clean = async () => {
	await Promise.all(['dist/package.json', 'dist/tsconfig.tsbuildinfo'].map((file) => rm(file, { force: true })));
};

exports.default = parallel(codex, clean);
