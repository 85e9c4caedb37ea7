import type { Json } from '../json';
import type { KeyChange } from '../keyChanges';
import type { Routes } from '../route';
import type { Schema } from '../validation';
import type { Refused } from '../refusals';

/** What one Dify version says and does in its own way; handlers look things up here by name. */
export interface Dialect {
	/** Header `X-Version`. */
	version: string;
	/** Routes this version does not have. */
	missing: string[];
	/** Routes that only this version has, or serves in its own way. */
	routes: Routes;
	/** What this version takes where it is not what the route says. */
	schemas: Record<string, { query?: Schema; body?: Schema }>;
	/** Keys that this version's answers and events have more or less, oldest change last. */
	keys: KeyChange[];
	/** Bodies of writes that have nothing to say, where it is not a 204. */
	empty: Record<string, Json | number>;
	/** Body of a refusal. */
	refusal(refused: Refused): Json;
	/** Texts of refusals, as main words them and as this version does. */
	words: Array<[main: RegExp, own: string]>;
	/** Events in ASCII with blanks, as Python writes JSON by default. */
	asciiEvents: boolean;
	/** The framework's "did you mean" list, appended to JSON 404s of these routes. */
	hints: Record<string, string>;
	/** What `parent_mode` becomes when a hierarchical rule does not give it. */
	parentMode: 'paragraph' | null;
	/** An empty `doc_metadata` of a list item. */
	emptyDocMetadata: [] | null;
	/** Characters refused in the name of an uploaded file. */
	forbiddenInFileNames: RegExp;
	/** How a stopped run ends in its stream, and in its record. */
	stopped: { status: string; error: string; stored: string };
	/** What a filter by a variable's name does. */
	variableNameFilter: 'crashes' | 'filters' | 'ignored';
	/** Types of a part that speech-to-text takes. */
	audioTypes: string[];
	/** A chatflow sent to a conversation that is not the user's. */
	unknownConversationOfChatflow: 'new' | 'refused';
	/** Body of a launch error inside a chatflow stream. */
	launchError(message: string): Json;
	/** Text of the vector store when a base has no index. */
	missingIndex(datasetId: string, method: string): string;
}
