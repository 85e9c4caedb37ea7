import type { IDataObject } from 'n8n-workflow';

import { withFile } from '../engine/harness';
import { basesOf, step } from './bases';
import { byId, eventually, unique, uuid } from './dify';
import { isLive } from './environment';
import { Lacking } from './lacking';
import { journey, story } from './story';

/** What the pipeline asks for. */
const INPUTS = isLive ? (process.env.DIFY_PIPELINE_INPUTS ?? '{}') : '{ "sep": "\\n\\n", "req": "yes" }';

journey('pipelines', ['dataset'], (dify) => {
	const { within } = basesOf(dify);
	const name = `${unique('journey')}.txt`;
	const upload = async () => await dify.does(step('pipeline.uploadFile', {}, [withFile(name, 'Rivers flow.\n\nApples grow.')]));

	const source = (sources: IDataObject[], fits: (type: unknown) => boolean, what: string): IDataObject => {
		const found = sources.find(({ datasource_type: type }) => fits(type));
		if (found) return found;
		throw new Lacking(`the pipeline has no ${what} source`);
	};

	story('take uploads', async () => {
		expect(await upload()).toEqual([expect.objectContaining({ id: uuid, name, extension: 'txt', size: 26 })]);
	});

	story('put a file into their base', async () => {
		dify.needs('1.13.0');
		const id = await dify.pipelineBase();
		const { does } = within(() => ({ id }));
		const sources = await does('pipeline.getDatasourcePlugins', { returnAll: true });
		const { node_id: node } = source(sources, (type) => type === 'local_file', 'file');
		const [file] = await upload();

		// A refused run leaves its documents behind.
		dify.owes(name, async () => {
			const left = await does('document.getAll', { returnAll: true });
			for (const document of left.filter((each) => each.name === name)) await does('document.delete', { document_id: byId(document.id) });
		});
		const parameters = { start_node_id: byId(node), datasource_info_list: [{ reference: file.id, name }], inputs: INPUTS };
		const [{ batch, dataset, documents }] = await does('pipeline.run', parameters);
		expect(dataset).toMatchObject({ id });
		expect(documents).toEqual([expect.objectContaining({ id: uuid, name })]);

		const indexed = await eventually(
			async () => await does('document.getIndexingStatus', { batch }),
			([{ indexing_status: status }]) => ['completed', 'error'].includes(String(status)),
		);
		expect(indexed).toEqual([expect.objectContaining({ indexing_status: 'completed', error: null })]);
	});

	story('put a file into their base in one step', async () => {
		dify.needs('1.13.0');
		const id = await dify.pipelineBase();
		const { does } = within(() => ({ id }));
		source(await does('pipeline.getDatasourcePlugins', { returnAll: true }), (type) => type === 'local_file', 'file');
		const own = `${unique('journey')}.txt`;
		const options = { onIndexingError: 'return' };
		const [document] = await does('pipeline.ingest', { inputs: INPUTS, options }, [withFile(own, 'Rivers flow.\n\nApples grow.')]);
		dify.owes(document.id, async () => await does('document.delete', { document_id: byId(document.id) }));
		expect(document).toMatchObject({ outcome: 'created', id: uuid, name: own, indexing_status: 'completed', reason: null });
	});

	story('show what an online source holds', async () => {
		dify.needs('1.13.0');
		const id = await dify.pipelineBase();
		const { does } = within(() => ({ id }));
		const sources = await does('pipeline.getDatasourcePlugins', { returnAll: true });
		const { node_id: node, datasource_type: type } = source(sources, (each) => each !== 'local_file', 'online');
		const records = await does('pipeline.runDatasourceNode', { node_id: byId(node), datasource_type: type, inputs: '{}' });
		expect(records.length).toBeGreaterThan(0);
	});
});
