import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { type Answer, isWhole } from './answers';
import type { Fault } from './faults';

/** Bytes that are no UTF-8 and no JSON. */
const garbage = Buffer.concat([Buffer.from('\ndata: {"event": garbage '), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('\n\n')]);

type BodyFault = 'cutAfterBytes' | 'stallAfterBytes' | 'garbageAfterBytes';
const bodyFaults: BodyFault[] = ['cutAfterBytes', 'stallAfterBytes', 'garbageAfterBytes'];

async function* bytesOf(body: Answer['body']): AsyncGenerator<Buffer> {
	if (isWhole(body)) {
		if (body.length) yield Buffer.from(body);
		return;
	}
	for await (const piece of body) yield Buffer.from(piece as string);
}

function* piecesOf(bytes: Buffer, size = bytes.length) {
	for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Writes a body onto the socket and lets it go wrong where ordered. */
class Wire {
	private written = 0;
	/** Nothing more will be sent. */
	dead = false;

	constructor(
		private readonly response: ServerResponse,
		private readonly fault: Fault | undefined,
	) {}

	get gone() {
		return this.response.destroyed || this.response.closed;
	}

	async write(bytes: Buffer) {
		for (const piece of piecesOf(bytes, this.fault?.chunkSize)) {
			for (const [part, event] of this.broken(piece)) {
				if (this.dead || this.gone) return;
				if (part.length) await this.send(part);
				if (event) this.happen(event);
			}
		}
	}

	/** A piece, divided where a fault falls into it. */
	private broken(piece: Buffer): Array<[part: Buffer, event?: BodyFault]> {
		const event = bodyFaults.find((name) => {
			const at = this.fault?.[name];
			return at !== undefined && at >= this.written && at < this.written + piece.length;
		});
		const at = event ? (this.fault?.[event] as number) - this.written : piece.length;
		this.written += piece.length;
		return event ? [[piece.subarray(0, at), event], [piece.subarray(at)]] : [[piece]];
	}

	private happen(event: BodyFault) {
		if (event === 'garbageAfterBytes') this.response.write(garbage);
		else this.dead = true;
		// What was written must leave first.
		if (event === 'cutAfterBytes') this.response.socket?.destroySoon();
	}

	private async send(bytes: Buffer) {
		if (this.response.write(bytes)) {
			// Lets the bytes leave as a packet of their own.
			if (this.fault?.chunkSize) await pause(1);
			return;
		}
		await new Promise<void>((resolve) => {
			const go = () => {
				this.response.off('drain', go).off('close', go);
				resolve();
			};
			this.response.on('drain', go).on('close', go);
		});
	}
}

/** Sends an answer; a detached one is made to its end even when the client has gone. */
export async function deliver(response: ServerResponse, answer: Answer, fault: Fault | undefined) {
	const length = isWhole(answer.body) ? { 'content-length': Buffer.byteLength(answer.body) } : {};
	const declared = fault?.garbageAfterBytes === undefined && answer.status !== 204;
	response.writeHead(answer.status, { ...answer.headers, ...(declared && length), ...fault?.headers });
	response.flushHeaders();
	const wire = new Wire(response, fault);
	for await (const bytes of bytesOf(answer.body)) {
		if (!wire.dead) await wire.write(bytes);
		if (wire.gone && !answer.detached) return;
	}
	if (!wire.dead && !wire.gone) response.end();
}
