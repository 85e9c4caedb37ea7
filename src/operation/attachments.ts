import { appParameters } from './app';
import { choiceFor, customType, ruleOfUploads, typeOf, type FileRule } from './fileRules';
import { InputError, Multipart, type Call, type FilePart, type Json } from './types';
import { shortened } from './values';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const MEBI = 1024 * 1024;

/** The `files` of a message: binary fields, URLs and upload IDs of the item, `*` for all its binary fields. */
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
	return await mappings(names, ruleOfUploads(upload), call);
}

/** A file for Dify: an address, an uploaded file, or a binary field that is uploaded now, as the same user. */
export async function fileMapping(value: unknown, rule: FileRule, call: Call): Promise<Json> {
	const [mapping] = await mappings([value], rule, call);
	return mapping;
}

/** Several of them: a list, or a comma-separated text. */
export async function fileMappings(value: unknown, rule: FileRule, call: Call): Promise<Json[]> {
	const values = listed(value);
	if (!rule.most || values.length <= rule.most) return await mappings(values, rule, call);
	throw new InputError(`${rule.whose} takes ${rule.most} files, not ${values.length}`, 'Send fewer, or raise the number of the variable in Dify.');
}

/** A binary field of the item as a file that this server is said to take. */
export async function sizedFile(binaryPropertyName: unknown, call: Call): Promise<FilePart> {
	const file = await call.file(String(binaryPropertyName));
	// The least limit a server can have.
	if (file.size > MEBI) await assertSize(file, call);
	return file;
}

/** Nothing is uploaded unless all of them fit. */
async function mappings(values: unknown[], rule: FileRule, call: Call): Promise<Json[]> {
	const ready = await Promise.all(values.map(async (value) => await prepared(value, rule, call)));
	return await Promise.all(ready.map(async (finish) => await finish()));
}

async function prepared(value: unknown, rule: FileRule, call: Call): Promise<() => Promise<Json> | Json> {
	if (typeof value === 'object' && value !== null) return () => given(value as Json, rule);
	const name = String(value).trim();
	if (/^https?:\/\//i.test(name)) {
		const type = choiceFor(name.split(/[?#]/)[0], 'remote_url', rule);
		return () => ({ type, transfer_method: 'remote_url', url: name });
	}
	if (UUID.test(name)) return () => ({ type: customType(rule), transfer_method: 'local_file', upload_file_id: name });
	const file = await call.file(name);
	const type = choiceFor(file.fileName, 'local_file', rule);
	await assertSize(file, call);
	return async () => {
		const body = new Multipart({ user: call.param('user', 'n8n') }, { file });
		const { id } = await call.json({ method: 'POST', path: '/files/upload', body });
		return { type, transfer_method: 'local_file', upload_file_id: id };
	};
}

/** Dify's own mapping, or the answer to an upload. */
function given(value: Json, rule: FileRule): Json {
	if (value.transfer_method) return value;
	if (UUID.test(String(value.id)) && typeof value.extension === 'string') {
		const name = String(value.name ?? `.${value.extension}`);
		return { type: choiceFor(name, 'local_file', rule), transfer_method: 'local_file', upload_file_id: value.id };
	}
	throw new InputError(
		`${rule.whose} takes a file, not ${shortened(value)}`,
		'Enter the name of a binary field, an address, or the output of the operation Upload.',
	);
}

function listed(value: unknown): unknown[] {
	if (Array.isArray(value)) return value;
	if (typeof value === 'object' && value !== null) return [value];
	return String(value ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
}

function binaryFields({ n8n, item }: Call): string[] {
	return Object.keys(n8n.getInputData()[item]?.binary ?? {});
}

async function assertSize({ fileName, size }: FilePart, call: Call): Promise<void> {
	const limits = ((await appParameters(call)).system_parameters ?? {}) as Json;
	const type = typeOf(fileName);
	const limit = limits[type === 'document' || type === 'custom' ? 'file_size_limit' : `${type}_file_size_limit`];
	if (typeof limit !== 'number' || size <= limit * MEBI) return;
	throw new InputError(
		`'${fileName}' has ${Math.ceil(size / MEBI)} MB, this Dify server takes ${limit} MB`,
		'Send a smaller file, or raise the limit of the server.',
	);
}
