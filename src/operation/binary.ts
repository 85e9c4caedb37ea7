import type { IExecuteFunctions } from 'n8n-workflow';

import { InputError, type FilePart } from './types';

const CHUNK_BYTES = 256 * 1024;

/**
 * A binary property of an item as a file to send. Files in n8n's binary store are streamed from it; those that n8n keeps
 * in memory are sent from there.
 */
export async function fileOf(n8n: IExecuteFunctions, item: number, binaryPropertyName: string): Promise<FilePart> {
	const present = Object.keys(n8n.getInputData()[item]?.binary ?? {});
	if (present.length && !present.includes(binaryPropertyName) && !binaryPropertyName.includes('.')) {
		throw new InputError(`There is no file in '${binaryPropertyName}'`, `This item has files in: ${present.join(', ')}.`);
	}
	const data = assertBinary(n8n, item, binaryPropertyName);
	if (!data.fileName?.trim()) {
		throw new InputError(
			`The file in '${binaryPropertyName}' has no name`,
			'Dify needs a file name with an extension. Give it one in the node that makes the file.',
		);
	}
	const about = { fileName: data.fileName, mimeType: data.mimeType || 'application/octet-stream' };
	const { id } = data;
	if (!id) {
		const buffer = await n8n.helpers.getBinaryDataBuffer(item, binaryPropertyName);
		return { ...about, size: buffer.byteLength, open: () => Promise.resolve(buffer) };
	}
	const { fileSize } = await n8n.helpers.getBinaryMetadata(id);
	return { ...about, size: fileSize, open: async () => await n8n.helpers.getBinaryStream(id, CHUNK_BYTES) };
}

function assertBinary(n8n: IExecuteFunctions, item: number, binaryPropertyName: string) {
	try {
		return n8n.helpers.assertBinaryData(item, binaryPropertyName);
	} catch {
		throw missing(binaryPropertyName);
	}
}

function missing(binaryPropertyName: string): InputError {
	return new InputError(
		`There is no file in '${binaryPropertyName}'`,
		"This item carries no file. Put a node that makes one in front, such as 'Read/Write Files from Disk' or 'HTTP Request'.",
	);
}
