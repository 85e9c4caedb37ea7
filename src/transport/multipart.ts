import FormData from 'form-data';
import { PassThrough, Readable } from 'node:stream';

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

/**
 * A multipart body that is streamed with its exact length. Text parts carry no file name, or Dify takes them for files;
 * file names travel as raw UTF-8, the only form every Dify version reads.
 */
export class Multipart {
	constructor(
		readonly fields: Record<string, string>,
		readonly files: Record<string, FilePart>,
	) {}

	/** Headers and a fresh stream for one attempt. */
	async open(): Promise<{ headers: Record<string, string>; body: Readable }> {
		const form = new FormData();
		const sources: Readable[] = [];
		for (const [name, file] of Object.entries(this.files)) {
			const content = await file.open();
			const source = content instanceof Readable ? content : Readable.from(chunks(content));
			sources.push(source);
			form.append(name, source, {
				filename: quotable(file.fileName),
				contentType: file.mimeType,
				knownLength: file.size,
			});
		}
		for (const [name, value] of Object.entries(this.fields)) form.append(name, value);

		const body = new PassThrough();
		form.on('error', (error: Error) => body.destroy(error));
		body.on('close', () => sources.forEach((source) => source.destroy()));
		form.pipe(body);
		return { headers: { ...form.getHeaders(), 'content-length': String(form.getLengthSync()) }, body };
	}
}

function chunks(content: AsyncIterable<Uint8Array> | Uint8Array): AsyncIterable<Uint8Array> | Uint8Array[] {
	return content instanceof Uint8Array ? [content] : content;
}

/** Quotes, line ends and the path separators that Dify refuses in file names cannot stand in the header. */
function quotable(fileName: string): string {
	return fileName.replace(/[\r\n]+/g, ' ').replace(/[\\/]/g, '_').replaceAll('"', '%22');
}
