import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { difyApiTest } from '../../src/operation/credentialTest';
import { properties } from '../../src/operation/describe';
import { execute } from '../../src/operation/execute';
import { listSearch, loadOptions } from '../../src/operation/picker';
import { knowledgePickers } from '../shared/pickers';
import { chunk } from './chunk';
import { dataset } from './dataset';
import { document } from './document';
import { metadata } from './metadata';
import { model } from './model';
import { pipeline } from './pipeline';
import { segment } from './segment';
import { tag } from './tag';

export const resources = [document, dataset, segment, chunk, metadata, tag, model, pipeline];

export class DifyKnowledge implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dify Knowledge',
		name: 'difyKnowledge',
		icon: { light: 'file:../../icons/dify.svg', dark: 'file:../../icons/dify.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Fill Dify knowledge bases with documents and search them',
		defaults: { name: 'Dify Knowledge' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'difyApi', required: true, testedBy: 'difyApiTest' }],
		properties: properties(resources),
	};

	methods = {
		credentialTest: { difyApiTest },
		listSearch: listSearch(knowledgePickers),
		loadOptions: loadOptions({ getDatasets: knowledgePickers.searchDatasets }),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, resources, this.continueOnFail());
	}
}
