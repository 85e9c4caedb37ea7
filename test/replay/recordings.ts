import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { Json } from '../emulator/json';

/** A file part of a recorded request. */
export interface RecordedFile {
	field: string;
	disposition: string;
	content_type: string | null;
	size: number;
	sha256: string;
	/** Not kept, but for some to be found. */
	bytes?: Buffer;
}

/** A request as it was sent to a real server. */
export interface RecordedRequest {
	path: string;
	query: string | null;
	auth: string;
	headers: Record<string, string>;
	json?: unknown;
	raw?: string;
	multipart?: { fields: Record<string, string>; files: RecordedFile[] };
}

/** One exchange with a real server. */
export interface Recording {
	id: string;
	route: string;
	note: string | null;
	request: RecordedRequest;
	status: number | null;
	headers: Record<string, string>;
	body: unknown;
	sse?: Array<{ raw: string }> | null;
	elapsed_ms: number;
}

const folder = path.resolve(__dirname, '../../../shared/dify-api/recordings');

/** Whether this clone has the recordings beside it. */
export const available = existsSync(folder);

/** Versions that were recorded. */
export const versions = available
	? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
	: [];

/** Names of a version's journeys. */
export const journeysOf = (version: string) =>
	readdirSync(path.join(folder, version))
		.filter((name) => name.endsWith('.jsonl'))
		.map((name) => path.basename(name, '.jsonl'));

/** The exchanges of a journey, in the order in which they were made. */
export const journey = (version: string, name: string): Recording[] =>
	readFileSync(path.join(folder, version, `${name}.jsonl`), 'utf8')
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line) as Recording);

/** The events of a stream: `ping` for the keep-alive, else the parsed data. */
export const eventsOf = (frames: string[]): Array<Json | 'ping'> =>
	frames
		.filter((frame) => frame.trim())
		.map((frame) => (frame.startsWith('data:') ? (JSON.parse(frame.slice('data:'.length)) as Json) : 'ping'));
