import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Method, Reply, Request } from '../transport/client';
import { Multipart, type FilePart } from '../transport/multipart';

export { Multipart };
export type { FilePart, Method, Reply, Request };

export type Json = IDataObject;

/** Method and path after `/v1`; a name in braces is filled from the parameter of that name. */
export type Route = `${Method} /${string}`;

/** An n8n parameter that also says how its value travels. */
export type Field = INodeProperties & {
	/** Default: the path if the route names it, the query of a GET, else the body; `local` stays in n8n. */
	in?: 'query' | 'body' | 'local';
	/** Parameter value to wire value; `undefined` sends nothing. */
	encode?(value: unknown, call: Call): unknown;
	/** Dify releases that take it and ignore it, where it is optional: from the first up to the one before the second. */
	ignoredBy?: Array<[from: string, before: string]>;
};

/** One operation: what n8n shows and what Dify receives. */
export interface Operation {
	/** Menu text, Title Case. */
	name: string;
	/** Id, as saved workflows hold it. */
	value: string;
	/** Node panel text, sentence case, no article. */
	action: string;
	/** Written for people and for language models that use the node as a tool. */
	description: string;
	route: Route;
	/** First Dify release that has the route; none if every supported one has it. */
	since?: string;
	/** Last Dify release that has the route, where newer ones do not. */
	until?: string;
	/** Routes that older servers have instead, tried in turn when this one is missing. */
	fallbacks?: Route[];
	/** Always shown. */
	fields?: Field[];
	/** One collection; sent only when the user added them. */
	optional?: Field[];
	/** Behaviour in the Options collection; stays in n8n unless `in` says otherwise. */
	options?: Field[];
	/** Modes of the apps it fits, as `/info` names them; checked before anything else. */
	modes?: string[];
	/** Outermost first. */
	traits?: Trait[];
	/** Values of the body's fields to the body sent. */
	body?(values: Json): Json | Multipart;
	/** Dify's answer to output; a list becomes one item per element. */
	output?(answer: Json): Json | Json[];
	/** Several exchanges in place of the one on `route`, composed of other operations; reads the parameters itself. */
	run?(call: Call): Promise<Output>;
	/** The same for all items at once, where they make sense only together. */
	runAll?(calls: Call[]): Promise<OutputOf[]>;
	/** Further routes of a composed operation. */
	also?: Route[];
}

export interface Resource {
	name: string;
	value: string;
	operations: Operation[];
}

/** Told the ids of a run once, as soon as its stream names them. */
export type Started = (ids: Json) => void;
export type Next = (request: Request, started?: Started) => Promise<Output>;

/** A behaviour that brings its own fields and wraps the exchange. */
export interface Trait {
	/** Shown with the operation's own fields, never sent. */
	fields?: Field[];
	/** In the Options collection, never sent. */
	options?: Field[];
	/** Its text goes to the trigger's stream, and so does the reason why there is none. */
	speaks?: boolean;
	/** Values that it takes out of the body: they are its own. */
	takes?: string[];
	run(call: Call, request: Request, next: Next, started?: Started): Promise<Output>;
}

export interface Output {
	/** A list becomes one item per element. */
	json: Json | Json[];
	binary?: IBinaryKeyData;
}

/** What one of several items gave, or why it gave nothing. */
export type OutputOf = Output & { item: number; error?: unknown };

/** One input item being executed. */
export interface Call {
	readonly n8n: IExecuteFunctions;
	/** Index of the input item. */
	readonly item: number;
	/** Fires when the execution is cancelled or a sibling item has failed it. */
	readonly signal: AbortSignal;
	/** A parameter with expressions and locators resolved; `fallback` where it is hidden or empty. */
	param<T>(name: string, fallback: T): T;
	/** One exchange whose answer is read by `read`. */
	send<T>(request: Request, read: (reply: Reply) => Promise<T>): Promise<T>;
	/** One exchange with a JSON answer; `{}` where Dify answers nothing. */
	json(request: Request): Promise<Json>;
	/** A binary property of the item, opened only when it is sent. */
	file(binaryPropertyName: string): Promise<FilePart>;
	/** One value per execution of the node, made at first use; a failed attempt is not kept. */
	once<T>(key: string, make: () => Promise<T>): Promise<T>;
	/** Work on one thing at a time (a document's name, a session key), across the items that run in parallel. */
	alone<T>(key: string, work: () => Promise<T>): Promise<T>;
	/** Dify release of the server, as its last answer to this execution named it. */
	readonly version: string | undefined;
	/** Of this server and key, across executions. */
	readonly memory: Memory;
}

/** What the process remembers, up to a number of entries: it saves questions to Dify, and is never the only place. */
export interface Memory {
	get(name: string): string | undefined;
	/** `undefined` forgets. */
	set(name: string, value: string | undefined): void;
}

/** What the user entered cannot be used; `description` says what to do instead. */
export class InputError extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
		this.name = 'InputError';
	}
}

/** What is wrong with the value of a field; the message goes on after the field's label. */
export class ValueError extends InputError {}
