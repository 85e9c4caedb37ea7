import { InputError, type Call, type Json } from '../operation/types';
import { documentsPath } from './documents';
import { pagesOf } from './pages';
import type { Keying } from './keys';
import { ownMetadata } from './metadata';

const MOST_READINGS = 3;

/** A document that the base holds, or is about to. */
export interface Held {
	id: string;
	name: string;
	key?: string;
	/** Of the content it was last written with, to the end. */
	hash?: string;
	/** Characters that Dify counted in it then; unknown where nobody waited for that. */
	wordCount?: number;
	document: Json;
}

/** The documents of a base by key and by name, read once per execution. */
export class Holdings {
	private readonly byKey = new Map<string, Held[]>();
	private readonly byName = new Map<string, Held[]>();

	constructor(readonly all: Held[]) {
		for (const held of all) this.add(held);
	}

	/** The document of a key; an archived one only where there is no other. */
	ofKey(key: string): Held | undefined {
		const found = this.byKey.get(key) ?? [];
		const live = found.filter(isLive);
		if (live.length < 2) return live[0] ?? found[0];
		throw new InputError(
			`The documents ${live.map(({ id }) => id).join(' and ')} have the same key '${key}'`,
			'Delete all but one of them in Dify, or give them other keys.',
		);
	}

	/** Documents of a name that creating another of that name would touch, now or once they are enabled. */
	named(name: string): Held[] {
		return (this.byName.get(name) ?? []).filter(isLive);
	}

	add(held: Held): void {
		append(this.byName, held.name, held);
		if (held.key !== undefined) append(this.byKey, held.key, held);
	}

	/** Until {@link renamed} the document counts under both names, as Dify may still have it under the old one. */
	renaming(held: Held, name: string): void {
		if (name !== held.name) append(this.byName, name, held);
	}

	renamed(held: Held, name: string): void {
		if (name !== held.name) remove(this.byName, held.name, held);
		held.name = name;
	}

	remove(held: Held): void {
		remove(this.byName, held.name, held);
		if (held.key !== undefined) remove(this.byKey, held.key, held);
	}
}

const isLive = ({ document }: Held) => !document.archived;

export async function holdings(call: Call, datasetId: string, keying: Keying): Promise<Holdings> {
	return await call.once(`holdings ${datasetId} ${JSON.stringify(keying)}`, async () => {
		const documents = await allDocuments(call, datasetId);
		return new Holdings(documents.map((document) => heldOf(document, keying)));
	});
}

export function heldOf(document: Json, { field, hashField }: Keying): Held {
	const name = String(document.name);
	const key = field === undefined ? name : valueOf(document, field);
	const [hash, words] = valueOf(document, hashField)?.split(':') ?? [];
	return { id: String(document.id), name, key, hash, wordCount: words === undefined ? undefined : Number(words), document };
}

export function valueOf(document: Json, field: string): string | undefined {
	const value = ownMetadata(document).find(({ name }) => name === field)?.value;
	return value === null || value === undefined || value === '' ? undefined : String(value as string | number);
}

/** All of them: read again when the list changed while its pages were read, so that none is overlooked. */
async function allDocuments(call: Call, datasetId: string): Promise<Json[]> {
	for (let readings = 1; ; readings++) {
		const documents = new Map<string, Json>();
		let total: number | undefined;
		for await (const page of pagesOf(call, documentsPath(datasetId))) {
			for (const document of page.data as Json[]) documents.set(String(document.id), document);
			total = page.total as number | undefined;
		}
		if (total === undefined || documents.size === total || readings === MOST_READINGS) return [...documents.values()];
	}
}

function append(map: Map<string, Held[]>, at: string, held: Held): void {
	map.set(at, [...(map.get(at) ?? []), held]);
}

function remove(map: Map<string, Held[]>, at: string, held: Held): void {
	map.set(at, (map.get(at) ?? []).filter((each) => each !== held));
}
