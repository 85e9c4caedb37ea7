import { startEmulator } from '../../test/emulator';
import { ready } from '../processes';

/** Medians of real servers, over all recorded calls. */
const LATENCY_MS = {
	'POST /datasets/{dataset_id}/document/create-by-file': 71,
	'GET /datasets/{dataset_id}/documents': 21,
	'GET /datasets/{dataset_id}': 64,
	'POST /datasets': 39,
};

async function main(): Promise<void> {
	const emulator = await startEmulator({ strict: true });
	for (const [route, delayMs] of Object.entries(LATENCY_MS)) {
		emulator.faults.add({ route, delayMs, times: Number.POSITIVE_INFINITY });
	}
	ready(emulator.url);
}

void main();
