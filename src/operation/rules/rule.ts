import type { DifyError } from '../../transport/error';

/** What is known when something went wrong, beside Dify's answer. */
export interface Facts {
	error: DifyError;
	/** By the key's prefix. */
	keyKind?: 'app' | 'dataset';
	/** The app's mode as `/info` names it, for refusals that depend on it. */
	mode?: string;
	/** First Dify release with this endpoint, and the last one where newer ones lack it. */
	since?: string;
	until?: string;
}

/** What to say about an error. */
export interface Rule {
	codes: string[];
	/** Tested against Dify's message, where its code alone does not tell. */
	message?: RegExp;
	when?(facts: Facts): boolean;
	/** What happened; default: Dify's own words. */
	says?(facts: Facts): string;
	/** Whether every other item of the execution would get the same answer. */
	concernsAll?: boolean;
	/** What to do next. */
	advice(facts: Facts): string;
}

export const isKnowledgeUrl = ({ error }: Facts) => /\/v1\/(?:datasets|workspaces)/.test(error.url ?? '');
export const isTagUrl = ({ error }: Facts) => /\/datasets\/tags\b/.test(error.url ?? '');
export const server = ({ error }: Facts) => (error.url ? error.url.split(' ')[1] : 'the server');
