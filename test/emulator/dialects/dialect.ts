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
	/** A schema as this version checks by it. */
	reads(schema: Schema): Schema;
	/** Keys that this version's answers and events have more or less, oldest change last. */
	keys: KeyChange[];
	/** Bodies of writes that have nothing to say, where they are other ones. */
	empty: Record<string, Json | number>;
	/** Body of a refusal. */
	refusal(refused: Refused): Json;
	/** Texts of refusals, as main words them and as this version does; `of` is the route where it is not all. */
	words: Array<[main: RegExp, own: string, of?: string]>;
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
	/** What the stream of a run says when it cannot begin; null is silence. */
	launchError(message: string): Json | null;
	/** Answers with tags fall over their counts, which are numbers; the work is done. */
	tagCountsAreNumbers: boolean;
	/** Values of a form are checked when it is submitted. */
	formsAreChecked: boolean;
	/** When the static text of an End node comes: before any node, after the first one's start, or never. */
	staticText: 'first' | 'after start' | 'never';
	/** How a file without a type is refused. */
	typelessFile: 'not allowed' | 'detected';
	/** What becomes of a chatflow that somebody else than its user stops: it stops, its node still says all, or nothing. */
	stopOfOthers: 'stops' | 'comes late' | 'ignored';
	/** A workflow that was resumed twice sends the text of its End node. */
	textOfLastResumption: boolean;
	/** What a chatflow that answered before it waited for a person streams and stores afterwards. */
	textAfterPause: 'new' | 'old again';
	/** Where a run is launched: by a worker, behind a stream that is already open, or before anything is answered. */
	launchedBy: 'worker' | 'request';
	/** What a chatflow's stream ends with. */
	chatflowEnd: 'message_end first' | 'workflow_finished only' | 'workflow_finished first';
	/** Chatflows without a stream: an open connection on which nothing comes. */
	blockingChatflow: 'answers' | 'hangs';
	/** An answer without a word, where it is not streamed. */
	emptyBlockingAnswer: 'given' | 'refused';
	/** Conversations are deleted for whoever asks, and nobody looks whether they are there. */
	anyoneDeletesConversations: boolean;
	/** Uploads may be used by every user and app. */
	uploadsAreShared: boolean;
	/** What a JSON variable takes. */
	jsonVariables: 'objects' | 'objects and texts' | 'texts';
	/** Text of a 413. */
	fileTooLarge: string;
	/** Retrieval settings are read as they come, and missed when they are needed. */
	retrievalIsUnchecked: boolean;
	/** Metadata for a document that is not there. */
	metadataOfUnknownDocument: 'refused' | 'ignored';
	/** The detail of a workflow run that is not there. */
	unknownRun: 'not found' | 'crashes' | 'nulls';
	/** A status of chunks that is none. */
	unknownSegmentStatus: 'crashes' | 'finds nothing';
	/** A first document by text without a technique. */
	missingTechnique: 'refused' | 'crashes';
	/** A `doc_form` that is none. */
	unknownDocForm: 'refused' | 'differs';
	/** Citations of stored messages: rows of their own, or as the answer had them. */
	storedCitations: 'rows' | 'as answered';
	/** A text in the place of a file or of files. */
	emptyFile: 'null' | 'refused';
	/** Files of a message without an address, or without a way of transfer. */
	filesWithoutAddress: 'dropped' | 'refused';
	filesWithoutMethod: 'dropped' | 'refused';
	/** Outputs in the detail of a workflow run. */
	runOutputs: 'object' | 'text';
	/** By what a document without a rule is cut. */
	missingRule: 'latest' | 'crashes';
	/** Runs that nobody listens to any more. */
	droppedRuns: 'end' | 'stay';
	/** Pages of HTML are shown as what they are. */
	showsHtml: boolean;
	/** Longest name of a text document; a longer one crashes. */
	longNames: 'cut' | 'crash';
	/** An external base without its API. */
	externalWithoutApi: 'taken' | 'crashes';
	/** Routes that an empty list as a body makes crash; it is an empty object elsewhere. */
	crashOnLists: string[];
	/** How a technique that is not given is refused. */
	absentTechnique: 'missing' | 'null';
	/** Processing a document again by another rule and under another name, without its text. */
	renamingWithoutText: 'processed' | 'crashes';
	/** Which of several documents of one name a new one replaces. */
	namesake: 'oldest' | 'newest';
	/** A conversation's name of blanks, or none at all. */
	blankNames: 'refused' | 'taken';
	/** A new name for a metadata field that is not there. */
	renamingUnknownField: 'refused' | 'nulls';
	/** A question of no or too many characters to a base. */
	retrievalQuery: 'checked' | 'checked late';
	/** Status codes of successes that are other ones. */
	statuses: Record<string, number>;
	/** An action of annotation replies that is none. */
	unknownReplyAction: 'crashes' | 'refused';
	/** Chatflows heed `workflow_id`. */
	chatflowsHaveVersions: boolean;
	/** A `doc_form` that is not the base's. */
	foreignDocForm: 'refused' | 'mixes';
	/** Lists and objects for a number. */
	numberObjects: 'crash' | 'taken';
	/** A condition of a filter without a value. */
	conditionWithoutValue: 'ignored' | 'crashes';
	/** What a document's `word_count` is once it is cut: the characters of its text, or of its chunks without what parted them. */
	wordsOf: 'text' | 'chunks';
	/** Operators of conditions that are taken and not heeded. */
	ignoredOperators: string[];
	/** `%` and `_` stand for any text and character in a filter. */
	filtersHaveWildcards: boolean;
	/** Metadata of a document can be written in part. */
	partialMetadata: boolean;
	/** A metadata field's name of more than 255 characters. */
	longFieldName: 'refused' | 'crashes';
	/** Chunks can be added to disabled documents. */
	disabledTakesSegments: boolean;
	/** Code of a failed model where no flow is around it, and its text in an `error` event and elsewhere. */
	modelFailure: { code: string; inStream(failure: string): string; elsewhere(failure: string, taskId: string): string };
	/** Inputs of later messages of a conversation. */
	laterInputs: 'used' | 'ignored';
	/** Settings of a new base for models and retrieval. */
	settingsOfNewBases: 'taken' | 'ignored';
	/** Retrieval from a base without documents. */
	emptyBase: 'fails' | 'finds nothing';
	/** Documents by file get the technique of their base. */
	filesTakeTechnique: boolean;
	/** Logs of runs can be asked for by time, and by user. */
	logsByTime: boolean;
	logsByUser: boolean;
	/** Bodies of new chunks are refused as a whole, under `error`. */
	newSegmentsAreValidated: boolean;
	/** Ways to search that a base or a document can be set to. */
	settingMethods: string[];
	/** The operators `in` and `not in` of a filter. */
	listOperators: 'taken' | 'refused';
	/** A chunk whose update does not say which. */
	missingSegment: 'refused' | 'crashes';
	/** The content of a chunk that is updated. */
	segmentContent: 'kept' | 'needed';
	/** A pair that is updated without its answer: it breaks, loses the answer, or is left as it is. */
	missingAnswer: 'breaks' | 'dropped' | 'refused';
	/** New keywords of a chunk that keeps its content: the vector store of 0.15 is given the chunk twice. */
	keywordsAlone: 'taken' | 'break';
	/** Keywords of a new chunk that are a text. */
	keywordText: 'crashes' | 'characters';
	/** Chunks have keywords where vectors find them, too. */
	keywordsOfEveryBase: boolean;
	/** Updates by file need a technique, which is looked at first. */
	fileUpdatesNeedTechnique: boolean;
	/** Texts of routes that answer 400 where others know no such base. */
	unknownBase: Record<string, string>;
	/** Documents can be asked for by status. */
	documentsByStatus: boolean;
	/** Retrieval of no chunk at all, or by a method that there is not. */
	impossibleTopK: 'refused' | 'finds nothing';
	unknownMethod: 'refused' | 'finds nothing';
	/** Another base of the name that a base shall get. */
	namesakeOfBase: 'refused' | 'taken';
	/** Search settings of a base that is updated without any. */
	unsentRetrieval: 'kept' | 'lost';
	/** A tag's own name as its new one. */
	ownTagName: 'taken' | 'refused';
	/** Binding no tag at all. */
	emptyBinding: 'refused' | 'taken';
	/** Child chunks are found only below their own chunk. */
	childrenHaveParents: boolean;
	/** Files for a workflow that takes none. */
	unwantedFiles: 'ignored' | 'read';
	/** Audio without a byte. */
	emptyAudio: 'refused' | 'taken';
	/** Speech for a text of no character. */
	emptySpeech: 'breaks' | 'nothing';
	/** Whether a file's type must go with its extension, and with what a message takes. */
	fileTypes: 'checked' | 'trusted';
	/** A number in quotes as the value of a filter. */
	quotedNumbers: 'compared' | 'never equal';
	/** What the embedding model of the recordings says to `MAGIC_EMBFAIL`, where it indexes and where it searches. */
	embeddingFailure: { indexing: string; retrieval: string };
	/** Text of the vector store when a base has no index. */
	missingIndex(datasetId: string, method: string): string;
}
