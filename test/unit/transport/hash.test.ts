import { Readable } from 'node:stream';

import { sha256, sha256OfFile } from '../../../src/transport/hash';

const { signal } = new AbortController();
const file = (content: AsyncIterable<Uint8Array> | Uint8Array) => ({ fileName: 'a.md', open: async () => await Promise.resolve(content) });

test('the hash of a file is that of its bytes, in memory or in pieces', async () => {
	const text = 'Apples grow on trees. 🍎';
	const bytes = Buffer.from(text);
	const pieces = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
	expect(await sha256OfFile(file(bytes), signal)).toBe(sha256(text));
	expect(await sha256OfFile(file(pieces), signal)).toBe(sha256(text));
});

test('a file that cannot be read is named, a canceled execution stops reading', async () => {
	const broken = Readable.from((function* () {
		yield Buffer.from('a');
		throw new Error('The disk is gone');
	})());
	await expect(sha256OfFile(file(broken), signal)).rejects.toMatchObject({ code: 'upload_unreadable', message: expect.stringMatching(/'a\.md'.*The disk is gone/) });
	const endless = Readable.from((async function* () {
		for (;;) {
			await new Promise(setImmediate);
			yield Buffer.alloc(1024);
		}
	})());
	await expect(sha256OfFile(file(endless), AbortSignal.timeout(20))).rejects.toMatchObject({ code: 'aborted' });
	expect(endless.destroyed).toBe(true);
});
