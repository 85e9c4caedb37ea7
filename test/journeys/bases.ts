import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { byId, type Dify, type Step } from './dify';

type Operation = `${string}.${string}`;

/** A step of the Dify Knowledge node. */
export const step = (operation: Operation, parameters: IDataObject = {}, input?: INodeExecutionData[]): Step => ({
	run: `difyKnowledge.${operation}`,
	parameters,
	input,
});

/** Knowledge bases that are deleted at the end. */
export function basesOf(dify: Dify) {
	const deleteBase = async (id: unknown): Promise<IDataObject[]> => {
		dify.settled(id);
		return await dify.does(step('dataset.delete', { dataset_id: byId(id) }));
	};
	return {
		deleteBase,
		async createBase(name: string): Promise<IDataObject> {
			const [base] = await dify.does(step('dataset.create', { name }));
			dify.owes(base.id, async () => await deleteBase(base.id));
			return base;
		},
		/** The same steps in one knowledge base. */
		within: (base: () => IDataObject) => ({
			does: async (operation: Operation, parameters: IDataObject = {}, input?: INodeExecutionData[]) =>
				await dify.does(step(operation, { dataset_id: byId(base().id), ...parameters }, input)),
			refuses: async (operation: Operation, parameters: IDataObject = {}, input?: INodeExecutionData[]) =>
				await dify.refuses(step(operation, { dataset_id: byId(base().id), ...parameters }, input)),
		}),
	};
}
