const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const batch = /\b20\d{18}\b/g;
/** Tokens of forms. */
const token = /(?<=human_input\/)\w{22}\b/g;
const invented = /^0{8}-/;

/** Whether an address serves a file without a key. */
export const isSigned = (url: string) => /\/files\/[^/]+\/file-preview\?/.test(url);

const pathOf = (url: string) => url.replace(/^https?:\/\/[^/]+/, '');

const idsIn = (text: string) => [...(text.match(uuid) ?? []), ...(text.match(batch) ?? [])];

/** Which id of the emulator stands for which recorded one. */
export class Identities {
	private readonly known = new Map<string, string>();

	/** Learns from two answers to the same request. */
	learn(recorded: unknown, actual: unknown) {
		if (typeof recorded === 'string' && typeof actual === 'string') {
			const [left, right] = [idsIn(recorded), idsIn(actual)];
			if (left.length === 1 && left[0] === recorded && right[0] === actual) this.note(recorded, actual);
			if (isSigned(recorded)) this.note(pathOf(recorded), pathOf(actual));
			return;
		}
		if (typeof recorded !== 'object' || typeof actual !== 'object' || !recorded || !actual) return;
		for (const [key, value] of Object.entries(recorded)) {
			const own = (actual as Record<string, unknown>)[key];
			if (key === 'form_token') this.note(String(value), String(own));
			else this.learn(value, own);
		}
	}

	/** A signed path as the emulator signed it. */
	signed(path: string) {
		return this.known.get(path);
	}

	note(recorded: string, actual: string) {
		if (!this.known.has(recorded)) this.known.set(recorded, actual);
	}

	has(id: string) {
		return this.known.has(id);
	}

	/** The text with the emulator's ids. */
	translate(text: string) {
		const replace = (id: string) => this.known.get(id) ?? id;
		return text.replace(uuid, replace).replace(batch, replace).replace(token, replace);
	}

	/** Ids in the text that nothing before it has made. */
	unknown(text: string) {
		return idsIn(text).filter((id) => !this.known.has(id) && !invented.test(id));
	}
}

/** A text without the ids that differ from run to run. */
export const masked = (text: string) =>
	text
		.replace(uuid, '<id>')
		.replace(token, '<token>')
		.replace(/[0-9a-f]{8}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{12}/g, '<id>')
		.replace(/input_value=\{.*\}(?=, input_type)/g, 'input_value={…}')
		.replace(/_[0-9a-f]{8}_[0-9a-f]{3}\.\.\./g, '_<id>')
		.replace(/req_id: \w+/, 'req_id: <id>')
		.replace(/https?:[\w./:]+embeddings/g, '<model>');
