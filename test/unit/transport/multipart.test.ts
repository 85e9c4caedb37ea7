import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { sendForJson, type Request } from '../../../src/transport/client';
import { Multipart, type FilePart } from '../../../src/transport/multipart';
import { warningsOf } from '../warnings';
import { bytesOf, closeAll, connectionTo, json, refused, serve, until } from './server';

afterEach(closeAll);

interface Part {
	head: string;
	content: Buffer;
}

/** The parts as any RFC 7578 reader finds them. */
function partsOf(request: IncomingMessage, body: Buffer): Part[] {
	const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
	const text = body.toString('latin1');
	expect(text.endsWith(`\r\n--${boundary}--\r\n`)).toBe(true);
	return text
		.slice(0, -`\r\n--${boundary}--\r\n`.length)
		.split(new RegExp(`(?:^|\r\n)--${boundary}\r\n`))
		.slice(1)
		.map((part) => {
			const end = part.indexOf('\r\n\r\n');
			const head = Buffer.from(part.slice(0, end), 'latin1').toString('utf8');
			return { head, content: Buffer.from(part.slice(end + 4), 'latin1') };
		});
}

async function uploadTo(body: Multipart): Promise<{ request: IncomingMessage; body: Buffer; parts: Part[] }> {
	const received: Buffer[] = [];
	const server = await serve(async (request, response) => {
		received.push(await bytesOf(request));
		json(response, 200, {});
	});
	await sendForJson(connectionTo(server), post(body));
	const [request] = server.requests;
	return { request, body: received[0], parts: partsOf(request, received[0]) };
}

function post(body: Multipart): Request {
	return { method: 'POST', path: '/files/upload', body };
}

function fileOf(content: Awaited<ReturnType<FilePart['open']>>, size: number, fileName = 'a.bin'): FilePart {
	return { fileName, mimeType: 'application/octet-stream', size, open: async () => await Promise.resolve(content) };
}

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < content.length; at += size) {
		if (at % 7 === 0) await sleep(0);
		yield content.subarray(at, at + size);
	}
}

const content = randomBytes(300_001);

