import { gzipSync } from 'node:zlib';

/** A file to be packed. */
export interface Entry {
	name: string;
	bytes: Buffer;
}

const version = 20;
const namesInUtf8 = 0x800;
const deflated = 8;
/** 1980-01-01, where the calendar of zips begins. */
const firstDay = 0x21;

const numbers = (...parts: Array<[size: 2 | 4, value: number]>) =>
	Buffer.concat(parts.map(([size, value]) => Buffer.from(new Uint32Array([value]).buffer).subarray(0, size)));

const packed = ({ name, bytes }: Entry) => {
	// A gzip is what a zip needs: ten bytes of header, the deflated bytes, their checksum.
	const gzip = gzipSync(bytes);
	const data = gzip.subarray(10, -8);
	const named = Buffer.from(name);
	const head = numbers([2, version], [2, namesInUtf8], [2, deflated], [2, 0], [2, firstDay]);
	const sizes = numbers([4, data.length], [4, bytes.length], [2, named.length], [2, 0]);
	return { named, data, description: Buffer.concat([head, gzip.subarray(-8, -4), sizes]) };
};

/** A zip of these files. */
export function zip(entries: Entry[]): Buffer {
	const files: Buffer[] = [];
	const directory: Buffer[] = [];
	for (const { named, data, description } of entries.map(packed)) {
		const offset = Buffer.concat(files).length;
		files.push(numbers([4, 0x04034b50]), description, named, data);
		const attributes = numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
		directory.push(numbers([4, 0x02014b50], [2, version]), description, attributes, named);
	}
	const [content, list] = [Buffer.concat(files), Buffer.concat(directory)];
	const count = entries.length;
	const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, list.length], [4, content.length], [2, 0]);
	return Buffer.concat([content, list, end]);
}
