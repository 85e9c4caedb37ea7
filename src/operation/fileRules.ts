import { InputError, type Json } from './types';

/** What Dify reads a file as, by its extension; anything else is `custom`. */
const TYPES: Record<string, string> = {
	image: 'jpg jpeg png webp gif svg',
	audio: 'mp3 m4a wav amr mpga',
	video: 'mp4 mov mpeg webm',
	document: 'txt markdown md mdx pdf html htm xlsx xls docx csv vtt properties doc eml msg pptx ppt xml epub',
};

/** Which files a message or a variable of an app takes; no types or no methods means any. */
export interface FileRule {
	/** Begins the message about a file that does not fit. */
	whose: string;
	types: string[];
	/** With dot, lower case; for files sent as `custom`. */
	extensions: string[];
	methods: string[];
	most?: number;
}

/** The rule of `file_upload` in an app's parameters; old apps know images only. */
export function ruleOfUploads(upload: Json): FileRule {
	const image = (upload.image ?? {}) as Json;
	return {
		whose: 'The app',
		types: 'enabled' in upload ? words(upload.allowed_file_types) : ['image'],
		extensions: extensionsOf(upload),
		methods: words(upload.allowed_file_upload_methods ?? image.transfer_methods),
	};
}

/** The rule of a file variable. */
export function ruleOfVariable(label: string, definition: Json): FileRule {
	return {
		whose: `The app's input '${label}'`,
		types: words(definition.allowed_file_types),
		extensions: extensionsOf(definition),
		methods: words(definition.allowed_file_upload_methods),
		most: typeof definition.max_length === 'number' ? definition.max_length : undefined,
	};
}

export function typeOf(fileName: string): string {
	const extension = extensionOf(fileName).slice(1);
	return Object.keys(TYPES).find((type) => TYPES[type].split(' ').includes(extension)) ?? 'custom';
}

/** The type to send a file as, by its name or address. */
export function choiceFor(fileName: string, method: string, rule: FileRule): string {
	if (rule.methods.length && !rule.methods.includes(method)) {
		const isRemote = method === 'remote_url';
		throw new InputError(
			`${rule.whose} takes no ${isRemote ? 'addresses' : 'uploaded files'}`,
			`Give ${isRemote ? 'a binary field' : 'an address'} instead, or allow this way of upload in Dify.`,
		);
	}
	const type = typeOf(fileName);
	const extension = extensionOf(fileName);
	if (!rule.types.length || (type !== 'custom' && rule.types.includes(type))) return type;
	// Dify takes such a file by its extension alone, whatever it reads it as.
	if (rule.types.includes('custom') && rule.extensions.includes(extension)) return 'custom';
	if (type === 'custom' && method === 'remote_url') return customType(rule);
	const taken = [...rule.types.filter((each) => each !== 'custom'), ...rule.extensions].join(', ');
	throw new InputError(
		`${rule.whose} does not take '${fileName}'`,
		`It takes: ${taken}. Send another file, or allow this type in Dify.`,
	);
}

/** The type of a file whose name is not known. */
export function customType({ types }: FileRule): string {
	return types.length === 1 ? types[0] : 'custom';
}

function extensionsOf({ allowed_file_extensions: extensions }: Json): string[] {
	return words(extensions).map((each) => `.${each.replace(/^\./, '').toLowerCase()}`);
}

function extensionOf(fileName: string): string {
	return /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? '';
}

function words(value: unknown): string[] {
	return Array.isArray(value) ? value.map(String) : [];
}
