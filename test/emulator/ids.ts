import { createHash } from 'node:crypto';

const uuidOf = (text: string) => {
	const hex = createHash('sha1').update(text).digest('hex');
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`4${hex.slice(13, 16)}`,
		`8${hex.slice(17, 20)}`,
		hex.slice(20, 32),
	].join('-');
};

/** The same uuid for the same name, always. */
export const fixedId = (name: string) => uuidOf(`fixed:${name}`);

/** The workspace. */
export const tenantId = fixedId('tenant');

/** Valid uuids from a counter, so that a test sees the same ids in every run. */
export class Ids {
	private count = 0;

	next() {
		this.count += 1;
		return uuidOf(`counted:${this.count}`);
	}

	/** Dify's batch: the time to the second and six digits. */
	batch(now = new Date()) {
		this.count += 1;
		return now.toISOString().replace(/\D/g, '').slice(0, 14) + String(this.count % 1_000_000).padStart(6, '0');
	}

	restart() {
		this.count = 0;
	}
}

/** A time in seconds as texts of the API have it: UTC without a zone. */
export const isoTime = (time: number) => new Date(time * 1000).toISOString().slice(0, 19);

/** Dify's timestamps: whole seconds. */
export const seconds = () => Math.floor(Date.now() / 1000);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What Dify's router accepts as an id. */
export const isUuid = (text: string) => uuid.test(text);
