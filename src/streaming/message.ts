import { isObject, type DifyEvent } from './events';

const IDS = ['conversation_id', 'message_id', 'task_id', 'workflow_run_id'];
const RUN = ['message_id', 'workflow_run_id'];
const ENVELOPE = new Set(['event', 'created_at', ...IDS]);

/** The message that grows in a chat, agent or chatflow stream: its ids, text, files and metadata. */
export class Message {
	text = '';
	/** Text by moderation, which no later text may undo. */
	moderated = false;
	/** Known since `message_end`. */
	metadata?: Record<string, unknown>;
	private readonly envelope: Record<string, unknown> = {};
	private readonly streamed: unknown[] = [];
	private attached: unknown[] = [];
	private lastText = '';

	/** Takes what an event says about the message; false when it belongs to another run. */
	take(event: DifyEvent): boolean {
		if (RUN.some((id) => differs(event[id], this.envelope[id]))) return false;
		for (const key of [...IDS, 'created_at']) this.envelope[key] ??= event[key] ?? undefined;
		if (event.event === 'message_replace') this.replace(event);
		else if (event.event === 'message_end') this.end(event);
		else if (['message', 'agent_message', 'message_file'].includes(event.event)) this.grow(event);
		return true;
	}

	get ids(): Record<string, unknown> {
		return withContent(Object.fromEntries(IDS.map((id) => [id, this.envelope[id]])));
	}

	get files(): unknown[] {
		return this.attached.length ? this.attached : this.streamed;
	}

	/** Dify's blocking answer, in its key order. */
	body(mode: string, answer: string, metadata = this.metadata ?? {}): Record<string, unknown> {
		const { task_id, message_id, conversation_id, created_at } = this.envelope;
		const id = message_id;
		return { event: 'message', task_id, id, message_id, conversation_id, mode, answer, metadata, created_at };
	}

	private grow(event: DifyEvent): void {
		// Once the answer owns a file, chat apps of Dify ≥ 1.7.2 send their text as `message_file` with `answer`.
		if (typeof event.answer !== 'string') {
			if (event.event === 'message_file') this.streamed.push(payload(event));
			return;
		}
		if (!event.answer) return;
		// New Agent apps (≥ 1.15) close with one `message` that holds the whole text again.
		const closing = event.event === 'message' && this.lastText === 'agent_message';
		this.text = closing ? event.answer : this.text + event.answer;
		this.lastText = event.event;
	}

	private replace(event: DifyEvent): void {
		this.text = String(event.answer ?? '');
		// A re-joined run starts with a `message_replace` of reason '' that holds only what was stored so far.
		this.moderated = event.reason !== '';
	}

	private end(event: DifyEvent): void {
		const metadata = isObject(event.metadata) ? event.metadata : {};
		const { usage } = metadata;
		this.metadata = isObject(usage) ? { ...metadata, usage: withPlainDecimals(usage) } : metadata;
		if (Array.isArray(event.files)) this.attached = event.files;
	}
}

/** An event's own fields, without those that every event has. */
export function payload(event: DifyEvent): Record<string, unknown> {
	return Object.fromEntries(Object.entries(event).filter(([key]) => !ENVELOPE.has(key)));
}

/** The entries that hold something. */
export function withContent(entries: Record<string, unknown>): Record<string, unknown> {
	const holds = (value: unknown) => (Array.isArray(value) ? value.length > 0 : (value ?? '') !== '');
	return Object.fromEntries(Object.entries(entries).filter(([, value]) => holds(value)));
}

function differs(one: unknown, other: unknown): boolean {
	return (one ?? undefined) !== undefined && other !== undefined && one !== other;
}

/** Streams print prices with an exponent (`0E-7`) where blocking answers print `0.0000000`. */
function withPlainDecimals(usage: Record<string, unknown>): Record<string, unknown> {
	const plain = (value: unknown) => (typeof value === 'string' ? plainDecimal(value) : value);
	return Object.fromEntries(Object.entries(usage).map(([key, value]) => [key, plain(value)]));
}

function plainDecimal(text: string): string {
	const parts = /^(-?)(\d+)\.?(\d*)E([+-]?\d{1,3})$/i.exec(text);
	if (!parts) return text;
	const [, sign, whole, fraction, exponent] = parts;
	const decimals = fraction.length - Number(exponent);
	if (decimals <= 0) return `${sign}${whole}${fraction}${'0'.repeat(-decimals)}`.replace(/^(-?)0+(?=\d)/, '$1');
	const digits = `${whole}${fraction}`.padStart(decimals + 1, '0');
	return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
