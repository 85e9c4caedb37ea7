import type { FileValue, Upload } from './appRecords';
import { crash, invalidParam } from './answers';
import type { Dialect } from './dialects';
import { extensionOf, fileTypes, mimeTypeOf, typeOfExtension } from './fileTypes';
import { toolFileSize, toolFileUrl, uploadUrl } from './files';
import { isUuid } from './ids';
import { isObject, type Json, textOf, type Value } from './json';
import type { AppCall } from './route';

const methods = ['remote_url', 'local_file', 'tool_file'];

const reference = (id: string) => `dify-file-ref:${Buffer.from(JSON.stringify({ record_id: id })).toString('base64')}`;

interface Facts {
	type: string;
	method: string;
	name: string;
	extension: string;
	mimeType: string;
	size: number;
	id: string | null;
	remote: string | null;
	url: string;
}

const valueOf = ({ type, method, name, extension, mimeType, size, id, remote, url }: Facts): FileValue => ({
	dify_model_identity: '__dify__file__',
	id: null,
	type,
	transfer_method: method,
	remote_url: remote,
	reference: id && reference(id),
	filename: name,
	extension: extension && `.${extension}`,
	mime_type: mimeType,
	size,
	related_id: id,
	url,
});

/** Whether a value is a file. */
export const isFile = (value: Value | undefined): value is FileValue =>
	isObject(value) && value.dify_model_identity === '__dify__file__';

/** The files of a node's outputs, alone or in lists. */
export const filesOf = (outputs: Json) => Object.values(outputs).flat().filter(isFile);

/** A file that a workflow's tool made. */
export const toolFile = (call: AppCall): FileValue => {
	const id = call.workspace.ids.next();
	const url = toolFileUrl(call, id);
	const made = { name: `${id.replace(/-/g, '')}.png`, extension: 'png', mimeType: 'image/png', size: toolFileSize };
	return valueOf({ type: 'image', method: 'tool_file', ...made, id, remote: null, url });
};

const uploadOf = ({ workspace, app, user, dialect }: AppCall, id: string | undefined): Upload => {
	if (!id) throw invalidParam('Invalid upload file id');
	if (!isUuid(id)) throw invalidParam('Invalid upload file id format');
	const upload = workspace.apps.uploads.get(id.toLowerCase());
	const isOwn = upload?.appId === app.id && upload.user === user;
	if (!upload || (!isOwn && !dialect.uploadsAreShared)) throw invalidParam('Invalid upload file');
	return upload;
};

/** Hosts that are reserved for examples; no server has to be there. */
const isExample = (host: string) => /(^|\.)(example|example\.(com|org|net))$/.test(host);

/** Asks for a remote file the way the server does before it believes in it. */
const probe = async (address: string) => {
	if (!URL.canParse(address)) throw invalidParam('Invalid file url');
	if (isExample(new URL(address).hostname)) return undefined;
	const response = await fetch(address, { method: 'HEAD' }).catch(() => {
		throw invalidParam(`Reached maximum retries (3) for URL ${address}`);
	});
	if (!response.ok) throw crash();
	return response.headers;
};

const remoteFile = async (type: string, address: string): Promise<FileValue> => {
	const headers = await probe(address);
	const name = decodeURIComponent(new URL(address).pathname.split('/').pop() ?? '');
	const extension = extensionOf(name);
	const mimeType = headers?.get('content-type')?.split(';')[0] ?? mimeTypeOf(extension);
	const size = Number(headers?.get('content-length') ?? -1);
	const facts = { type, method: 'remote_url', name, extension, mimeType, size, id: null };
	return valueOf({ ...facts, remote: address, url: address });
};

/** What a place takes. */
export interface FileRule {
	types: string[];
	/** For `custom`; any letter case, with the dot. */
	extensions: string[];
	methods: string[];
	/** Refuse a type that does not go with the file's extension. */
	exact: boolean;
}

/** The rule of a file variable or of a form's input. */
export const ruleOf = (definition: Json): FileRule => ({
	types: (definition.allowed_file_types ?? []) as string[],
	extensions: (definition.allowed_file_extensions ?? []) as string[],
	methods: (definition.allowed_file_upload_methods ?? methods) as string[],
	exact: true,
});

const allows = (rule: FileRule, { type, extension, transfer_method: method }: FileValue, { fileTypes: trust }: Dialect) => {
	const { types, extensions, methods: allowed, exact } = rule;
	if (!allowed.includes(method)) return false;
	if (type !== 'custom') return types.includes(type) || (!exact && trust === 'trusted');
	return types.includes(type) && extensions.some((each) => each.toLowerCase() === extension.toLowerCase());
};

/** The file that a mapping means; without a rule any file will do. */
export async function readFile(call: AppCall, mapping: Json, rule?: FileRule): Promise<FileValue> {
	const { type: given, transfer_method: method, upload_file_id: id } = mapping;
	const type = given ?? 'custom';
	if (!method) throw invalidParam('transfer_method is required in file mapping');
	if (!methods.includes(String(method))) throw invalidParam(`'${String(method)}' is not a valid FileTransferMethod`);
	if (!fileTypes.includes(String(type))) throw invalidParam(`'${String(type)}' is not a valid FileType`);
	const file =
		method === 'remote_url'
			? await remoteFile(String(type), textOf(mapping.url) ?? textOf(mapping.remote_url) ?? '')
			: localFile(call, String(type), textOf(id));
	if (rule) checkFile(call, file, rule, given === undefined);
	return file;
}

const checkFile = ({ dialect }: AppCall, file: FileValue, rule: FileRule, isTypeless: boolean) => {
	const isOther = file.type !== 'custom' && typeOfExtension(file.extension.slice(1)) !== file.type && dialect.fileTypes === 'checked';
	if (rule.exact && (isOther || (isTypeless && dialect.typelessFile === 'detected'))) {
		throw invalidParam('Detected file type does not match the specified type. Please verify the file.');
	}
	if (!allows(rule, file, dialect)) throw invalidParam(`File validation failed for file: ${file.filename}`);
};

const localFile = (call: AppCall, type: string, uploadId: string | undefined): FileValue => {
	const { id, name, extension, mimeType, bytes } = uploadOf(call, uploadId);
	const facts = { type, method: 'local_file', name, extension, mimeType, size: bytes.length, id };
	return valueOf({ ...facts, remote: '', url: uploadUrl(call, id) });
};
