import { replayVersion } from './suite';

replayVersion('main-2026-06', (replay) => {
	test('a wrong answer is seen', async () => {
		const { differences } = await replay('datasets', ({ faults }) =>
			faults.add({ route: 'GET /datasets', status: 200, body: { data: [], has_more: 'no' } }),
		);
		expect(differences).toEqual([
			expect.objectContaining({ id: 'datasets-024', at: 'body keys' }),
			expect.objectContaining({ id: 'datasets-024', at: 'body.data[]', emulator: 'empty' }),
			expect.objectContaining({ id: 'datasets-024', at: 'body.has_more', emulator: 'string' }),
		]);
	});
});
