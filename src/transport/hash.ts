import { createHash } from 'node:crypto';

import { throwIfCanceled } from './limit';
import { unreadable, type FilePart } from './multipart';

/** SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 of a file, read piece by piece, in hexadecimal. */
export async function sha256OfFile({ open, fileName }: Pick<FilePart, 'open' | 'fileName'>, signal: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	const reading = (async () => {
		const content = await open();
		if (content instanceof Uint8Array) return void hash.update(content);
		for await (const chunk of content) {
			if (signal.aborted) break;
			hash.update(chunk);
		}
	})();
	await reading.catch((caught: unknown) => {
		throw unreadable(fileName, caught);
	});
	throwIfCanceled(signal);
	return hash.digest('hex');
}
