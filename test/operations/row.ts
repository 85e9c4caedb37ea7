import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Emulator } from '../emulator';
import type { Workspace } from './workspace';

type Ids = Workspace['ids'] & Record<string, string>;

/** One operation, run on a seeded workspace: the parameters given, the request expected, the items expected. */
export interface Row {
	/** `node.resource.operation`. */
	operation: string;
	key: keyof Emulator['keys'];
	params(ids: Ids): IDataObject;
	/** Makes what the row needs beyond the seeded workspace; its ids join the others. */
	prepare?(workspace: Workspace): Promise<Record<string, string>>;
	/** All items together make one result. */
	together?: true;
	/** What it prepares is used up by one run. */
	once?: true;
	input?: INodeExecutionData[];
	/** Route of the operation, and what the last request on it must carry; ids are those of the workspace. */
	route: string;
	sent(ids: Ids): { path: string; query?: object; body?: unknown; multipart?: object };
	/** The items; a matcher where Dify makes up the value. */
	items(ids: Ids): unknown[];
}

/** The value of a resource locator. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });
