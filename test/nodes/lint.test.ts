import path from 'node:path';

import { describeNode, PACKAGE_DIR } from '../engine/harness';

declare const requireFromNode: NodeJS.Require;

// Its configuration is an ES module, which jest's own loader does not read.
const { ESLint } = requireFromNode('eslint') as typeof import('eslint');
const eslint = new ESLint({ cwd: PACKAGE_DIR });

async function rulesBroken(text: string, file: string): Promise<string[]> {
	const [result] = await eslint.lintText(text, { filePath: path.join(PACKAGE_DIR, file) });
	return result.messages.map(({ ruleId, message, line }) => `${ruleId} ${message} (${line})`);
}

// What the engine derives stands in no source file, so n8n's rules are run on what n8n will see.
test.each(['dify', 'difyChat', 'difyChatflow', 'difyCompletion', 'difyKnowledge', 'difyWorkflow'])("the parameters that %s shows keep n8n's rules", async (node) => {
	const { properties } = await describeNode(node);
	// The rules know parameters by their bare keys.
	const literal = JSON.stringify(properties, null, '\t').replace(/"(\w+)":/g, '$1:');
	const text = `import type { INodeProperties } from 'n8n-workflow';\n\nexport const properties: INodeProperties[] = ${literal};\n`;
	expect(await rulesBroken(text, 'nodes/shared/derived.ts')).toEqual([]);
	const broken = text.replace(/description: "[A-Z]/, 'description: "x');
	expect((await rulesBroken(broken, 'nodes/shared/derived.ts')).length).toBeGreaterThan(0);
});

// eslint resolves the imports, so that a wall is checked with files that exist.
test.each([
	['src/transport/x.ts', "import type { Call } from '../operation/types';\nexport type X = Call;\n", 'import-x/no-restricted-paths'],
	['src/transport/x.ts', "import { sleep } from 'n8n-workflow';\nexport const x = sleep;\n", 'no-restricted-imports'],
	['src/streaming/x.ts', "import { request } from 'undici';\nexport const x = request;\n", 'no-restricted-imports'],
	['src/operation/x.ts', "import { byPage } from '../traits/paging';\nexport const x = byPage;\n", 'import-x/no-restricted-paths'],
	['src/operation/x.ts', "import { readFile } from 'node:fs/promises';\nexport const x = readFile;\n", '@n8n/community-nodes/no-restricted-imports'],
	['src/traits/x.ts', "import { user } from '../../nodes/shared/fields';\nexport const x = user;\n", 'import-x/no-restricted-paths'],
	['src/knowledge/x.ts', "import { byPage } from '../traits/paging';\nexport const x = byPage;\n", 'import-x/no-restricted-paths'],
	['nodes/DifyChat/x.ts', "import { dataset } from '../DifyKnowledge/dataset';\nexport const x = dataset;\n", 'import-x/no-restricted-paths'],
	['nodes/shared/x.ts', "import { chat } from '../DifyChat/chat';\nexport const x = chat;\n", 'import-x/no-restricted-paths'],
	['nodes/shared/x.ts', "import { startEmulator } from '../../test/emulator';\nexport const x = startEmulator;\n", 'import-x/no-restricted-paths'],
])('in %s the wall stops %j', async (file, text, rule) => {
	expect(await rulesBroken(text, file)).toEqual([expect.stringContaining(rule)]);
});
