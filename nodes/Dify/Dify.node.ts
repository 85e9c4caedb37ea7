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
import { listSearch } from '../../src/operation/picker';
import { appPickers } from '../shared/pickers';
import { audio } from '../shared/resources/audio';
import { endUser } from '../shared/resources/endUser';
import { feedback } from '../shared/resources/feedback';
import { file } from '../shared/resources/file';
import { info } from '../shared/resources/info';

export const resources = [file, audio, feedback, info, endUser];

export class Dify implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dify',
		name: 'dify',
		icon: { light: 'file:../../icons/dify.svg', dark: 'file:../../icons/dify.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Upload files, convert speech, rate answers and read about Dify apps',
		defaults: { name: 'Dify' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'difyApi', required: true, testedBy: 'difyApiTest' }],
		properties: properties(resources),
	};

	methods = {
		credentialTest: { difyApiTest },
		listSearch: listSearch(appPickers),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, resources, this.continueOnFail());
	}
}
