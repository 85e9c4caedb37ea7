import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { nodes } = require('../package.json').n8n;

/** Milliseconds to load all nodes and then to describe them, in a process that has n8n's own modules but none of ours. */
require('n8n-workflow');
const begun = performance.now();
const types = nodes.flatMap((file) => Object.values(require(`../${file}`)).filter((each) => typeof each === 'function'));
const loaded = performance.now();
const described = types.map((Type) => new Type().description.properties.length);
const ended = performance.now();
if (described.length !== nodes.length) throw new Error('Not every node is described');

console.log(JSON.stringify({ nodes: nodes.length, load: loaded - begun, describe: ended - loaded }));
