import { readEvents, type DifyEvent } from '../../../src/streaming/events';
import { chat, chatWithPings, delta, PING, sse } from './transcripts';

const SEPARATORS = '\u2028 \u2029 \u0085';

async function* chunks(text: string | Buffer, size = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(text as string);
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Buffer, size?: number): Promise<DifyEvent[]> {
	const events: DifyEvent[] = [];
	for await (const event of readEvents(chunks(text, size))) events.push(event);
	return events;
}

describe('readEvents', () => {
	it.each([1, 2, 3, 7, 64])('reads the same from pieces of %i bytes', async (size) => {
		const events = [...chat, delta('苹果 🍎👩‍👩‍👧 é')];
		expect(await read(sse(...events), size)).toEqual(events);
	});

	it('skips pings before, between and after data', async () => {
		expect(await read(PING + sse(...chatWithPings))).toEqual(chat);
	});

	it.each([1, 3, 4096])('splits lines at LF, CRLF and CR only, in pieces of %i bytes', async (size) => {
		const events = [delta(`raw ${SEPARATORS} inside`), ...chat];
		const text = sse(PING, ...events);
		expect(text).toContain(SEPARATORS);
		for (const end of ['\n', '\r\n', '\r']) expect(await read(text.replaceAll('\n', end), size)).toEqual(events);
	});

	it('takes "data:" with and without a blank, escaped and raw text, a byte order mark', async () => {
		const escaped = '\ufeffdata:{"event": "message", "answer": "H\\u00e9\\ud83c\\udf4e"}\n\n';
		expect(await read(escaped)).toEqual([{ event: 'message', answer: 'Hé🍎' }]);
	});

	it('tolerates comments, ids, names, retry and unknown fields', async () => {
		const block = ': hello\nid: 17\nevent: message\nretry: 5\nnovel: 1\ndata: {"event":"message"}\n\n';
		expect(await read(block)).toEqual([{ event: 'message' }]);
	});

	it('reads a 600 KB line', async () => {
		const long = 'ä'.repeat(300 * 1024);
		expect(await read(sse(delta(long), delta('end')), 16 * 1024)).toEqual([delta(long), delta('end')]);
	});

	it('reads an event of 8 MB that comes in pieces of 1.4 KB', async () => {
		const long = 'x'.repeat(8 * 1024 * 1024);
		const [event] = await read(sse(delta(long)), 1400);
		expect(event.answer).toHaveLength(long.length);
	});

	it('drops an event that is cut off', async () => {
		const text = sse(delta('a'), delta('b'));
		expect(await read(text.slice(0, -9))).toEqual([delta('a')]);
	});

	it('takes a complete last line without the blank line after it', async () => {
		expect(await read(sse(delta('a'), delta('b')).slice(0, -1))).toEqual([delta('a'), delta('b')]);
	});

	it('skips objects without an event name', async () => {
		expect(await read(`data: {"cursor":1}\n\ndata: {"event":7}\n\n${sse(delta('a'))}`)).toEqual([delta('a')]);
	});

	it.each(['[DONE]', 'null', '"text"', '[1]', '{"event":'])('refuses the data %s', async (data) => {
		await expect(read(`data: ${data}\n\n`)).rejects.toMatchObject({ name: 'DifyError', code: 'not_dify' });
	});

	it('gives the events before a bad one, in one piece too', async () => {
		const events: DifyEvent[] = [];
		const reading = async () => {
			for await (const event of readEvents(chunks(`${sse(delta('a'))}data: oops\n\n`))) events.push(event);
		};
		await expect(reading()).rejects.toThrow('oops');
		expect(events).toEqual([delta('a')]);
	});

	it.each(['{"event":"message","answer":"blocking"}', '<!doctype html><html></html>', ''])(
		'finds no event in %s',
		async (text) => expect(await read(text)).toEqual([]),
	);
});
