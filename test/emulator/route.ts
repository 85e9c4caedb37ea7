import type { Answer } from './answers';
import type { App, AppMode } from './apps';
import type { Dialect } from './dialects';
import type { Faults } from './faults';
import type { Form } from './forms';
import type { Indexer } from './indexing';
import type { Json } from './json';
import type { Dataset } from './records';
import type { Schema } from './validation';
import type { Workspace } from './workspace';

/** What every handler can reach. */
export interface World {
	workspace: Workspace;
	faults: Faults;
	indexer: Indexer;
	dialect: Dialect;
	tokenMs: number;
}

/** One request that passed the key, the router and the schemas. */
export interface Call extends World {
	params: Record<string, string>;
	query: Json;
	body: Json;
	form?: Form;
}

/** A call with an app key. */
export interface AppCall extends Call {
	app: App;
	user: string;
}

/** A call with the dataset key on one knowledge base. */
export interface DatasetCall extends Call {
	dataset: Dataset;
}

interface Parts {
	query?: Schema;
	body?: Schema;
	/** Takes a form; anything else counts as an empty one. */
	multipart?: true;
	/** Keys of the JSON in a form's `data` part, checked when strict. */
	data?: Schema;
}

type Result = Answer | Promise<Answer>;

interface AppRoute extends Parts {
	key: 'app';
	/** Where the end user is named, and whether the server insists. */
	user?: { in: 'query' | 'body'; required?: true };
	/** App modes this route serves; others are refused with `not_chat_app`. */
	modes?: AppMode[];
	handle(call: AppCall): Result;
}

interface WorkspaceRoute extends Parts {
	key: 'workspace';
	handle(call: Call): Result;
}

interface DatasetRoute extends Parts {
	key: 'dataset';
	handle(call: DatasetCall): Result;
}

/** One endpoint. `app` wants an app key; `workspace` and `dataset` the dataset key, `dataset` on an existing base. */
export type Route = AppRoute | WorkspaceRoute | DatasetRoute;

/** Endpoints by route string, as in the table of operations. */
export type Routes = Record<string, Route>;
