import { Envelope, payload } from './envelope';
import { isObject, type DifyEvent } from './events';

/** The message that grows in the stream of any app but a workflow: its ids, text, files and metadata. */
export class Message {
	text = '';
	/** Grows when the text becomes another one, not a longer one. */
	revision = 0;
	/** Text by moderation, which no later text may undo. */
	moderated = false;
	/** Known since `message_end`. */
	metadata?: Record<string, unknown>;
	private readonly envelope = new Envelope();
	private readonly streamed: unknown[] = [];
	private attached: unknown[] = [];
	private lastText = '';

	/** Takes what an event says about the message; false when it belongs to another run. */
	take(event: DifyEvent): boolean {
		if (!this.envelope.take(event)) return false;
		if (event.event === 'message_replace') this.replace(event);
		else if (event.event === 'message_end') this.end(event);
		else if (['message', 'agent_message', 'message_file'].includes(event.event)) this.grow(event);
		return true;
	}

	get ids(): Record<string, unknown> {
		return this.envelope.ids;
	}

	get files(): unknown[] {
		return this.attached.length ? this.attached : this.streamed;
	}

	/** Dify's blocking answer, in its key order. */
	body(mode: string, answer: string, metadata = this.metadata ?? {}): Record<string, unknown> {
		const { task_id, message_id, conversation_id } = this.ids;
		const [id, created_at] = [message_id, this.envelope.get('created_at')];
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
		if (closing) this.become(event.answer);
		else this.text += event.answer;
		this.lastText = event.event;
	}

	private replace(event: DifyEvent): void {
		const text = typeof event.answer === 'string' ? event.answer : '';
		// A re-joined run starts with a `message_replace` of reason '' that holds what is stored: nothing while it runs.
		const snapshot = event.reason === '' && this.ids.workflow_run_id !== undefined;
		if (snapshot && !text) return;
		this.become(text);
		this.moderated = !snapshot;
	}

	private become(text: string): void {
		if (!text.startsWith(this.text)) this.revision++;
		this.text = text;
	}

	private end(event: DifyEvent): void {
		if (this.metadata) return;
		const metadata = isObject(event.metadata) ? event.metadata : {};
		const { usage } = metadata;
		this.metadata = isObject(usage) ? { ...metadata, usage: withPlainDecimals(usage) } : metadata;
		if (Array.isArray(event.files)) this.attached = event.files;
	}
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
