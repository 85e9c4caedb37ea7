import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { errorFromAnswer, readableMessage } from '../../../src/transport/error';

const FOLDER = path.resolve(__dirname, '../../../../shared/dify-api/recordings');
const versions = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => !name.endsWith('.md')) : [];

interface Recorded {
	id: string;
	status: number | null;
	body: unknown;
	sse?: Array<{ raw: string }>;
}

function recordingsOf(version: string): Recorded[] {
	const folder = path.join(FOLDER, version);
	// jest runs the body of a skipped group too.
	if (!existsSync(folder)) return [];
	return readdirSync(folder).flatMap((file) =>
		readFileSync(path.join(folder, file), 'utf8')
			.split('\n')
			.filter(Boolean)
			.map((line) => ({ ...(JSON.parse(line) as Recorded), id: `${version}/${file} ${line.slice(0, 30)}` })),
	);
}

const LEFTOVERS = /You have requested this URI|PluginInvokeError|req_id:|"error_type"|\[object Object\]|undefined/;

// The recordings stand beside the repository and not in it.
(versions.length ? describe.each(versions) : describe.skip.each(['no recordings here']))(
	'refusals recorded from %s',
	(version) => {
		const refusals = recordingsOf(version).filter(({ status }) => (status ?? 0) >= 400);

		it('are many', () => expect(refusals.length).toBeGreaterThan(100));

		it('all have a code, the status of HTTP and words for people', () => {
			for (const { id, status, body } of refusals) {
				const error = errorFromAnswer(status ?? 0, typeof body === 'string' ? body : JSON.stringify(body), {});
				const page = typeof body === 'string';
				const code = page ? (status === 404 ? 'endpoint_missing' : 'server_page') : expect.stringMatching(/^[a-z_]+$/);
				expect({ id, status: error.status, code: error.code }).toEqual({ id, status, code });
				expect({ id, message: error.message }).toEqual({ id, message: expect.stringMatching(/\S/) });
				expect({ id, message: error.message }).toEqual({ id, message: expect.not.stringMatching(LEFTOVERS) });
			}
		});

		it('keep Dify’s own code', () => {
			const coded = refusals.filter(({ body }) => typeof (body as { code?: unknown }).code === 'string');
			expect(coded.length).toBeGreaterThan(50);
			for (const { id, status, body } of coded) {
				const error = errorFromAnswer(status ?? 0, JSON.stringify(body), {});
				expect({ id, code: error.code }).toEqual({ id, code: (body as { code: string }).code });
			}
		});

		it('tell what the model’s provider said, in answers and in streams', () => {
			const failures = recordingsOf(version).filter(({ id }) => id.includes('/modelerr.jsonl'));
			const texts = failures.flatMap(({ body, sse = [] }) => [
				...[(body as { message?: string } | null)?.message].filter((text) => typeof text === 'string'),
				...sse
					.filter(({ raw }) => raw.includes('"event": "error"') || raw.includes('"event":"error"'))
					.map(({ raw }) => {
						return (JSON.parse(raw.slice(raw.indexOf('{'))) as { message: string }).message;
					}),
			]);
			const said = texts.map(readableMessage).filter((text) => text.includes('fake upstream says no'));
			expect(said.length).toBeGreaterThan(3);
			for (const text of said) {
				expect(text).toMatch(
					/^(?:Run failed: )?(?:\[[\w./-]+\] Error: )?API request failed with status code \d{3}: \{"error": \{/,
				);
				expect(text).not.toMatch(LEFTOVERS);
			}
		});
	},
);
