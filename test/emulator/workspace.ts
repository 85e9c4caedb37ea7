import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { AppStore } from './appRecords';
import { Ids } from './ids';
import { Slots } from './slots';
import type { Conversation, Dataset, StoredFile, Tag } from './records';

/** A running answer that the stop route can end. */
export interface Task {
	appId: string;
	user: string;
	stopped: boolean;
	/** Somebody else stopped a chatflow that takes it in at its end only. */
	stoppedLate?: boolean;
}

/** Whether something ended because the workspace did. */
export const isAborted = (error: unknown) =>
	typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

/** Any number of runs may wait at a time. */
const newLife = () => {
	const life = new AbortController();
	setMaxListeners(0, life.signal);
	return life;
};

/** Everything the server keeps; emptied by a reset. */
export class Workspace {
	readonly ids = new Ids();
	readonly datasets = new Map<string, Dataset>();
	readonly tags = new Map<string, Tag>();
	/** Files that were uploaded for pipelines. */
	readonly pipelineFiles = new Map<string, StoredFile>();
	/** Conversations by app. */
	readonly conversations = new Map<string, Conversation[]>();
	readonly tasks = new Map<string, Task>();
	readonly slots = new Slots();
	readonly apps = new AppStore();
	private life = newLife();

	/** Aborted when everything that runs must end. */
	get signal() {
		return this.life.signal;
	}

	/** Waits; rejects when the workspace is emptied meanwhile. */
	sleep(ms: number) {
		return pause(ms, undefined, { signal: this.signal });
	}

	/** Work that goes on after the answer; it may end early with the workspace. */
	inBackground(work: Promise<unknown>) {
		work.catch((error: unknown) => {
			if (!isAborted(error)) console.error(error);
		});
	}

	conversationsOf(appId: string) {
		const known = this.conversations.get(appId) ?? [];
		this.conversations.set(appId, known);
		return known;
	}

	documents() {
		return [...this.datasets.values()].flatMap(({ documents }) => documents);
	}

	empty() {
		this.life.abort();
		this.life = newLife();
		this.datasets.clear();
		this.tags.clear();
		this.pipelineFiles.clear();
		this.conversations.clear();
		this.tasks.clear();
		this.slots.empty();
		this.apps.empty();
		this.ids.restart();
	}
}