describe('a multipart upload', () => {
	it.each([
		['a Readable', () => Readable.from(inPieces(content, 10_007), { objectMode: false })],
		['a Readable in object mode', () => Readable.from(inPieces(content, 65_536))],
		['an async iterable', () => inPieces(content, 99_999)],
		['a Uint8Array', () => new Uint8Array(content)],
		['a Buffer', () => content],
	])('from %s arrives byte for byte, with its exact length', async (_, make) => {
		const file = { ...fileOf(make(), content.length, 'a.pdf'), mimeType: 'application/pdf' };
		const { request, body, parts } = await uploadTo(new Multipart({ user: 'anna' }, { file }));
		expect(request.headers['content-length']).toBe(String(body.length));
		expect(request.headers['transfer-encoding']).toBeUndefined();
		expect(parts).toHaveLength(2);
		expect(parts[0].head).toBe(
			'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf',
		);
		expect(createHash('sha256').update(parts[0].content).digest('hex')).toBe(
			createHash('sha256').update(content).digest('hex'),
		);
		expect(parts[1]).toEqual({ head: 'Content-Disposition: form-data; name="user"', content: Buffer.from('anna') });
	});

	it.each([
		['отчёт.txt', 'отчёт.txt'],
		['报告 2026.pdf', '报告 2026.pdf'],
		['🦄.md', '🦄.md'],
		['a "quoted" name.txt', 'a %22quoted%22 name.txt'],
		['two\r\nlines.txt', 'two lines.txt'],
		['x\r\nX-Evil: 1.txt', 'x X-Evil: 1.txt'],
		['folder/file.txt', 'folder_file.txt'],
		['C:\\folder\\file.txt', 'C:_folder_file.txt'],
		['semi;colon=.txt', 'semi;colon=.txt'],
	])('names %j as raw UTF-8', async (fileName, sent) => {
		const { parts } = await uploadTo(new Multipart({}, { file: fileOf(Buffer.from('x'), 1, fileName) }));
		expect(parts[0].head).toContain(`; filename="${sent}"\r\n`);
		expect(parts[0].head.split('\r\n')).toHaveLength(2);
	});

	it('sends text parts without a file name, in any language', async () => {
		const data = JSON.stringify({ name: '知识库 🦄', text: 'a\r\n\r\nb' });
		const { parts } = await uploadTo(new Multipart({ data, empty: '' }, { file: fileOf(Buffer.from('x'), 1) }));
		expect(parts.slice(1)).toEqual([
			{ head: 'Content-Disposition: form-data; name="data"', content: Buffer.from(data) },
			{ head: 'Content-Disposition: form-data; name="empty"', content: Buffer.alloc(0) },
		]);
	});

	it('sends several files, and an empty one', async () => {
		const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`more${i}`, fileOf(Buffer.from('m'), 1)]));
		expect(await warningsOf(async () => await uploadTo(new Multipart({}, many)))).toEqual([]);
		const files = {
			one: fileOf(Buffer.from('first'), 5),
			none: fileOf(Buffer.alloc(0), 0),
			two: fileOf(inPieces(content, 5000), content.length),
		};
		const { request, body, parts } = await uploadTo(new Multipart({}, files));
		expect(request.headers['content-length']).toBe(String(body.length));
		expect(parts.map((part) => part.content.length)).toEqual([5, 0, content.length]);
	});

	it('lets go of the clock when a source hangs for good', async () => {
		const started = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
		async function* hanging() {
			yield content;
			await new Promise(() => undefined);
		}
		const { body } = await new Multipart({}, { file: fileOf(hanging(), 10_000_000) }).open(60);
		await new Promise((resolve) => body.once('data', resolve));
		expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(started + 1);
		body.destroy();
		await sleep(10);
		expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(started);
	});

	it('sends fields alone', async () => {
		const { parts } = await uploadTo(new Multipart({ a: '1' }, {}));
		expect(parts).toEqual([{ head: 'Content-Disposition: form-data; name="a"', content: Buffer.from('1') }]);
	});

	it('pulls no faster than the server reads', async () => {
		const SIZE = 64 * 1024 * 1024;
		let pulled = 0;
		let received = 0;
		let ahead = 0;
		const server = await serve(async (request, response) => {
			await sleep(300);
			ahead = pulled;
			for await (const part of request) {
				received += (part as Buffer).length;
				ahead = Math.max(ahead, pulled - received);
			}
			json(response, 200, {});
		});
		async function* source() {
			const piece = new Uint8Array(64 * 1024);
			for (; pulled < SIZE; pulled += piece.length) yield piece;
		}
		await sendForJson(
			connectionTo(server),
			post(new Multipart({}, { file: fileOf(Readable.from(source(), { objectMode: false }), SIZE) })),
		);
		expect(received).toBeGreaterThan(SIZE);
		expect(ahead).toBeGreaterThan(0);
		expect(ahead).toBeLessThan(12 * 1024 * 1024);
	}, 20_000);
});

