import type { IExecuteFunctions, INodeParameterResourceLocator } from 'n8n-workflow';

/** A parameter of an item with expressions and locators resolved; `null` where it is hidden. */
export function parameterOf(n8n: IExecuteFunctions, name: string, item: number): unknown {
	// n8n's validation finds nothing in these parameters, and goes through all that the node has for each of them.
	const value = n8n.getNodeParameter(name, item, null, { skipValidation: true }) as unknown;
	if (typeof value !== 'object' || value === null || !('__rl' in value)) return value;
	const { mode, value: chosen } = value as INodeParameterResourceLocator;
	// So does its extraction, which only an address needs.
	return mode === 'url' ? n8n.getNodeParameter(name, item, null, { extractValue: true }) : chosen;
}
