import { InputError, type Call, type FilePart } from './types';

/** Dify takes exactly these on all versions; the standard `audio/mpeg` is refused by most. */
const TYPES: Record<string, string> = {
	mp3: 'audio/mp3',
	mpeg: 'audio/mp3',
	mpga: 'audio/mp3',
	m4a: 'audio/m4a',
	mp4: 'audio/m4a',
	wav: 'audio/wav',
	wave: 'audio/wav',
	amr: 'audio/amr',
};

const MEBI = 1024 * 1024;
const MAX_MEBI = 30;

/** The item's audio with the MIME type that Dify accepts for it. */
export async function audioFile(binaryPropertyName: unknown, call: Call): Promise<FilePart> {
	const file = await call.file(String(binaryPropertyName));
	const subtype = file.mimeType.split(';')[0].replace(/^\w+\/(?:x-|vnd\.)?/, '');
	const extension = file.fileName.split('.').pop()?.toLowerCase() ?? '';
	const mimeType = TYPES[subtype] ?? TYPES[extension];
	if (!file.size) throw new InputError(`The file '${file.fileName}' is empty`, 'Record or download it again.');
	if (file.size > MAX_MEBI * MEBI) {
		throw new InputError(
			`'${file.fileName}' has ${Math.ceil(file.size / MEBI)} MB, Dify takes speech up to ${MAX_MEBI} MB`,
			'Cut it into parts, or convert it to a format that takes less room, such as mp3.',
		);
	}
	if (mimeType) return { ...file, mimeType };
	throw new InputError(`Dify does not take ${file.mimeType} as speech`, 'Convert it to mp3, m4a, wav or amr first.');
}
