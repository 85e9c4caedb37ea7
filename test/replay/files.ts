import { createHash } from 'node:crypto';

import type { Recording } from './recordings';

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const textsIn = (value: unknown): string[] => {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value ? Object.values(value).flatMap(textsIn) : [];
};

/** Gives uploaded files their bytes, which were not recorded, where a text of the recordings has the same hash. */
export function recoverFiles(recordings: Recording[]) {
	const files = recordings.flatMap(({ request }) => request.multipart?.files ?? []);
	const sizes = new Set(files.map(({ size }) => size));
	const texts = new Set(recordings.flatMap(({ request, body }) => textsIn([request.json, body])));
	const candidates = [...texts].map((text) => Buffer.from(text)).filter(({ length }) => sizes.has(length));
	const known = new Map(candidates.map((bytes) => [hashOf(bytes), bytes]));
	for (const file of files) file.bytes = known.get(file.sha256);
}
