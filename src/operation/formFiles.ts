import { fileMapping, fileMappings } from './attachments';
import { ruleOfVariable, type FileRule } from './fileRules';
import { InputError, type Call, type Json } from './types';
import { shortened } from './values';

/** Where a mapping has the file, by its way of transfer. */
const PLACES: Record<string, string[]> = {
	remote_url: ['url', 'remote_url'],
	local_file: ['upload_file_id'],
	tool_file: ['tool_file_id'],
};
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const URL_START = /^https?:\/\//i;

/** The value of a `file` or `file-list` input of a form, whose definition is `input`; binary fields are uploaded now. */
export async function formFiles(input: Json, value: unknown, call: Call): Promise<Json | Json[]> {
	const whose = `The form's input '${String(input.output_variable_name)}'`;
	const rule = { ...ruleOfVariable('', input), whose, most: Number(input.number_limits ?? 0) };
	const isOne = input.type === 'file';
	if (isOne && Array.isArray(value)) {
		throw new InputError(`${whose} takes one file, not a list`, 'Enter one binary field, URL or output of the operation Upload.');
	}
	const files = isOne ? [value] : listed(value);
	for (const file of files) assertFile(file, rule);
	return isOne ? await fileMapping(value, rule, call) : await fileMappings(files, rule, call);
}

function listed(value: unknown): unknown[] {
	if (Array.isArray(value)) return value;
	return typeof value === 'object' ? [value] : String(value).split(',').filter((name) => name.trim());
}

/** What is sent as it is has to fit: a submission is final, and some servers look at nothing. */
function assertFile(file: unknown, { whose, types, methods }: FileRule): void {
	if (typeof file !== 'object' || file === null) return assertTyped(file, whose, types);
	const mapping = file as Json;
	if (!('transfer_method' in mapping)) return;
	const method = String(mapping.transfer_method);
	if (!isComplete(method, mapping)) {
		throw new InputError(`${whose} takes a file, not ${shortened(mapping)}`, 'A file has type, transfer_method and url or upload_file_id.');
	}
	if (methods.length && !methods.includes(method)) {
		throw new InputError(`${whose} takes no file by ${method}`, `It takes files by: ${methods.join(', ')}.`);
	}
	const { type } = mapping;
	if (type === undefined || !types.length || types.includes(String(type))) return;
	throw new InputError(`${whose} takes no file of the type ${String(type)}`, `It takes: ${types.join(', ')}.`);
}

/** The ID of an upload does not tell what it is. */
function assertTyped(file: unknown, whose: string, types: string[]): void {
	const id = String(file).trim();
	if (!UUID.test(id) || types.length < 2 || types.includes('custom')) return;
	throw new InputError(
		`${whose} does not know the type of the upload ${id}`,
		`Enter the whole output of the operation Upload, or { "type": "${types[0]}", "transfer_method": "local_file", "upload_file_id": "${id}" } with one of: ${types.join(', ')}.`,
	);
}

function isComplete(method: string, mapping: Json): boolean {
	const place = (PLACES[method] ?? []).map((key) => mapping[key]).find((value) => typeof value === 'string');
	return typeof place === 'string' && (method === 'remote_url' ? URL_START : UUID).test(place.trim());
}
