import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Router } from '../emulator/router';
import type { Recording } from '../replay/recordings';

const HEADERS = ['content-type', 'content-disposition', 'location', 'x-version'];

const NOT_RECORDED: Pick<Recording, 'status' | 'headers' | 'body' | 'sse'> = {
	status: 404,
	headers: { 'content-type': 'application/json' },
	body: { code: 'not_found', message: 'Not recorded', status: 404 },
};

/** A server that gives one recorded answer to every request on its route, and on other routes what was recorded there. */
export interface Playback {
	url: string;
	/** Chooses the answer; its app is the one that the key opens. */
	play(recording: Recording): void;
	/** How often the chosen answer was given. */
	readonly plays: number;
	close(): Promise<void>;
}

export async function startPlayback(recordings: Recording[]): Promise<Playback> {
	const router = new Router([...new Set(recordings.map(({ route }) => route))], {});
	let chosen: Recording | undefined;
	let plays = 0;
	const answerTo = (method: string, path: string): Recording | undefined => {
		const match = router.match(method, path);
		const route = typeof match === 'object' ? match.route : undefined;
		if (route === chosen?.route) {
			plays++;
			return chosen;
		}
		const good = recordings.filter((each) => each.route === route && each.status === 200);
		return good.find(({ request }) => request.auth === chosen?.request.auth) ?? good.at(0);
	};
	const server = createServer((request, response) => {
		request.resume().on('end', () => give(answerTo(request.method ?? '', pathOf(request)), response));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		play(recording) {
			chosen = recording;
			plays = 0;
		},
		get plays() {
			return plays;
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** After `/v1`. */
const pathOf = ({ url = '' }: IncomingMessage) => url.split('?')[0].slice('/v1'.length);

function give(recording: Recording | undefined, response: ServerResponse): void {
	const { status, headers, body, sse } = recording ?? NOT_RECORDED;
	response.writeHead(status ?? 200, Object.fromEntries(Object.entries(headers).filter(([name]) => HEADERS.includes(name))));
	response.end(sse ? sse.map(({ raw }) => raw).join('') : bytesOf(body, headers['content-type']));
}

function bytesOf(body: unknown, type = 'application/json'): string | Buffer {
	if (isBinary(body)) return Buffer.from(body.head_base64, 'base64');
	if (typeof body === 'string') return body;
	return body === null && !type.includes('json') ? '' : JSON.stringify(body);
}

function isBinary(body: unknown): body is { head_base64: string } {
	return typeof body === 'object' && body !== null && 'head_base64' in body;
}
