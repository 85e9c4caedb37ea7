import { sizedFile } from '../../../src/operation/attachments';
import { Multipart, type FilePart, type Resource } from '../../../src/operation/types';
import { asUuid } from '../../../src/operation/values';
import { download } from '../../../src/traits/download';
import { binaryField, user } from '../fields';

export const file: Resource = {
	name: 'File',
	value: 'file',
	operations: [
		{
			name: 'Upload',
			value: 'upload',
			action: 'Upload file',
			description: 'Upload a file for use in a message or run of the same user; gives its ID',
			route: 'POST /files/upload',
			fields: [{ ...binaryField, encode: sizedFile }, user],
			body: ({ binaryPropertyName, user: name }) =>
				new Multipart({ user: String(name) }, { file: binaryPropertyName as unknown as FilePart }),
		},
		{
			name: 'Preview',
			value: 'preview',
			action: 'Preview file',
			description: 'Download an uploaded file. Dify gives it only after a message of this app has used it.',
			route: 'GET /files/{file_id}/preview',
			since: '1.7.2',
			fields: [
				{
					displayName: 'File ID',
					name: 'file_id',
					type: 'string',
					required: true,
					default: '',
					placeholder: 'e.g. 1b3c5d7e-9f01-4a23-8b45-6c7d8e9f0a1b',
					encode: asUuid,
					description: 'As given by the upload',
				},
			],
			optional: [
				{
					displayName: 'As Attachment',
					name: 'as_attachment',
					type: 'boolean',
					default: true,
					description: 'Whether Dify sends the file with its name',
				},
			],
			options: [
				{ displayName: 'File Name', name: 'fileName', type: 'string', default: '', description: "Name of the binary field's file" },
			],
			traits: [download('file')],
		},
	],
};
