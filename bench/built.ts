import { createRequire } from 'node:module';

const load = createRequire(__filename);

/** The package as it is published: `tsx` would run the sources with helpers of its own, which cost a tenth. */
export const { send, sendForJson } = load('../dist/src/transport/client.js') as typeof import('../src/transport/client');
export const { collect } = load('../dist/src/streaming/collect.js') as typeof import('../src/streaming/collect');
export const { chatAnswer, chatflowAnswer, completionAnswer, workflowAnswer } = load('../dist/src/streaming/answers.js') as typeof import('../src/streaming/answers');
