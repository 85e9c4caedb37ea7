import { runInThisContext } from 'node:vm';

/** Node's own: the `process` of a test hears no warnings. */
const node = runInThisContext('process') as NodeJS.Process;

/** What Node warns of while this work goes on. */
export async function warningsOf(work: () => Promise<unknown>): Promise<string[]> {
	const warnings: string[] = [];
	const note = ({ message }: Error) => void warnings.push(message);
	node.on('warning', note);
	await work();
	await new Promise(setImmediate);
	node.off('warning', note);
	return warnings;
}
