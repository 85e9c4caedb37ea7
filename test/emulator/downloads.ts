import { randomUUID } from 'node:crypto';
import path from 'node:path';

import { json, notFound } from './answers';
import { owner } from './datasetView';
import { documentOf } from './documents';
import { signedUrl } from './fileUrls';
import type { StoredFile } from './records';
import type { DatasetCall, Routes } from './route';
import type { Schema } from './validation';
import { type Entry, zip } from './zip';

const zipSchema: Schema = {
	title: 'DocumentBatchDownloadZipPayload',
	type: 'object',
	required: ['document_ids'],
	properties: {
		document_ids: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', format: 'uuid' } },
	},
};

const uploadOf = (call: DatasetCall) => {
	const document = documentOf(call);
	if (document.datasource) throw notFound('Document does not have an uploaded file to download.');
	return document.file;
};

const urlOf = ({ origin }: DatasetCall, { id }: StoredFile) => signedUrl(origin, id, { as_attachment: 'true' });

/** A file that comes twice gets a number. */
const entriesOf = (files: StoredFile[]) => {
	const entries: Entry[] = [];
	for (const { name, bytes } of files) {
		const { name: stem, ext } = path.parse(name);
		let unique = name;
		for (let count = 1; entries.some((entry) => entry.name === unique); count += 1) unique = `${stem} (${count})${ext}`;
		entries.push({ name: unique, bytes });
	}
	return entries;
};

const zipped = (call: DatasetCall) => {
	const files = (call.body.document_ids as string[]).map((id) => {
		const document = documentOf({ ...call, params: { document_id: id } });
		if (document.datasource) throw notFound('Only uploaded-file documents can be downloaded as ZIP.');
		return document.file;
	});
	const filename = `${randomUUID().replaceAll('-', '')}.zip`;
	const headers = { 'content-type': 'application/zip', 'content-disposition': `attachment; filename=${filename}` };
	return { status: 200, headers, body: zip(entriesOf(files)) };
};

/** Files behind documents. */
export const downloadRoutes: Routes = {
	'GET /datasets/{dataset_id}/documents/{document_id}/download': {
		key: 'dataset',
		handle: (call) => json({ url: urlOf(call, uploadOf(call)) }),
	},
	'POST /datasets/{dataset_id}/documents/download-zip': { key: 'dataset', body: zipSchema, handle: zipped },
	'GET /datasets/{dataset_id}/documents/{document_id}/upload-file': {
		key: 'dataset',
		handle: (call) => {
			const file = uploadOf(call);
			return json({
				id: file.id,
				name: file.name,
				size: file.size,
				extension: file.extension,
				url: signedUrl(call.origin, file.id),
				download_url: urlOf(call, file),
				mime_type: file.mimeType,
				created_by: owner,
				created_at: file.createdAt,
			});
		},
	},
};
