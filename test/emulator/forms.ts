import { createHash } from 'node:crypto';

import type { Multipart } from '@fastify/multipart';

/** A file part of a multipart request. */
export interface FormFile {
	field: string;
	filename: string;
	contentType: string;
	bytes: Buffer;
}

/** A multipart request. */
export interface Form {
	fields: Record<string, string>;
	files: FormFile[];
}

/** A file part as the request log shows it. */
export interface ReceivedFile {
	field: string;
	filename: string;
	contentType: string;
	size: number;
	sha256: string;
}

/** Reads all parts; a part is a file when it declares a file name, as in the server's framework. */
export async function readForm(parts: AsyncIterable<Multipart>): Promise<Form> {
	const form: Form = { fields: {}, files: [] };
	for await (const part of parts) {
		if (part.type === 'field') form.fields[part.fieldname] = String(part.value);
		else {
			const bytes = await part.toBuffer();
			form.files.push({ field: part.fieldname, filename: quotesRestored(part.filename), contentType: part.mimetype, bytes });
		}
	}
	return form;
}

/** The log's view of a file part. */
export const received = ({ bytes, ...part }: FormFile): ReceivedFile => ({
	...part,
	size: bytes.length,
	sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** Dify's framework reads `%22`, as browsers write a quote, back into one (contract §11.4). */
function quotesRestored(filename: string): string {
	return filename?.replaceAll('%22', '"');
}
