import { DifyError } from '../transport/error';
import type { Call, Json } from './types';

/** The app behind the key, read once per execution; `mode` is missing on servers before 1.4. */
export async function appInfo(call: Call): Promise<Json> {
	return await call.once('info', async () => await call.json({ method: 'GET', path: '/info' }));
}

/** Its form, features and limits, read once per execution. */
export async function appParameters(call: Call): Promise<Json> {
	return await call.once('parameters', async () => await call.json({ method: 'GET', path: '/parameters' }));
}

/** Refuses an app of another mode in the words Dify has for it, before the run asks for that app's inputs. */
export async function assertMode(modes: string[], call: Call): Promise<void> {
	const { mode } = await appInfo(call);
	if (typeof mode !== 'string' || modes.includes(mode)) return;
	throw new DifyError(`The app is of the mode ${mode}`, { code: 'not_chat_app', status: 400 });
}
