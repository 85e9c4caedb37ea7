import { MetadataWrites } from '../../src/knowledge/metadataWrites';
import type { Call, Json } from '../../src/operation/types';
import { DifyError } from '../../src/transport/error';

const call = { signal: new AbortController().signal } as Call;
const refusal = new DifyError('Document not found.', { code: 'invalid_param', status: 400 });
const lost = new DifyError('The connection broke', { code: 'connection_lost' });

/** Writes for these documents, sent by something that fails where one of `bad` is among them. */
async function written(ids: string[], bad: string[] = [], error: DifyError = refusal) {
	const sent: string[][] = [];
	const writes = new MetadataWrites(async (_, operations: Json[]) => {
		const documents = operations.map(({ document_id: id }) => String(id));
		sent.push(documents);
		return documents.some((id) => bad.includes(id)) ? await Promise.reject(error) : await Promise.resolve();
	});
	const results = await Promise.allSettled(ids.map(async (id) => await writes.write(call, { document_id: id })));
	return { sent, failed: ids.filter((_, index) => results[index].status === 'rejected') };
}

test('what comes together goes in one request, up to 100 documents', async () => {
	const ids = Array.from({ length: 230 }, (_, index) => `d${index}`);
	const { sent, failed } = await written(ids);
	expect(sent).toEqual([ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)]);
	expect(failed).toEqual([]);
});

test('a document that Dify refuses fails alone', async () => {
	expect(await written(['a', 'b', 'c'], ['b'])).toEqual({ sent: [['a', 'b', 'c'], ['a'], ['b'], ['c']], failed: ['b'] });
	expect(await written(['a'], ['a'])).toEqual({ sent: [['a']], failed: ['a'] });
});

test('a failure that is none of the documents is told for all, without another request', async () => {
	expect(await written(['a', 'b'], ['b'], lost)).toEqual({ sent: [['a', 'b']], failed: ['a', 'b'] });
});

test('where items run one after the other, nothing is waited for', async () => {
	const sent: unknown[] = [];
	const writes = new MetadataWrites(async (_, operations) => await Promise.resolve(sent.push(operations)), false);
	const writing = writes.write(call, { document_id: 'a' });
	expect(sent).toEqual([[{ document_id: 'a' }]]);
	await writing;
});
