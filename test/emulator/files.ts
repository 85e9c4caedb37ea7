import type { Upload } from './appRecords';
import { type Answer, ApiError, invalidParam, json } from './answers';
import { endUserOf } from './endUsers';
import { extensionOf, typeOfExtension } from './fileTypes';
import { signedUrl } from './fileUrls';
import type { FormFile } from './forms';
import { fixedId, seconds, tenantId } from './ids';
import type { AppCall, Routes, World } from './route';

const megabyte = 1024 * 1024;
const largest: Record<string, number> = { image: 10, audio: 50, video: 100 };
const largestOther = 15;
const longestName = 200;

/** The address under which anyone can fetch an upload for a while. */
export const uploadUrl = ({ origin }: World, id: string) => signedUrl(origin, id);

/** The address of a file that a tool made. */
export const toolFileUrl = ({ origin }: World, id: string) => `${origin}/files/tools/${id}.png?${signatureOf(id)}`;

const signatureOf = (id: string) => `timestamp=${seconds()}&nonce=${fixedId(`nonce ${id}`)}&sign=${fixedId(`sign ${id}`)}`;

const checkedFile = ({ form, dialect }: AppCall): FormFile => {
	const file = form?.files.find(({ field }) => field === 'file');
	if (!file) throw new ApiError(400, 'no_file_uploaded', 'Please upload your file.');
	if (form?.files.some(({ field }) => field !== 'file')) {
		throw new ApiError(400, 'too_many_files', 'Only one file is allowed.');
	}
	if (!file.contentType) throw new ApiError(415, 'unsupported_file_type', 'File type not allowed.');
	if (!file.filename) {
		throw new ApiError(400, 'filename_not_exists_error', 'The specified filename does not exist.');
	}
	if (dialect.forbiddenInFileNames.test(file.filename)) throw invalidParam('Filename contains invalid characters');
	const limit = largest[typeOfExtension(extensionOf(file.filename))] ?? largestOther;
	if (file.bytes.length > limit * megabyte) throw new ApiError(413, 'file_too_large', dialect.fileTooLarge);
	return file;
};

const upload = (call: AppCall) => {
	const { workspace, app, user } = call;
	const { filename, contentType, bytes } = checkedFile(call);
	const extension = extensionOf(filename);
	const name = filename.length > longestName ? `${filename.split('.')[0].slice(0, longestName)}.${extension}` : filename;
	const stored: Upload = {
		id: workspace.ids.next(),
		appId: app.id,
		user,
		name,
		extension,
		mimeType: contentType.split(';')[0].trim().toLowerCase(),
		bytes,
		createdAt: seconds(),
		usedBy: null,
	};
	workspace.apps.uploads.set(stored.id, stored);
	const answer = {
		id: stored.id,
		reference: null,
		name,
		size: bytes.length,
		extension,
		mime_type: stored.mimeType,
		created_by: endUserOf(call, app, user).id,
		created_at: stored.createdAt,
		preview_url: null,
		source_url: uploadUrl(call, stored.id),
		original_url: null,
		user_id: null,
		tenant_id: tenantId,
		conversation_id: null,
		file_key: null,
	};
	return json(answer, 201);
};

const rfc5987 = (name: string) => encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

const contentTypeOf = (mimeType: string) => (mimeType.startsWith('text/') ? `${mimeType}; charset=utf-8` : mimeType);

const preview = ({ workspace, app, params, query, dialect }: AppCall): Answer => {
	const file = workspace.apps.uploads.get(params.file_id.toLowerCase());
	if (!file?.usedBy) throw new ApiError(404, 'file_not_found', 'File not found in message context');
	if (file.usedBy !== app.id) {
		throw new ApiError(403, 'file_access_denied', 'File access denied: not owned by requesting app');
	}
	const isHtml = file.mimeType.includes('html') && !dialect.showsHtml;
	const attached = query.as_attachment === true || isHtml;
	const disposition = { 'content-disposition': `attachment; filename*=UTF-8''${rfc5987(file.name)}` };
	const headers = {
		'content-type': attached ? 'application/octet-stream' : contentTypeOf(file.mimeType),
		...(attached && disposition),
		...(isHtml && { 'x-content-type-options': 'nosniff' }),
		...(/^(audio|video)\//.test(file.mimeType) && { 'accept-ranges': 'bytes' }),
		'cache-control': 'public, max-age=3600',
	};
	return { status: 200, headers, body: file.bytes };
};

/** The smallest PNG: what the tools of the emulator's workflows make. */
const picture = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/** Size of a tool's file. */
export const toolFileSize = picture.length;

/** Files for messages and inputs. */
export const fileRoutes: Routes = {
	'POST /files/upload': {
		key: 'app',
		user: { in: 'form' },
		fields: { title: 'UploadForm', type: 'object', properties: { user: {} } },
		handle: upload,
	},
	'GET /files/{file_id}/preview': {
		key: 'app',
		query: {
			title: 'FilePreviewQuery',
			type: 'object',
			properties: { as_attachment: { type: 'boolean' }, user: { type: 'string' } },
		},
		handle: preview,
	},
	'GET ~/files/tools/{name}': {
		key: 'none',
		handle: () => ({ status: 200, headers: { 'content-type': 'image/png' }, body: picture }),
	},
};