describe('an upload that goes wrong', () => {
	async function failing(part: FilePart) {
		const server = await serve((request) => request.resume());
		const error = await refused(
			sendForJson(connectionTo(server, { retries: 3 }), post(new Multipart({ user: 'u' }, { file: part }))),
		);
		expect(error.url).toBe(`POST ${server.origin}/v1/files/upload`);
		await until(() => server.sockets.every((socket) => socket.destroyed), 'the socket to close');
		expect(server.requests.length).toBeLessThanOrEqual(1);
		return error;
	}

	it.each([
		['longer', 300_000, 200_000],
		['shorter', 200_000, 300_000],
		['longer than the promised nothing', 10, 0],
		['shorter, down to nothing', 0, 10],
	])('is %s than promised', async (_, real, promised) => {
		const bytes = content.subarray(0, real);
		for (const source of [bytes, Readable.from(inPieces(bytes, 7777), { objectMode: false }), inPieces(bytes, 7777)]) {
			expect(await failing(fileOf(source, promised, 'report.pdf'))).toMatchObject({
				code: 'upload_changed',
				status: undefined,
				message: "The file 'report.pdf' changed its size while it was read",
			});
		}
	});

	it('breaks in the middle of the source', async () => {
		async function* source() {
			yield content.subarray(0, 100_000);
			await sleep(20);
			throw new Error('disk gone');
		}
		for (const each of [source(), Readable.from(source(), { objectMode: false })]) {
			expect(await failing(fileOf(each, 300_000, 'report.pdf'))).toMatchObject({
				code: 'upload_unreadable',
				message: "The file 'report.pdf' could not be read (disk gone)",
			});
		}
	});

	it('ends because the source is destroyed without a word', async () => {
		const source = new Readable({ read: () => undefined });
		source.push(content);
		setTimeout(() => source.destroy(), 100);
		expect(await failing(fileOf(source, 10_000_000))).toMatchObject({ code: 'upload_unreadable' });
	});

	it('cannot even be opened, and lets go of the file before it', async () => {
		const first = new Readable({ read: () => undefined });
		const second = { ...fileOf(content, 5, 'b.txt'), open: () => Promise.reject(new Error('no such binary')) };
		const body = new Multipart({}, { one: fileOf(first, 1000), two: second });
		const error = await refused(sendForJson(connectionTo({ origin: 'http://127.0.0.1:9' }), post(body)));
		expect(error).toMatchObject({
			code: 'upload_unreadable',
			message: "The file 'b.txt' could not be read (no such binary)",
		});
		await until(() => first.destroyed, 'the first file to be let go');
	});

	it('breaks while it waits for a socket', async () => {
		let answer = () => undefined as unknown;
		const server = await serve((_request, response) => {
			answer = () => json(response, 200, {});
		});
		const connection = connectionTo(server, { maxConnections: 1 });
		const running = sendForJson(connection, { method: 'GET', path: '/x' });
		await until(() => server.requests.length === 1, 'the first request');
		const queued = refused(sendForJson(connection, post(new Multipart({}, { file: fileOf(Buffer.from('abc'), 5) }))));
		await sleep(100);
		answer();
		await running;
		expect(await queued).toMatchObject({ code: 'upload_changed' });
	});

	it.each(['cancelled', 'refused by the server'])('is %s: the source is destroyed', async (how) => {
		const controller = new AbortController();
		const server = await serve((request, response) => {
			if (how === 'cancelled') {
				request.resume();
				setTimeout(() => controller.abort(), 50);
			} else {
				json(response, 413, { code: 'file_too_large', message: 'File size exceeded.' }, { connection: 'close' });
			}
		});
		const source = new Readable({ read: () => undefined });
		source.push(content);
		const call = sendForJson(connectionTo(server), {
			...post(new Multipart({}, { file: fileOf(source, 10_000_000) })),
			signal: controller.signal,
		});
		expect((await refused(call)).code).toBe(how === 'cancelled' ? 'aborted' : 'file_too_large');
		await until(() => source.destroyed, 'the source to be destroyed');
		await until(() => server.sockets[0].destroyed, 'the socket to close');
	});

	it('is refused early by a proxy, in the middle of a large file', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
			response.end('<html><head><title>413 Request Entity Too Large</title></head></html>');
		});
		const body = new Multipart({}, { file: fileOf(new Uint8Array(40_000_000), 40_000_000) });
		const error = await refused(sendForJson(connectionTo(server), post(body)));
		expect(error).toMatchObject({ code: 'proxy_too_large', status: 413, message: 'HTTP 413 Request Entity Too Large' });
	});
});
