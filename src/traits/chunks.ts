import { isEconomy, knowledgeBase } from '../knowledge/base';
import { withParams } from '../operation/call';
import { run } from '../operation/execute';
import { InputError, type Call, type Json, type Operation, type Trait } from '../operation/types';
import { DifyError } from '../transport/error';
import { isBefore } from '../transport/version';

/** Requests to one path one after the other, so that what they make is in the order of the items. */
export const inTurn: Trait = {
	run: async (call, request, next) => await call.alone(request.path, async () => await next(request)),
};

/**
 * Leaves of a chunk what its change does not name: Dify takes the answer of a pair away, and its oldest releases want the
 * text with every change. There both are read first. To disable what is disabled, which Dify refuses, changes nothing.
 *
 * @param get the operation that reads a chunk
 */
export function keptParts(get: Operation): Trait {
	return {
		async run(call, request, next) {
			const { segment } = request.body as { segment: Json };
			const isDisabling = segment.enabled === false;
			const stored = async () => (await run(get, withParams(call, { simplify: false }))).json as Json;
			const sent = async (parts: Json) => {
				const changing = next({ ...request, body: { segment: { ...segment, ...parts } } });
				return await changing.catch(async (error: unknown) => {
					const isDisabled = isDisabling && isRefusal(error, /^Can't update disabled segment/);
					return isDisabled ? { json: await stored() } : await changing;
				});
			};
			const whole = async () => {
				const { content, answer } = await stored();
				if (segment.keywords && !segment.content) await assertKeywordsAlone(call);
				return await sent({ content: segment.content || content, answer: segment.answer || answer || undefined });
			};
			const isWhole = isDisabling || (segment.content && segment.answer);
			if (!isWhole && (await knowledgeBase(call)).doc_form === 'qa_model') return await whole();
			const changing = sent({});
			return await changing.catch(async (error: unknown) => {
				return isRefusal(error, /^(?:Content is empty|Answer is required)/) ? await whole() : await changing;
			});
		},
	};
}

/** First release that is known to take new keywords with the text that a chunk has. */
const TAKES_KEYWORDS = '1.4.3';

/** Dify 0.15 gives such a chunk to its vector store twice, and disables it when that refuses. */
async function assertKeywordsAlone(call: Call): Promise<void> {
	if (!isBefore(call.version, TAKES_KEYWORDS) || isEconomy(await knowledgeBase(call))) return;
	throw new InputError(
		'This Dify server cannot change the keywords of a chunk alone',
		`Change 'Content', too. Keywords alone need Dify ${TAKES_KEYWORDS} or newer. This server is ${call.version}.`,
	);
}

const isRefusal = (error: unknown, says: RegExp) => error instanceof DifyError && says.test(error.message);
