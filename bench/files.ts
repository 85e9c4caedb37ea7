import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { storedFile } from './engine';
import { report } from './processes';

const MIB = 1024 * 1024;

/** A file of so many bytes, in n8n's binary store. */
async function made(name: string, bytes: number) {
	const file = path.join(process.env.N8N_USER_FOLDER ?? '.', name);
	await writeFile(file, '');
	await truncate(file, bytes);
	return await storedFile(file);
}

async function main() {
	return { small: await made('small.txt', 8 * MIB), quarter: await made('quarter.txt', 256 * MIB), big: await made('big.txt', 1024 * MIB) };
}

void report(main());
