import type { Flow } from './flow';
import type { HumanForm } from './humanForms';
import type { Json, Value } from './json';

/** A user of an app, as the server records it at the first use. */
export interface EndUser {
	id: string;
	appId: string;
	user: string;
	createdAt: number;
}

/** A file that was uploaded for use in messages and inputs. */
export interface Upload {
	id: string;
	appId: string;
	user: string;
	name: string;
	extension: string;
	mimeType: string;
	bytes: Buffer;
	createdAt: number;
	/** App whose message holds it; workflow runs do not count. */
	usedBy: string | null;
}

/** A question with a fixed answer. */
export interface Annotation {
	id: string;
	appId: string;
	question: string;
	answer: string;
	hitCount: number;
	createdAt: number;
}

/** The settings with which an app answers from its annotations. */
export interface AnnotationReply {
	id: string;
	threshold: number;
	provider: Value;
	model: Value;
}

/** A job that switches annotation replies on or off. */
export interface AnnotationJob {
	id: string;
	action: string;
	done: boolean;
}

/** What a user thinks of an answer. */
export interface Feedback {
	id: string;
	rating: 'like' | 'dislike';
	content: string | null;
	createdAt: number;
	updatedAt: number;
}

/** A variable of a conversation. */
export interface Variable {
	id: string;
	name: string;
	type: string;
	value: Value;
	description: string;
	updatedAt: number;
}

/** A file as a value of inputs and outputs. */
export interface FileValue extends Json {
	type: string;
	transfer_method: string;
	filename: string;
	extension: string;
	mime_type: string;
	size: number;
	related_id: string | null;
	url: string;
}

/** What apps keep besides conversations; emptied by a reset. */
export class AppStore {
	readonly endUsers = new Map<string, EndUser>();
	readonly uploads = new Map<string, Upload>();
	/** Newest first. */
	annotations: Annotation[] = [];
	/** By app; absent = off. */
	readonly annotationReplies = new Map<string, AnnotationReply>();
	readonly annotationJobs = new Map<string, AnnotationJob>();
	/** Workflow runs, oldest first. */
	readonly runs = new Map<string, Flow>();
	/** Forms that wait for a person, by token. */
	readonly forms = new Map<string, HumanForm>();

	empty() {
		for (const run of this.runs.values()) run.channel.close();
		for (const records of [this.endUsers, this.uploads, this.annotationReplies, this.annotationJobs, this.runs, this.forms]) {
			records.clear();
		}
		this.annotations = [];
	}
}
