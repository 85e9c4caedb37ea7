import { InputError, type Call, type FilePart } from '../operation/types';

/** The item's file as a document: under `options.fileName` if that is set, with something in it, and with an extension. */
export async function documentFile(binaryPropertyName: unknown, call: Call): Promise<FilePart> {
	const file = await call.file(String(binaryPropertyName));
	const fileName = call.param('options.fileName', '') || file.fileName;
	if (!file.size) {
		throw new InputError(`The file '${fileName}' is empty`, 'Dify would make a document without chunks of it. Leave such items out.');
	}
	if (!/\.\w+$/.test(fileName)) {
		throw new InputError(
			`The file name '${fileName}' has no extension`,
			"Dify reads a file by its extension. Set 'File Name' under Options, for example to notes.md.",
		);
	}
	return { ...file, fileName };
}
