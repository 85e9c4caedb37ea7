import { createHmac, randomBytes } from 'node:crypto';

import { notFound } from './answers';
import { seconds } from './ids';
import type { Json } from './json';
import type { Call, Routes } from './route';

const lifetime = 300;
const secret = randomBytes(32);

const signature = (id: string, timestamp: string, nonce: string) =>
	createHmac('sha256', secret).update(`file-preview|${id}|${timestamp}|${nonce}`).digest('base64url');

/** A URL that serves a file without a key for some minutes. */
export function signedUrl(origin: string, id: string, parameters: Record<string, string> = {}) {
	const [timestamp, nonce] = [String(seconds()), randomBytes(16).toString('hex')];
	const query = new URLSearchParams({ timestamp, nonce, sign: signature(id, timestamp, nonce), ...parameters });
	return `${origin}/files/${id}/file-preview?${query.toString()}`;
}

const isValid = (id: string, { timestamp = '', nonce = '', sign }: Json) =>
	sign === signature(id, String(timestamp), String(nonce)) && seconds() - Number(timestamp) <= lifetime;

const fileOf = ({ workspace }: Call, id: string) =>
	workspace.documents().find(({ file }) => file.id === id)?.file ??
	workspace.pipelineFiles.get(id) ??
	workspace.apps.uploads.get(id);

/** Signed URLs, which need no key. */
export const fileUrlRoutes: Routes = {
	'GET ~/files/{file_id}/file-preview': {
		key: 'none',
		handle: (call) => {
			const id = call.params.file_id;
			const file = fileOf(call, id);
			if (!file || !isValid(id, call.query)) throw notFound('File not found or signature is invalid');
			const attachment = call.query.as_attachment === 'true' && {
				'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
			};
			return { status: 200, headers: { 'content-type': 'application/octet-stream', ...attachment }, body: file.bytes };
		},
	},
};
