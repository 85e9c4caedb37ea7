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
import { getFormInputs } from '../../src/operation/form';
import { getAppInputs } from '../../src/operation/inputs';
import { listSearch } from '../../src/operation/picker';
import { appPickers } from '../shared/pickers';
import { humanInput } from '../shared/resources/humanInput';
import { workflow } from './workflow';

export const resources = [workflow, humanInput];

export class DifyWorkflow implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dify Workflow',
		name: 'difyWorkflow',
		icon: { light: 'file:../../icons/dify.svg', dark: 'file:../../icons/dify.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Run Dify workflows and read their logs',
		defaults: { name: 'Dify Workflow' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'difyApi', required: true, testedBy: 'difyApiTest' }],
		properties: properties(resources),
	};

	methods = {
		credentialTest: { difyApiTest },
		listSearch: listSearch(appPickers),
		resourceMapping: { getAppInputs, getFormInputs },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this, resources, this.continueOnFail());
	}
}
