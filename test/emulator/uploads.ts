import { ApiError, invalidParam } from './answers';
import type { Form } from './forms';
import { seconds } from './ids';
import type { StoredFile } from './records';
import type { Call } from './route';

const megabyte = 1024 * 1024;
const largest = 15 * megabyte;
const longestName = 200;
const extensions = 'txt markdown md mdx pdf html htm xlsx xls docx csv vtt properties'.split(' ');
const markup = /<(script|style)[^]*?<\/\1>|<[^>]+>/gi;

const shortened = (name: string, extension: string) =>
	name.length > longestName ? `${name.split('.')[0].slice(0, longestName)}.${extension}` : name;

const contentOf = (bytes: Buffer, extension: string) => {
	const text = bytes.toString('utf8');
	return ['html', 'htm'].includes(extension) ? text.replace(markup, ' ').trim() : text;
};

/** The file that Dify makes of a text document. */
export const textFile = ({ workspace }: Call, name: string, text: string): StoredFile => ({
	id: workspace.ids.next(),
	name: name.slice(0, longestName),
	size: text.length,
	extension: 'txt',
	mimeType: 'text/plain',
	createdAt: seconds(),
	bytes: Buffer.from(text),
	text,
});

const refusals = {
	// Creating a document swallows the text of these refusals.
	create: { type: invalidParam(''), size: invalidParam('') },
	pipeline: { type: null, size: invalidParam('') },
	update: {
		type: new ApiError(415, 'unsupported_file_type', 'File type not allowed.'),
		size: new ApiError(413, 'file_too_large', ''),
	},
};

/** The one file of a form, refused as Dify refuses it. */
export function fileOf({ workspace, dialect }: Call, form: Form | undefined, purpose: keyof typeof refusals): StoredFile {
	const fields = new Set(form?.files.map(({ field }) => field));
	const file = form?.files.find(({ field }) => field === 'file');
	if (fields.size > 1 || (fields.size === 1 && purpose === 'update' && !file)) {
		throw new ApiError(400, 'too_many_files', 'Only one file is allowed.');
	}
	if (!file) throw new ApiError(400, 'no_file_uploaded', 'Please upload your file.');
	if (!file.filename) throw new ApiError(400, 'filename_not_exists_error', 'The specified filename does not exist.');
	if (dialect.forbiddenInFileNames.test(file.filename)) throw invalidParam('Filename contains invalid characters');
	const extension = /\.([^.]+)$/.exec(file.filename)?.[1].toLowerCase() ?? '';
	const { type } = refusals[purpose];
	if (type && !extensions.includes(extension)) throw type;
	if (file.bytes.length > largest) {
		const { size } = refusals[purpose];
		throw size.status === 413 ? new ApiError(413, size.code, dialect.fileTooLarge) : size;
	}
	return {
		id: workspace.ids.next(),
		name: shortened(file.filename, extension),
		size: file.bytes.length,
		extension,
		mimeType: file.contentType.split(';')[0].trim().toLowerCase(),
		createdAt: seconds(),
		bytes: file.bytes,
		text: contentOf(file.bytes, extension),
	};
}
