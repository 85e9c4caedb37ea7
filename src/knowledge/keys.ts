import { plain } from '../transport/multipart';
import { shortened } from '../operation/values';
import { parameterOf } from '../operation/parameters';
import { InputError, type Call } from '../operation/types';
import { MAX_NAME, sentName } from './documents';
import { isBuiltIn } from './metadata';

const LONGEST_KEY = 2000;

/** By what a base's documents are told apart: a metadata field, or their name. */
export interface Keying {
	field?: string;
	hashField: string;
}

export function keyingOf(call: Call): Keying {
	const hashField = fieldName(call, 'options.hashField', 'content_hash', 'Content Hash Field');
	if (call.param<string>('keyType', 'metadata') === 'name') return { hashField };
	const field = fieldName(call, 'keyField', 'source_id', 'Key Field');
	if (field !== hashField) return { field, hashField };
	throw new InputError(`'Key Field' and 'Content Hash Field' are both '${field}'`, 'Choose two different metadata fields.');
}

/** The item's key; empty where an expression gives nothing. */
export function keyOf(call: Call): string {
	const value = call.param<unknown>('key', '');
	const key = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
	if (key === undefined || [...key].length > LONGEST_KEY) {
		throw new InputError(`'Key' takes a text of up to ${LONGEST_KEY} characters, not ${shortened(value)}`, 'Use an expression that gives a path, an address or an ID.');
	}
	return key.trim() && key;
}

/** A file's name as Dify keeps it: no path, and not without its extension. */
export function sentFileName(name: string): string {
	return suffixed(plain(name), '');
}

/** A name with something between its stem and its extension, no longer than Dify keeps. */
export function suffixed(name: string, suffix: string): string {
	const extension = /\.\w{1,20}$/.exec(name)?.[0] ?? '';
	const stem = [...name.slice(0, name.length - extension.length)];
	return stem.slice(0, MAX_NAME - suffix.length - extension.length).join('') + suffix + extension;
}

/**
 * Refuses a key that another item of the execution has for the same base: one of both would overwrite the other, and only
 * the order would decide which.
 */
export async function assertOnlyItem(call: Call, key: string): Promise<void> {
	const items = await call.once('items by key', async () => await Promise.resolve(itemsByKey(call)));
	const same = items.get(entryOf(call, call.item)) ?? [];
	if (same.length < 2) return;
	const numbers = same.map((item) => item + 1).join(' and ');
	throw new InputError(
		`The items ${numbers} have the same key '${key}'`,
		'Nothing was written for them. Give every document a key of its own, or remove duplicates first.',
	);
}

function itemsByKey(call: Call): Map<string | undefined, number[]> {
	const items = new Map<string | undefined, number[]>();
	for (const item of call.n8n.getInputData().keys()) {
		const entry = entryOf(call, item);
		if (entry !== undefined) items.set(entry, [...(items.get(entry) ?? []), item]);
	}
	return items;
}

/** Base and key of an item; nothing where it has none or its parameters fail, which its own turn reports. */
function entryOf({ n8n }: Call, item: number): string | undefined {
	const read = (name: string) => parameterOf(n8n, name, item);
	try {
		const name = () => (read('source') === 'text' ? sentName(String(read('name') ?? '')) : sentFileName(fileNameOf(n8n, item)));
		const key = read('keyType') === 'name' ? name() : read('key');
		return key === '' || key === null || key === undefined ? undefined : JSON.stringify([read('dataset_id'), String(key)]);
	} catch {
		return undefined;
	}
}

function fileNameOf(n8n: Call['n8n'], item: number): string {
	const given = n8n.getNodeParameter('options.fileName', item, '');
	const property = String(n8n.getNodeParameter('binaryPropertyName', item, ''));
	return String(given || (n8n.getInputData()[item]?.binary?.[property]?.fileName ?? ''));
}

function fieldName(call: Call, parameter: string, fallback: string, label: string): string {
	const name = call.param(parameter, fallback).trim() || fallback;
	if (!isBuiltIn(name)) return name;
	throw new InputError(`'${label}' cannot be '${name}'`, 'Dify fills that field in itself. Choose another name.');
}
