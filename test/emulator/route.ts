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
	/** Keys that the server does not know are refused. */
	strict: boolean;
	tokenMs: number;
	/** By how much the server's own waits are shortened. */
	pace: number;
	/** Address of the server, for the URLs of files. */
	origin: string;
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

export type Result = Answer | Promise<Answer>;

/** Codes for apps of a mode that a route does not serve. */
export type Refusal = 'not_chat_app' | 'not_workflow_app' | 'app_unavailable';

interface AppRoute extends Parts {
	key: 'app';
	/** Where the end user is named, and whether the server insists. */
	user?: { in: 'query' | 'body' | 'form'; required?: true };
	/** App modes this route serves. */
	modes?: AppMode[];
	/** How other modes are refused; default `not_chat_app`. */
	refusal?: Refusal;
	/** Keys of a form, checked when strict. */
	fields?: Schema;
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

interface OpenRoute extends Parts {
	key: 'none';
	handle(call: Call): Result;
}

/**
 * One endpoint. `app` wants an app key; `workspace` and `dataset` the dataset key, `dataset` on an existing base; `none`
 * no key.
 */
export type Route = AppRoute | WorkspaceRoute | DatasetRoute | OpenRoute;

/** Endpoints by route string, as in the table of operations. */
export type Routes = Record<string, Route>;
