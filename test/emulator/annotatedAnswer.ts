import type { Annotation } from './appRecords';
import { owner } from './datasetView';
import type { Json } from './json';
import { messageDelta, messageEnd, type Run, store } from './run';

const noUsage = (latency: number, firstToken: number | null, generating: number | null): Json => ({
	prompt_tokens: 0,
	prompt_unit_price: '0.0',
	prompt_price_unit: '0.0',
	prompt_price: '0.0',
	completion_tokens: 0,
	completion_unit_price: '0.0',
	completion_price_unit: '0.0',
	completion_price: '0.0',
	total_tokens: 0,
	total_price: '0.0',
	currency: 'USD',
	latency,
	time_to_first_token: firstToken,
	time_to_generate: generating,
});

/** `metadata` of an answer that is an annotation; a chatflow's does not tell which. */
export const annotatedMetadata = ({ call, begun }: Run, { id }: Annotation): Json => {
	const seconds = (Date.now() - begun) / 1000;
	if (call.app.mode === 'advanced-chat') return { retriever_resources: [], usage: noUsage(0, seconds, 0) };
	return {
		annotation_reply: { id, account: { id: owner, name: 'Emulator Owner' } },
		retriever_resources: [],
		usage: noUsage(seconds, null, null),
	};
};

/** The stream of an answer that is an annotation: a chat sends each character, a chatflow the whole text. */
export async function* annotatedEvents(run: Run, annotation: Annotation): AsyncGenerator<Json> {
	const isFlow = run.call.app.mode === 'advanced-chat';
	const { answer } = annotation;
	for (const piece of isFlow ? [answer] : answer) {
		// As the server: one piece at a time, so that the reader can keep up.
		await Promise.resolve();
		yield messageDelta(run, piece);
	}
	store(run, answer);
	yield messageEnd(run, answer, isFlow ? [] : null, annotatedMetadata(run, annotation));
}
