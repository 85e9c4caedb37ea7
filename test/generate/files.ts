import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { root } from '../../scripts/lib/package';
import type { Offered } from './nodes';

/** Set by `npm run generate`: files are written instead of compared. */
const generating = process.env.GENERATE === '1';

export const catalogueFile = 'docs/operations.md';

/** Where n8n looks for the output schema of an operation. */
export const schemaFile = ({ node, resource, operation }: Offered) =>
	`nodes/${node.folder}/__schema__/v1.0.0/${resource.value}/${operation.value}.json`;

/** The schemas there are. */
export const schemaFiles = (): string[] =>
	readdirSync(path.join(root, 'nodes'), { recursive: true, encoding: 'utf8' })
		.map((file) => `nodes/${file.replaceAll(path.sep, '/')}`)
		.filter((file) => /\/__schema__\/.*\.json$/.test(file));

/** What the file holds, once it has been written when generating. */
export function committed(file: string, wanted: string): string | undefined {
	const full = path.join(root, file);
	if (generating) {
		mkdirSync(path.dirname(full), { recursive: true });
		writeFileSync(full, wanted);
	}
	return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
}

/** Removes, when generating, the schemas of operations that are gone. */
export function clean(wanted: string[]) {
	if (!generating) return;
	for (const file of schemaFiles()) if (!wanted.includes(file)) rmSync(path.join(root, file));
}
