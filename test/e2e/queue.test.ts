import { queuedIngestion } from './queueIngestion';
import { queuedRuns } from './queueRuns';
import { setTheQueueStage, type QueueStage } from './queueStage';
import { missingServers } from './servers';

// n8n is installed first where it is not yet, which takes minutes
jest.setTimeout(45 * 60_000);

const cannot = missingServers.length > 0;
const title = cannot ? `queue mode (not tested, as this machine has no ${missingServers.join(', ')})` : 'queue mode';

(cannot && !process.env.CI ? describe.skip : describe)(title, () => {
	let stage: QueueStage;

	beforeAll(async () => {
		stage = await setTheQueueStage();
	});
	afterAll(async () => await stage?.close());

	describe('runs', () => queuedRuns(() => stage));
	describe('ingestion', () => queuedIngestion(() => stage));
});
