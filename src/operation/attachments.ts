import { appParameters } from './app';
import { InputError, Multipart, type Call, type Json } from './types';

/** What Dify reads a file as, by its extension; anything else is `custom`. */
const TYPES: Record<string, string> = {
	image: 'jpg jpeg png webp gif svg',
	audio: 'mp3 m4a wav amr mpga',
	video: 'mp4 mov mpeg webm',
	document: 'txt markdown md mdx pdf html htm xlsx xls docx csv vtt properties doc eml msg pptx ppt xml epub',
};
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const MEBI = 1024 * 1024;

/** The `files` of a message: comma-separated binary fields and URLs of the item, `*` for all its binary fields. */
export async function attachedFiles(value: unknown, call: Call): Promise<Json[] | undefined> {
	const names = listed(value).flatMap((name) => (name === '*' ? binaryFields(call) : [name]));
	if (!names.length) return undefined;
	const upload = ((await appParameters(call)).file_upload ?? {}) as Json;
	const image = (upload.image ?? {}) as Json;
	if (!(upload.enabled ?? image.enabled)) {
		throw new InputError('This app takes no files', 'Switch on file upload in the features of the app in Dify, or leave Attachments empty.');
	}
	const limit = Number(upload.number_limits ?? image.number_limits ?? 3);
	if (names.length > limit) throw new InputError(`These are ${names.length} files, the app takes ${limit}`, 'Send fewer, or raise the number in the features of the app.');
	return await Promise.all(names.map(async (name) => await fileMapping(name, call)));
}

/** A file for Dify: an address, the id of an uploaded file, or a binary field that is uploaded now, as the same user. */
export async function fileMapping(value: unknown, call: Call): Promise<Json> {
	if (typeof value === 'object' && value !== null) return value as Json;
	const name = String(value).trim();
	if (/^https?:\/\//i.test(name)) return { type: typeOf(name.split(/[?#]/)[0]), transfer_method: 'remote_url', url: name };
	if (UUID.test(name)) return { type: 'custom', transfer_method: 'local_file', upload_file_id: name };
	const file = await call.file(name);
	const type = typeOf(file.fileName);
	await assertSize(file.fileName, file.size, type, call);
	const body = new Multipart({ user: call.param('user', 'n8n') }, { file });
	const { id } = await call.json({ method: 'POST', path: '/files/upload', body });
	return { type, transfer_method: 'local_file', upload_file_id: id };
}

/** Several of them: a list, or a comma-separated text. */
export async function fileMappings(value: unknown, call: Call): Promise<Json[]> {
	const values = Array.isArray(value) ? value : listed(value);
	return await Promise.all(values.map(async (each) => await fileMapping(each, call)));
}

function listed(value: unknown): string[] {
	return String(value ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
}

function binaryFields({ n8n, item }: Call): string[] {
	return Object.keys(n8n.getInputData()[item]?.binary ?? {});
}

function typeOf(fileName: string): string {
	const extension = fileName.split('.').pop()?.toLowerCase() ?? '';
	return Object.keys(TYPES).find((type) => TYPES[type].split(' ').includes(extension)) ?? 'custom';
}

async function assertSize(fileName: string, size: number, type: string, call: Call): Promise<void> {
	const limits = ((await appParameters(call)).system_parameters ?? {}) as Json;
	const limit = limits[type === 'document' || type === 'custom' ? 'file_size_limit' : `${type}_file_size_limit`];
	if (typeof limit !== 'number' || size <= limit * MEBI) return;
	throw new InputError(
		`'${fileName}' has ${Math.ceil(size / MEBI)} MB, this Dify server takes ${limit} MB`,
		'Send a smaller file, or raise the limit of the server.',
	);
}
