import { appInfo } from '../operation/app';
import { InputError, type Call, type Json, type Next, type Output, type Request, type Trait } from '../operation/types';
import { asText } from '../operation/values';
import {
	assertConversation,
	isGone,
	latestConversation,
	namedConversation,
	nameOf,
	rename,
} from '../conversation/conversations';
import { DifyError } from '../transport/error';

/** A conversation that goes on from item to item, and from execution to execution. */
interface Thread {
	/** Where it was when this process last used it. */
	recalled(): Promise<string | undefined>;
	/** Where Dify has it now. */
	found(): Promise<string | undefined>;
	/** Makes a new conversation the one that goes on. */
	keep(id: string): Promise<void>;
}

/**
 * Which conversation a message belongs to: a new one, one by its id, the user's latest, or the one of a session key.
 *
 * The key is kept in Dify, as the conversation's name, so that every worker finds it. Instead of a conversation that is
 * gone a new one begins, and the execution says so; by id it is an error. A chatflow that is sent an unknown id hangs or
 * silently begins a new conversation, by version: the id is looked up first and compared afterwards.
 */
export const conversation: Trait = {
	async run(call, request, next) {
		const choice = call.param<string>('conversation', 'sessionKey');
		const { user } = request.body as { user: string };
		if (choice === 'id') return await goOnExactly(call, request, next);
		if (choice === 'latest') {
			return await call.alone(`conversations ${user}`, async () => await goOn(call, request, next, latest(call, user)));
		}
		const name = choice === 'sessionKey' ? nameOf(sessionKey(call)) : '';
		if (!name) return await next(request);
		const untitled = { ...request, body: { ...(request.body as Json), auto_generate_name: false } };
		const thread = keyed(call, user, name);
		return await call.alone(`conversation ${user} ${name}`, async () => await goOn(call, untitled, next, thread));
	},
};

function sessionKey(call: Call): string {
	const value = call.param<unknown>('sessionKey', '');
	if (typeof value !== 'object') return asText(value).trim();
	throw new InputError("'Session Key' is not text", 'Use an expression that gives a text, the same for everything that belongs together.');
}

function latest(call: Call, user: string): Thread {
	return {
		recalled: async () => await Promise.resolve(undefined),
		found: async () => await latestConversation(call, user),
		keep: async () => await Promise.resolve(),
	};
}

function keyed(call: Call, user: string, name: string): Thread {
	const entry = JSON.stringify(['conversation', user, name]);
	return {
		async recalled() {
			const id = call.memory.get(entry);
			if (id !== undefined && (await isChatflow(call))) await assertConversation(call, id, user);
			return id;
		},
		async found() {
			const id = await namedConversation(call, user, name);
			call.memory.set(entry, id);
			return id;
		},
		async keep(id) {
			call.memory.set(entry, id);
			await rename(call, id, user, name).catch(() => say(call, NOT_NAMED));
		},
	};
}

/** From where it was, else from where Dify has it, else anew. */
async function goOn(call: Call, request: Request, next: Next, thread: Thread): Promise<Output> {
	const lost: DifyError[] = [];
	const notGone = (error: unknown) => {
		if (!isGone(error)) throw error;
		lost.push(error);
	};
	for (const where of [thread.recalled, thread.found]) {
		const going = where().then(async (id) => (id === undefined ? undefined : await send(call, request, next, thread, id)));
		const output = await going.catch(notGone);
		if (output) return output;
	}
	if (lost.length) say(call, BEGUN_ANEW);
	return await send(call, request, next, thread);
}

async function send(call: Call, request: Request, next: Next, thread: Thread, id?: string): Promise<Output> {
	let kept: unknown = id;
	let keeping = Promise.resolve();
	const keep = ({ conversation_id: answeredIn }: Json) => {
		if (typeof answeredIn !== 'string' || answeredIn === kept) return;
		if (id !== undefined) say(call, BEGUN_ANEW);
		kept = answeredIn;
		keeping = thread.keep(answeredIn);
	};
	const body = { ...(request.body as Json), ...(id !== undefined && { conversation_id: id }) };
	// As soon as it is known: the process may be killed before the run is over.
	const output = await next({ ...request, body }, keep).catch(async (error: unknown) => {
		// A run that failed has begun its conversation all the same.
		if (error instanceof DifyError) keep((error.partial ?? {}) as Json);
		await keeping;
		throw error;
	});
	keep(output.json as Json);
	await keeping;
	return output;
}

async function goOnExactly(call: Call, request: Request, next: Next): Promise<Output> {
	const { conversation_id: id, user } = request.body as { conversation_id: string; user: string };
	if (await isChatflow(call)) await assertConversation(call, id, user);
	const output = await next(request);
	const { conversation_id: answeredIn, message_id, answer } = output.json as Json;
	if (answeredIn === undefined || String(answeredIn).toLowerCase() === id.toLowerCase()) return output;
	const partial = { conversation_id: answeredIn, message_id, answer };
	throw new DifyError('Dify answered in a new conversation', { code: 'conversation_replaced', partial });
}

async function isChatflow(call: Call): Promise<boolean> {
	return (await appInfo(call)).mode === 'advanced-chat';
}

const BEGUN_ANEW = 'A conversation did not exist any more: a new one was begun, which knows nothing of what was said before.';
const NOT_NAMED = 'Dify did not take the session key as the name of a new conversation, so that it may not be found again.';

function say(call: Call, message: string): void {
	call.n8n.addExecutionHints?.({ message, location: 'outputPane' });
}
