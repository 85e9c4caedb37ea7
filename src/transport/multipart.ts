import FormData from 'form-data';
import { PassThrough, Readable } from 'node:stream';

import { DifyError } from './error';
import { asError } from './network';

/** One file of a multipart body, read only when the request is sent. */
export interface FilePart {
	/** Any Unicode; the extension decides how Dify reads the file. */
	fileName: string;
	mimeType: string;
	/** Bytes; what `open` gives must be exactly as long. */
	size: number;
	/** Called once per attempt. */
	open(): Promise<AsyncIterable<Uint8Array> | Uint8Array>;
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const SLICE_BYTES = 64 * 1024;

/**
 * A multipart body that is streamed with its exact length. Text parts carry no file name, or Dify takes them for files;
 * file names travel as raw UTF-8, the only form every Dify version reads.
 */
export class Multipart {
	constructor(
		readonly fields: Record<string, string>,
		readonly files: Record<string, FilePart>,
	) {}

	/**
	 * Headers and a fresh stream for one attempt; destroy it to let go of the files. It breaks with a {@link DifyError}:
	 * `upload_unreadable`, `upload_changed` when a file is not as long as it said, `idle_timeout` when it gives nothing for
	 * `idle` seconds.
	 */
	async open(idle: number): Promise<{ headers: Record<string, string>; body: Readable }> {
		const form = new FormData();
		const body = new PassThrough().setMaxListeners(0);
		// It may break before anyone reads it, while the request waits for a socket.
		body.on('error', () => undefined);
		form.on('error', (error: Error) => body.destroy(error));
		for (const [name, file] of Object.entries(this.files)) await appendFile(form, name, file, body, idle);
		for (const [name, value] of Object.entries(this.fields)) form.append(name, value);
		const headers = { ...form.getHeaders(), 'content-length': String(form.getLengthSync()) };
		form.pipe(body);
		return { headers, body };
	}
}

async function appendFile(
	form: FormData,
	name: string,
	file: FilePart,
	body: PassThrough,
	idle: number,
): Promise<void> {
	const content = await file.open().catch((caught: unknown) => {
		body.destroy();
		throw unreadable(file.fileName, caught);
	});
	const bytes = counted(file, watched(content instanceof Uint8Array ? slices(content) : content, body, idle));
	const options = { filename: plain(file.fileName), contentType: file.mimeType, knownLength: file.size };
	if (file.size) {
		const source = Readable.from(bytes, { objectMode: false });
		body.once('close', () => source.destroy());
		form.append(name, source, options);
	} else {
		// form-data takes a known length of 0 for an unknown one, but only of a stream.
		await bytes.next();
		form.append(name, Buffer.alloc(0), options);
	}
	body.once('close', () => content instanceof Readable && content.destroy());
}

/** The same chunks; breaks `body` when one does not come although somebody waits for it. */
async function* watched(content: Chunks, body: PassThrough, idle: number): AsyncGenerator<Uint8Array> {
	const stalled = new DifyError(`The file gave nothing for ${idle} seconds`, { code: 'idle_timeout' });
	const watch = setTimeout(() => (body.readableFlowing ? body.destroy(stalled) : watch.refresh()), idle * 1000);
	body.once('close', () => clearTimeout(watch));
	try {
		for await (const chunk of content) {
			watch.refresh();
			yield chunk;
		}
	} finally {
		clearTimeout(watch);
	}
}

async function* counted(file: FilePart, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let size = 0;
	try {
		for await (const chunk of content) {
			size += chunk.byteLength;
			if (size > file.size) break;
			yield chunk;
		}
	} catch (caught) {
		throw unreadable(file.fileName, caught);
	}
	if (size !== file.size) throw changed(file);
}

/** A write counts as progress only once the socket has taken all of it, so a large buffer goes in slices. */
function* slices(content: Uint8Array): Generator<Uint8Array> {
	for (let at = 0; at < content.byteLength; at += SLICE_BYTES) yield content.subarray(at, at + SLICE_BYTES);
}

function changed({ fileName }: FilePart): DifyError {
	return new DifyError(`The file '${fileName}' changed its size while it was read`, { code: 'upload_changed' });
}

export function unreadable(fileName: string, caught: unknown): DifyError {
	return new DifyError(`The file '${fileName}' could not be read (${asError(caught).message})`, {
		code: 'upload_unreadable',
	});
}

/** A file name as it is sent: line ends and the path separators that Dify refuses cannot stand in the header. */
export function plain(fileName: string): string {
	return fileName.replace(/[\r\n]+/g, ' ').replace(/[\\/]/g, '_');
}
