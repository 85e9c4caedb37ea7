import { InputError, type Call, type Json, type Request } from '../operation/types';
import { pause } from '../transport/wait';

const FIRST_POLL_S = 0.5;
const LONGEST_POLL_S = 10;

/** Run detail once the run is over or waits for a person; asked at intervals that grow from half a second to ten. */
export async function resultOf(call: Call, { signal, idleTimeout }: Pick<Request, 'signal' | 'idleTimeout'>, runId: string): Promise<Json> {
	const path = `/workflows/run/${encodeURIComponent(runId)}`;
	for (let seconds = FIRST_POLL_S; ; seconds = Math.min(LONGEST_POLL_S, seconds * 1.5)) {
		const detail = runDetail(await call.json({ method: 'GET', path, signal, idleTimeout }));
		if (detail.status !== 'running') return detail;
		await pauseAbout(seconds, signal);
	}
}

/** Run detail as Dify ≥ 1.13.1 gives it: older servers send `outputs` as text, and nulls for an unknown run. */
export function runDetail(run: Json): Json {
	if (run.id === null) throw new InputError('The run does not exist', 'It belongs to another app, or the ID is wrong.');
	return { ...run, inputs: parsed(run.inputs), outputs: parsed(run.outputs) };
}

/** About so many seconds, unless the signal ends everything. */
export async function pauseAbout(seconds: number, signal?: AbortSignal): Promise<void> {
	await pause(seconds * (1 - Math.random() / 4), signal);
}

function parsed(value: Json[string]): Json[string] {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as Json;
	} catch {
		return value;
	}
}
