/** Kinds of files, as mappings and settings name them. */
export const fileTypes = ['image', 'document', 'audio', 'video', 'custom'];

const extensions: Record<string, string[]> = {
	image: 'jpg jpeg png webp gif svg'.split(' '),
	audio: 'mp3 m4a wav amr mpga'.split(' '),
	video: 'mp4 mov mpeg webm'.split(' '),
	document: 'txt markdown md mdx pdf html htm xlsx xls docx csv vtt properties'.split(' '),
};

/** The kind that fits an extension (without the dot). */
export const typeOfExtension = (extension: string) =>
	Object.keys(extensions).find((type) => extensions[type].includes(extension.toLowerCase())) ?? 'custom';

const mimeTypes: Record<string, string> = {
	txt: 'text/plain',
	md: 'text/markdown',
	html: 'text/html',
	csv: 'text/csv',
	pdf: 'application/pdf',
	png: 'image/png',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	gif: 'image/gif',
	webp: 'image/webp',
	svg: 'image/svg+xml',
	mp3: 'audio/mpeg',
	wav: 'audio/wav',
	mp4: 'video/mp4',
};

/** The mime type that goes with an extension (without the dot). */
export const mimeTypeOf = (extension: string) => mimeTypes[extension.toLowerCase()] ?? 'application/octet-stream';

/** The extension of a name, without the dot; none for names that only begin with one. */
export const extensionOf = (name: string) => /[^.]\.([^.]*)$/.exec(name)?.[1].toLowerCase() ?? '';
