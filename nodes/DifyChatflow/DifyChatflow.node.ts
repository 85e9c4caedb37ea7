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
import { annotation } from '../shared/resources/annotation';
import { conversation } from '../shared/resources/conversation';
import { humanInput } from '../shared/resources/humanInput';
import { chatflow } from './chatflow';

export const resources = [chatflow, annotation, conversation, humanInput];

export class DifyChatflow implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dify Chatflow',
		name: 'difyChatflow',
		icon: { light: 'file:../../icons/dify.svg', dark: 'file:../../icons/dify.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Ask Dify chatflows, and read their conversations',
		defaults: { name: 'Dify Chatflow' },
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
