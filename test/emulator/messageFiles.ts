import type { FileValue } from './appRecords';
import { crash, invalidParam } from './answers';
import type { Dialect } from './dialects';
import { readFile, type FileRule } from './fileValues';
import { isObject, type Json } from './json';
import type { AppCall } from './route';

/** Whether an entry of the list counts at all. */
const counts = (mapping: Json, { filesWithoutAddress, filesWithoutMethod }: Dialect) => {
	const { transfer_method: method } = mapping;
	if (!method) return filesWithoutMethod === 'refused';
	const hasAddress = method !== 'remote_url' || Boolean(mapping.url ?? mapping.remote_url);
	return hasAddress || filesWithoutAddress === 'refused';
};

/** The files of a call's top-level list; without the feature it is ignored, and so are entries without a source. */
export async function readFiles(call: AppCall): Promise<FileValue[]> {
	const settings = call.app.parameters.file_upload as Json;
	const isOff = !settings.enabled;
	if (!call.body.files || (isOff && !(call.app.mode === 'workflow' && call.dialect.unwantedFiles === 'read'))) return [];
	if (!Array.isArray(call.body.files)) throw crash();
	const rule: FileRule = {
		types: settings.allowed_file_types as string[],
		extensions: settings.allowed_file_extensions as string[],
		methods: settings.allowed_file_upload_methods as string[],
		exact: false,
	};
	const mappings = call.body.files.filter(isObject).filter((mapping) => counts(mapping, call.dialect));
	const files: FileValue[] = [];
	for (const mapping of mappings) files.push(await readFile(call, mapping, isOff ? undefined : rule));
	if (isOff) return [];
	const limit = Number(settings.number_limits);
	for (const type of new Set(files.map((file) => file.type))) {
		if (files.filter((file) => file.type === type).length > limit) {
			throw invalidParam(`Number of ${type} files exceeds the maximum limit ${limit}`);
		}
	}
	return files;
}

/** From now on the app can show these files. */
export function useFiles({ workspace, app }: AppCall, files: FileValue[]) {
	for (const { related_id: id } of files) {
		const upload = workspace.apps.uploads.get(id ?? '');
		if (upload) upload.usedBy ??= app.id;
	}
}
